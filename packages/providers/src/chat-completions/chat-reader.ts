import type { ModelPart, StopReason, Usage } from '@bakerst/shared/content';
import type { ModelRequest, ModelStreamEvent } from '@bakerst/shared/models';
import { parseComplaint } from '../error-body.ts';
import type { PartialAnswer } from '../errors.ts';
import { estimateUsage } from '../estimate-usage.ts';
import { malformedEvent, parseEventJson } from '../malformed-event.ts';
import { refusalError } from '../provider-refusal.ts';
import { reasoningSignature } from '../reasoning-field.ts';
import type { AnswerReader } from '../wire-format.ts';
import { ChatChunk, type ChatDelta, type ChatUsage } from './chat-wire.ts';
import { ToolCallDeltas } from './tool-call-deltas.ts';

export function createChatReader(request: ModelRequest, provider: string): AnswerReader {
  return new ChatReader(request, provider);
}

const END_MARK = '[DONE]';
const NOTHING: readonly ModelStreamEvent[] = [];

class ChatReader implements AnswerReader {
  readonly #request: ModelRequest;
  readonly #provider: string;
  readonly #text: string[] = [];
  readonly #thinking: string[] = [];
  readonly #calls = new ToolCallDeltas();
  #reasoningField: string | undefined;
  #model = '';
  #usage: ChatUsage | undefined;
  #finishReason: string | undefined;
  #refused = false;
  #started = false;
  #done = false;

  constructor(request: ModelRequest, provider: string) {
    this.#request = request;
    this.#provider = provider;
  }

  /** Some servers leave the end mark away, none the finish reason. */
  state(): 'open' | 'may_end' | 'complete' {
    if (this.#done) return 'complete';
    return this.#finishReason === undefined ? 'open' : 'may_end';
  }

  read(data: string): readonly ModelStreamEvent[] {
    if (data === END_MARK) {
      // A proxy that lost its model server still says "done".
      this.#done = this.#finishReason !== undefined;
      return NOTHING;
    }
    const raw = parseEventJson(this.#provider, data);
    if (isError(raw)) throw this.#refusal(raw);
    const parsed = ChatChunk.safeParse(raw);
    if (!parsed.success) throw malformedEvent(this.#provider, data);
    const chunk = parsed.data;
    this.#started = true;
    if (chunk.model) this.#model = chunk.model;
    if (chunk.usage) this.#usage = chunk.usage;
    const choice = chunk.choices?.find((each) => (each.index ?? 0) === 0);
    if (choice === undefined) return NOTHING;
    if (choice.finish_reason) this.#finishReason = choice.finish_reason;
    const delta = choice.delta ?? choice.message;
    return delta ? this.#grow(delta) : NOTHING;
  }

  end(): ModelStreamEvent {
    const parts = this.#parts();
    return {
      type: 'end',
      parts,
      stopReason: this.#stopReason(),
      ...this.#count(parts),
      reportedModel: this.#model || this.#request.model,
    };
  }

  partial(): PartialAnswer | undefined {
    if (!this.#started) return undefined;
    const parts = this.#parts();
    return { parts, ...this.#count(parts) };
  }

  #grow(delta: ChatDelta): readonly ModelStreamEvent[] {
    const events: ModelStreamEvent[] = [];
    const thinking = (text: string) => this.#push(events, 'thinking', text);
    const text = (piece: string) => this.#push(events, 'text', piece);
    if (delta.reasoning_content) this.#reasoningField = 'reasoning_content';
    // A server that sends both names sends the same twice.
    thinking(delta.reasoning_content || delta.reasoning || '');
    if (typeof delta.content === 'string') text(delta.content);
    for (const part of Array.isArray(delta.content) ? delta.content : []) {
      const thought = part.thinking ?? '';
      thinking(typeof thought === 'string' ? thought : thought.map((each) => each.text ?? '').join(''));
      text(part.text ?? '');
    }
    if (delta.refusal) {
      this.#refused = true;
      text(delta.refusal);
    }
    for (const call of delta.tool_calls ?? []) events.push(...this.#calls.add(call));
    return events;
  }

  #push(events: ModelStreamEvent[], type: 'text' | 'thinking', text: string): void {
    if (text === '') return;
    (type === 'text' ? this.#text : this.#thinking).push(text);
    events.push({ type, text });
  }

  #parts(): ModelPart[] {
    const parts: ModelPart[] = [];
    const thinking = this.#thinking.join('');
    const text = this.#text.join('');
    if (thinking !== '') {
      const field = this.#reasoningField;
      const signature = field === undefined ? {} : { signature: reasoningSignature(field) };
      parts.push({ type: 'thinking', text: thinking, ...signature });
    }
    if (text !== '') parts.push({ type: 'text', text });
    return [...parts, ...this.#calls.parts()];
  }

  #stopReason(): StopReason {
    if (this.#refused || this.#finishReason === 'content_filter') return 'refusal';
    if (this.#finishReason === 'length') return 'max_tokens';
    return this.#calls.count > 0 ? 'tool_calls' : 'end';
  }

  #count(parts: readonly ModelPart[]): { usage: Usage; usageSource: 'reported' | 'estimated' } {
    const reported = this.#usage === undefined ? undefined : usageOf(this.#usage);
    return reported === undefined
      ? { usage: estimateUsage(this.#request, parts), usageSource: 'estimated' }
      : { usage: reported, usageSource: 'reported' };
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

function isError(raw: Readonly<Record<string, unknown>>): boolean {
  return (raw.error !== undefined && raw.error !== null) || raw.object === 'error';
}

/** Undefined where the counts are missing or nought, which some servers send for "not counted". */
function usageOf(usage: ChatUsage): Usage | undefined {
  const prompt = usage.prompt_tokens ?? 0;
  if (prompt === 0 || typeof usage.completion_tokens !== 'number') return undefined;
  const details = usage.prompt_tokens_details;
  const read = Math.min(prompt, details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? 0);
  const written = Math.min(prompt - read, details?.cache_write_tokens ?? 0);
  // Some count reasoning only in the total; what is charged is the greater.
  const output = Math.max(usage.completion_tokens, (usage.total_tokens ?? 0) - prompt);
  return {
    inputTokens: prompt - read - written,
    outputTokens: output,
    cacheReadTokens: read,
    cacheWriteTokens: written,
  };
}
