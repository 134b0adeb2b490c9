import { checkChatBody } from './chat-check.ts';
import {
  argumentsText,
  type ChatDialect,
  fragments,
  pieces,
  type ScriptedAnswer,
  type ScriptedCall,
  stopReasonOf,
} from './script.ts';
import { usageOf } from './strict-tokens.ts';
import type { RenderContext, Wire } from './wire.ts';

const FINISH_REASONS = {
  end: 'stop',
  tool_calls: 'tool_calls',
  max_tokens: 'length',
  refusal: 'content_filter',
} as const;
const CREATED = 1_790_000_000;

/** Chat Completions as OpenAI speaks it, and on request as its many relatives do. */
export const chatWire: Wire = {
  path: '/v1/chat/completions',
  credential: (headers) => headers.authorization?.replace(/^Bearer /, ''),
  checkHeaders: () => undefined,
  checkBody: checkChatBody,
  events,
  json,
  errorBody: ({ type, message, code }) => ({ error: { message, type, param: null, code: code ?? null } }),
  errorEvent: (type, message) => data({ error: { message, type, code: null } }),
  documents: (models) => ({
    '/v1/models': {
      object: 'list',
      data: models.map((id) => ({ id, object: 'model', created: CREATED, owned_by: 'scripted' })),
    },
    '/api/tags': { models: models.map((name) => ({ name, model: name })) },
  }),
};

function data(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

function events(answer: ScriptedAnswer, context: RenderContext): readonly string[] {
  const dialect = answer.dialect ?? {};
  const shell = chunkShell(context, 'chat.completion.chunk');
  // OpenAI puts `usage: null` on every chunk where it was asked for at the end.
  const countLater = context.includeUsage && answer.usage !== 'omitted' ? { usage: null } : {};
  const chunk = (delta: unknown, reason: string | null = null) =>
    data({ ...shell, choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }], ...countLater });
  const out = [chunk({ role: 'assistant', content: '', refusal: null })];
  const reasoningField = dialect.reasoningField ?? 'reasoning_content';
  for (const piece of pieces(answer.thinking)) out.push(chunk({ [reasoningField]: piece }));
  for (const piece of pieces(answer.text)) out.push(chunk({ content: piece }));
  for (const piece of pieces(answer.refusal)) out.push(chunk({ refusal: piece }));
  for (const [at, call] of (answer.toolCalls ?? []).entries()) {
    for (const delta of callDeltas(call, { at, dialect, context })) out.push(chunk({ tool_calls: [delta] }));
  }
  out.push(chunk({}, FINISH_REASONS[stopReasonOf(answer)]));
  if (context.includeUsage && answer.usage !== 'omitted') {
    out.push(data({ ...shell, choices: [], usage: wireUsage(answer, context) }));
  }
  if (dialect.noDone !== true) out.push('data: [DONE]\n\n');
  return out;
}

interface CallPlace {
  readonly at: number;
  readonly dialect: ChatDialect;
  readonly context: RenderContext;
}

function callDeltas(call: ScriptedCall, place: CallPlace): unknown[] {
  const { dialect, at } = place;
  const index = dialect.index === 'none' ? {} : { index: dialect.index === 'zero' ? 0 : at };
  const id = callId(call, place);
  if (dialect.wholeCalls === true) {
    const whole = dialect.argumentsObject ? call.arguments : argumentsText(call);
    return [{ ...index, id, type: 'function', function: { name: call.name, arguments: whole } }];
  }
  return [
    { ...index, id, type: 'function', function: { name: call.name, arguments: '' } },
    ...fragments(call).map((piece) => ({ ...index, function: { arguments: piece } })),
  ];
}

function callId(call: ScriptedCall, { at, dialect, context }: CallPlace): string {
  if (dialect.ids === 'empty') return '';
  if (dialect.ids === 'same') return 'call_0';
  return call.id ?? `call_${context.number}_${at}`;
}

function json(answer: ScriptedAnswer, context: RenderContext): unknown {
  const calls = (answer.toolCalls ?? []).map((call, at) => ({
    id: callId(call, { at, dialect: answer.dialect ?? {}, context }),
    type: 'function',
    function: { name: call.name, arguments: argumentsText(call) },
  }));
  const text = pieces(answer.text).join('');
  const message = {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    refusal: answer.refusal ?? null,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  };
  return {
    ...chunkShell(context, 'chat.completion'),
    choices: [{ index: 0, message, logprobs: null, finish_reason: FINISH_REASONS[stopReasonOf(answer)] }],
    ...(answer.usage === 'omitted' ? {} : { usage: wireUsage(answer, context) }),
  };
}

function chunkShell(context: RenderContext, object: string): Record<string, unknown> {
  return { id: `chatcmpl-${context.number}`, object, created: CREATED, model: context.model };
}

/** Prompt tokens include the cached ones here, unlike at Anthropic. */
function wireUsage(answer: ScriptedAnswer, context: RenderContext): unknown {
  const usage = usageOf(answer, context.promptTokens);
  const prompt = usage.input + usage.cacheRead + usage.cacheWrite;
  return {
    prompt_tokens: prompt,
    completion_tokens: usage.output,
    total_tokens: prompt + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cacheRead, cache_write_tokens: usage.cacheWrite },
  };
}
