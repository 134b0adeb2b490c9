import type { ModelPart, StopReason, Usage } from '@bakerst/shared/content';
import type { ModelRequest, ModelStreamEvent } from '@bakerst/shared/models';
import { parseComplaint } from '../error-body.ts';
import type { PartialAnswer } from '../errors.ts';
import { estimateUsage, partsTokens } from '../estimate-usage.ts';
import { malformedEvent, parseEventJson } from '../malformed-event.ts';
import { refusalError } from '../provider-refusal.ts';
import type { AnswerReader } from '../wire-format.ts';
import {
  ANSWER_EVENTS,
  type AnthropicBlock,
  type AnthropicDelta,
  AnthropicEvent,
  type AnthropicUsage,
} from './anthropic-wire.ts';
import { sealRedacted } from './redacted-thinking.ts';

export function createAnthropicReader(request: ModelRequest, provider: string): AnswerReader {
  return new AnthropicReader(request, provider);
}

/** One content block as it grows; strings are joined once, at the end. */
interface GrowingBlock {
  readonly block: AnthropicBlock;
  readonly pieces: string[];
  signature: string;
}

const NOTHING: readonly ModelStreamEvent[] = [];

class AnthropicReader implements AnswerReader {
  readonly #request: ModelRequest;
  readonly #provider: string;
  readonly #blocks = new Map<number, GrowingBlock>();
  #model = '';
  #usage: AnthropicUsage | undefined;
  #outputReported = false;
  #stopReason: string | undefined;
  #started = false;
  #stopped = false;

  constructor(request: ModelRequest, provider: string) {
    this.#request = request;
    this.#provider = provider;
  }

  state(): 'open' | 'complete' {
    return this.#stopped ? 'complete' : 'open';
  }

  read(data: string): readonly ModelStreamEvent[] {
    const raw = parseEventJson(this.#provider, data);
    if (raw.type === 'error') throw this.#refusal(raw);
    if (typeof raw.type !== 'string') throw malformedEvent(this.#provider, data);
    if (!ANSWER_EVENTS.has(raw.type)) return NOTHING;
    const parsed = AnthropicEvent.safeParse(raw);
    if (!parsed.success) throw malformedEvent(this.#provider, data);
    const event = parsed.data;
    switch (event.type) {
      case 'message_start':
        this.#started = true;
        this.#model = event.message.model;
        this.#usage = event.message.usage;
        return NOTHING;
      case 'content_block_start':
        return event.content_block.type === 'unknown'
          ? NOTHING
          : this.#open(event.index, event.content_block);
      case 'content_block_delta':
        return event.delta.type === 'unknown' ? NOTHING : this.#grow(event.index, event.delta);
      case 'message_delta':
        this.#stopReason = event.delta.stop_reason ?? this.#stopReason;
        if (event.usage) this.#addUsage(event.usage);
        return NOTHING;
      case 'message_stop':
        this.#stopped = true;
        return NOTHING;
    }
  }

  end(): ModelStreamEvent {
    const parts = this.#parts();
    const { usage, usageSource } = this.#count(parts);
    return {
      type: 'end',
      parts,
      stopReason: stopReasonOf(this.#stopReason, parts),
      usage,
      usageSource,
      reportedModel: this.#model || this.#request.model,
    };
  }

  partial(): PartialAnswer | undefined {
    if (!this.#started) return undefined;
    const parts = this.#parts();
    return { parts, ...this.#count(parts) };
  }

  #open(index: number, block: AnthropicBlock): readonly ModelStreamEvent[] {
    this.#blocks.set(index, { block, pieces: [], signature: '' });
    switch (block.type) {
      case 'text':
        return block.text === '' ? NOTHING : [{ type: 'text', text: block.text }];
      case 'thinking':
        return block.thinking === '' ? NOTHING : [{ type: 'thinking', text: block.thinking }];
      case 'tool_use':
        return [{ type: 'tool_call_started', providerId: block.id, name: block.name }];
      case 'redacted_thinking':
        return NOTHING;
    }
  }

  #grow(index: number, delta: AnthropicDelta): readonly ModelStreamEvent[] {
    const growing = this.#blocks.get(index);
    // Deltas of a block of a kind we do not know.
    if (growing === undefined) return NOTHING;
    switch (delta.type) {
      case 'text_delta':
        growing.pieces.push(delta.text);
        return delta.text === '' ? NOTHING : [{ type: 'text', text: delta.text }];
      case 'thinking_delta':
        growing.pieces.push(delta.thinking);
        return delta.thinking === '' ? NOTHING : [{ type: 'thinking', text: delta.thinking }];
      case 'signature_delta':
        growing.signature += delta.signature;
        return NOTHING;
      case 'input_json_delta':
        growing.pieces.push(delta.partial_json);
        return NOTHING;
    }
  }

  #parts(): ModelPart[] {
    const ordered = [...this.#blocks].sort(([a], [b]) => a - b);
    return ordered
      .map(([, growing]) => partOf(growing))
      .filter((part) => part.type !== 'text' || part.text !== '');
  }

  /** `message_start` knows the input, each `message_delta` the output so far; later counts replace earlier ones. */
  #addUsage(usage: AnthropicUsage): void {
    if (typeof usage.output_tokens === 'number') this.#outputReported = true;
    const known = Object.entries(usage).filter(([, value]) => typeof value === 'number');
    this.#usage = { ...this.#usage, ...Object.fromEntries(known) };
  }

  #count(parts: readonly ModelPart[]): { usage: Usage; usageSource: 'reported' | 'estimated' } {
    const reported = this.#usage;
    if (typeof reported?.input_tokens !== 'number') {
      return { usage: estimateUsage(this.#request, parts), usageSource: 'estimated' };
    }
    const inputs = {
      inputTokens: reported.input_tokens,
      cacheReadTokens: reported.cache_read_input_tokens ?? 0,
      cacheWriteTokens: reported.cache_creation_input_tokens ?? 0,
    };
    const output = reported.output_tokens ?? 0;
    // `message_start` counts one or two tokens of output: not what had been written when a stream was cut.
    if (!this.#outputReported) {
      const usage = { ...inputs, outputTokens: Math.max(output, partsTokens(parts)) };
      return { usage, usageSource: 'estimated' };
    }
    return { usage: { ...inputs, outputTokens: output }, usageSource: 'reported' };
  }

  #refusal(raw: unknown): Error {
    return refusalError({
      provider: this.#provider,
      model: this.#request.model,
      credentialHint: `the credential of ${this.#provider}`,
      complaint: parseComplaint(raw),
    });
  }
}

function partOf({ block, pieces, signature }: GrowingBlock): ModelPart {
  const grown = pieces.join('');
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text + grown };
    case 'thinking': {
      const proof = (block.signature ?? '') + signature;
      const text = block.thinking + grown;
      return proof === '' ? { type: 'thinking', text } : { type: 'thinking', text, signature: proof };
    }
    case 'redacted_thinking':
      return { type: 'thinking', text: '', signature: sealRedacted(block.data) };
    case 'tool_use': {
      const whole = block.input === undefined || block.input === null ? '{}' : JSON.stringify(block.input);
      const text = grown === '' ? whole : grown;
      return { type: 'tool_call', call: '', providerId: block.id, name: block.name, arguments: text };
    }
  }
}

function stopReasonOf(reason: string | undefined, parts: readonly ModelPart[]): StopReason {
  switch (reason) {
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'max_tokens';
    case 'refusal':
      return 'refusal';
    default:
      return parts.some((part) => part.type === 'tool_call') ? 'tool_calls' : 'end';
  }
}
