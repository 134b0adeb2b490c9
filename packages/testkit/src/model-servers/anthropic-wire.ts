import { checkAnthropicBody } from './anthropic-check.ts';
import { argumentsText, fragments, pieces, type ScriptedAnswer, stopReasonOf } from './script.ts';
import { usageOf } from './strict-tokens.ts';
import type { RenderContext, Wire } from './wire.ts';

const STOP_REASONS = {
  end: 'end_turn',
  tool_calls: 'tool_use',
  max_tokens: 'max_tokens',
  refusal: 'refusal',
} as const;
const DEFAULT_SIGNATURE = 'c2NyaXB0ZWQ=';

/** Anthropic Messages as the real endpoint speaks it: named events, a ping after the start, blocks by index. */
export const anthropicWire: Wire = {
  path: '/v1/messages',
  credential: (headers) => {
    const key = headers['x-api-key'];
    return typeof key === 'string' ? key : headers.authorization?.replace(/^Bearer /, '');
  },
  checkHeaders: (headers) => {
    const bad = (message: string) => ({ status: 400, type: 'invalid_request_error', message });
    if (headers['anthropic-version'] === undefined) return bad('anthropic-version: header is required');
    const beta = String(headers['anthropic-beta'] ?? '');
    if (headers.authorization !== undefined && !beta.includes('oauth-2025-04-20')) {
      const message = 'OAuth authentication is currently not supported.';
      return { status: 401, type: 'authentication_error', message };
    }
    return undefined;
  },
  checkBody: checkAnthropicBody,
  events,
  json,
  errorBody: ({ type, message }) => ({ type: 'error', error: { type, message }, request_id: 'req_scripted' }),
  errorEvent: (type, message) => event('error', { error: { type, message } }),
  documents: (models) => ({
    '/v1/models': {
      data: models.map((id) => ({ type: 'model', id, display_name: id, created_at: '2026-01-01T00:00:00Z' })),
      has_more: false,
      first_id: models[0] ?? null,
      last_id: models.at(-1) ?? null,
    },
  }),
};

function event(type: string, fields: Readonly<Record<string, unknown>>): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

function events(answer: ScriptedAnswer, context: RenderContext): readonly string[] {
  const usage = wireUsage(answer, context);
  const out: string[] = [];
  const message = { ...shell(context), content: [], stop_reason: null, stop_sequence: null };
  const started = usage === undefined ? message : { ...message, usage: { ...usage, output_tokens: 1 } };
  out.push(event('message_start', { message: started }), event('ping', {}));
  contentBlocks(answer, context).forEach(({ empty, deltas }, index) => {
    out.push(event('content_block_start', { index, content_block: empty }));
    for (const delta of deltas) out.push(event('content_block_delta', { index, delta }));
    out.push(event('content_block_stop', { index }));
  });
  const delta = { stop_reason: STOP_REASONS[stopReasonOf(answer)], stop_sequence: null };
  const total = usage === undefined ? {} : { usage: { output_tokens: usage.output_tokens } };
  out.push(event('message_delta', { delta, ...total }), event('message_stop', {}));
  return out;
}

function json(answer: ScriptedAnswer, context: RenderContext): unknown {
  return {
    ...shell(context),
    content: contentBlocks(answer, context).map((block) => block.whole),
    stop_reason: STOP_REASONS[stopReasonOf(answer)],
    stop_sequence: null,
    usage: wireUsage(answer, context),
  };
}

function shell(context: RenderContext): Record<string, unknown> {
  return { id: `msg_${context.number}`, type: 'message', role: 'assistant', model: context.model };
}

function wireUsage(answer: ScriptedAnswer, context: RenderContext) {
  if (answer.usage === 'omitted') return undefined;
  const usage = usageOf(answer, context.promptTokens);
  return {
    input_tokens: usage.input,
    cache_creation_input_tokens: usage.cacheWrite,
    cache_read_input_tokens: usage.cacheRead,
    output_tokens: usage.output,
  };
}

interface RenderedBlock {
  readonly empty: unknown;
  readonly deltas: readonly unknown[];
  readonly whole: unknown;
}

function contentBlocks(answer: ScriptedAnswer, context: RenderContext): RenderedBlock[] {
  const blocks: RenderedBlock[] = [];
  const thinking = pieces(answer.thinking);
  if (thinking.length > 0) {
    const signature = answer.signature ?? DEFAULT_SIGNATURE;
    blocks.push({
      empty: { type: 'thinking', thinking: '', signature: '' },
      deltas: [
        ...thinking.map((piece) => ({ type: 'thinking_delta', thinking: piece })),
        { type: 'signature_delta', signature },
      ],
      whole: { type: 'thinking', thinking: thinking.join(''), signature },
    });
  }
  const text = [...pieces(answer.text), ...pieces(answer.refusal)];
  if (text.length > 0) {
    blocks.push({
      empty: { type: 'text', text: '' },
      deltas: text.map((piece) => ({ type: 'text_delta', text: piece })),
      whole: { type: 'text', text: text.join('') },
    });
  }
  for (const [at, call] of (answer.toolCalls ?? []).entries()) {
    const id = call.id ?? `toolu_${context.number}_${at}`;
    const input: unknown = wholeInput(argumentsText(call));
    blocks.push({
      empty: { type: 'tool_use', id, name: call.name, input: {} },
      deltas: ['', ...fragments(call)].map((piece) => ({ type: 'input_json_delta', partial_json: piece })),
      whole: { type: 'tool_use', id, name: call.name, input },
    });
  }
  return blocks;
}

/** A reply in one piece can only hold what parses. */
function wholeInput(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
