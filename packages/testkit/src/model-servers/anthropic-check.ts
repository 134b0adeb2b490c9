import { z } from 'zod';
import { countPromptTokens } from './strict-tokens.ts';
import type { Complaint, WireOptions } from './wire.ts';

const cache = z.strictObject({ type: z.literal('ephemeral'), ttl: z.enum(['5m', '1h']).optional() });
const marked = { cache_control: cache.optional() };
const base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/, 'invalid base64 data');
const id = z.string().regex(/^[a-zA-Z0-9_-]+$/);

const text = z.strictObject({
  type: z.literal('text'),
  text: z.string().regex(/\S/, 'text content blocks must contain non-whitespace text'),
  ...marked,
});
const image = z.strictObject({
  type: z.literal('image'),
  source: z.strictObject({
    type: z.literal('base64'),
    media_type: z.enum(['image/png', 'image/jpeg', 'image/gif', 'image/webp']),
    data: base64,
  }),
  ...marked,
});
const document = z.strictObject({
  type: z.literal('document'),
  title: z.string().optional(),
  source: z.strictObject({
    type: z.literal('base64'),
    media_type: z.literal('application/pdf'),
    data: base64,
  }),
  ...marked,
});
const toolResult = z.strictObject({
  type: z.literal('tool_result'),
  tool_use_id: id,
  content: z.union([z.string(), z.array(z.discriminatedUnion('type', [text, image, document]))]).optional(),
  is_error: z.boolean().optional(),
  ...marked,
});
const userBlock = z.discriminatedUnion('type', [text, image, document, toolResult]);
const assistantBlock = z.discriminatedUnion('type', [
  text,
  z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string().min(1) }),
  z.strictObject({ type: z.literal('redacted_thinking'), data: z.string() }),
  z.strictObject({
    type: z.literal('tool_use'),
    id,
    name: z.string(),
    input: z.record(z.string(), z.unknown()),
    ...marked,
  }),
]);
const plain = z.string().min(1);
const message = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('user'), content: z.union([plain, z.array(userBlock).min(1)]) }),
  z.strictObject({ role: z.literal('assistant'), content: z.union([plain, z.array(assistantBlock).min(1)]) }),
]);
type Message = z.infer<typeof message>;

const AnthropicRequest = z.strictObject({
  model: z.string().min(1),
  max_tokens: z.int().min(1),
  messages: z.array(message).min(1),
  system: z.union([z.string(), z.array(text).min(1)]).optional(),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('custom').optional(),
        name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
        description: z.string().optional(),
        input_schema: z.looseObject({ type: z.literal('object') }),
        ...marked,
      }),
    )
    .optional(),
  tool_choice: z.looseObject({ type: z.enum(['auto', 'any', 'tool', 'none']) }).optional(),
  stream: z.boolean().optional(),
  temperature: z.number().optional(),
  top_p: z.number().optional(),
  stop_sequences: z.array(z.string()).optional(),
  metadata: z.looseObject({}).optional(),
  thinking: z.looseObject({ type: z.string() }).optional(),
});
type AnthropicRequest = z.infer<typeof AnthropicRequest>;

export function checkAnthropicBody(body: unknown, options: WireOptions): Complaint | undefined {
  const parsed = AnthropicRequest.safeParse(body);
  if (!parsed.success) return invalid(z.prettifyError(parsed.error));
  const request = parsed.data;
  const wrong = wrongOrder(request.messages) ?? wrongTools(request) ?? wrongMarks(body);
  if (wrong !== undefined) return invalid(wrong);
  const { contextWindow } = options;
  const tokens = countPromptTokens([request.system, request.messages, request.tools]);
  if (contextWindow !== undefined && tokens > contextWindow)
    return invalid(`prompt is too long: ${tokens} tokens > ${contextWindow} maximum`);
  if (contextWindow !== undefined && tokens + request.max_tokens > contextWindow)
    return invalid(
      `input length and \`max_tokens\` exceed context limit: ${tokens} + ${request.max_tokens} > ${contextWindow}`,
    );
  return undefined;
}

function wrongOrder(messages: readonly Message[]): string | undefined {
  if (messages[0]?.role !== 'user') return 'messages: first message must use the "user" role';
  if (messages.at(-1)?.role !== 'user')
    return 'This model does not support assistant message prefill. The conversation must end with a user message.';
  const uses = new Set<string>();
  for (const [at, current] of messages.entries()) {
    const before = messages[at - 1];
    if (before?.role === current.role) return 'messages: roles must alternate between "user" and "assistant"';
    const wrong = wrongResults(at, before, current);
    if (wrong !== undefined) return wrong;
    for (const use of idsOf(current, 'tool_use')) {
      if (uses.has(use)) return `messages.${at}: \`tool_use\` ids must be unique`;
      uses.add(use);
    }
  }
  return undefined;
}

/** Every `tool_use` is answered at once, and nothing else is. */
function wrongResults(at: number, before: Message | undefined, current: Message): string | undefined {
  const asked = before === undefined ? [] : idsOf(before, 'tool_use');
  const answered = idsOf(current, 'tool_result');
  const missing = asked.filter((use) => !answered.includes(use));
  if (missing.length > 0)
    return `messages.${at - 1}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
  const unexpected = answered.filter((use) => !asked.includes(use));
  if (unexpected.length > 0)
    return `messages.${at}.content: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${unexpected.join(', ')}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
  if (new Set(answered).size < answered.length)
    return `messages.${at}.content: each tool_use must have a single result`;
  const kinds = typeof current.content === 'string' ? [] : current.content.map((block) => block.type);
  if (kinds.lastIndexOf('tool_result') !== answered.length - 1)
    return `messages.${at}.content: tool_result blocks must come first`;
  return undefined;
}

function idsOf(of: Message, type: 'tool_use' | 'tool_result'): string[] {
  if (typeof of.content === 'string') return [];
  return of.content.flatMap((block) => {
    if (block.type === 'tool_use') return type === 'tool_use' ? [block.id] : [];
    return block.type === 'tool_result' && type === 'tool_result' ? [block.tool_use_id] : [];
  });
}

function wrongTools(request: AnthropicRequest): string | undefined {
  const names = (request.tools ?? []).map((tool) => tool.name);
  return new Set(names).size < names.length ? 'tools: Tool names must be unique.' : undefined;
}

function wrongMarks(body: unknown): string | undefined {
  const marks = JSON.stringify(body).split('"cache_control":').length - 1;
  return marks > 4 ? `A maximum of 4 blocks with cache_control may be provided. Found ${marks}.` : undefined;
}

function invalid(message: string): Complaint {
  return { status: 400, type: 'invalid_request_error', message };
}
