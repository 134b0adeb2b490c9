import { z } from 'zod';
import { countPromptTokens } from './strict-tokens.ts';
import type { Complaint, WireOptions } from './wire.ts';

const textPart = z.strictObject({ type: z.literal('text'), text: z.string() });
const imagePart = z.strictObject({
  type: z.literal('image_url'),
  image_url: z.strictObject({
    url: z.string().regex(/^(https:\/\/|data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}$)/),
    detail: z.enum(['auto', 'low', 'high']).optional(),
  }),
});
const filePart = z.strictObject({
  type: z.literal('file'),
  file: z.strictObject({
    filename: z.string().min(1),
    file_data: z.string().regex(/^data:application\/pdf;base64,[A-Za-z0-9+/]+={0,2}$/),
  }),
});
const textContent = z.union([z.string(), z.array(textPart).min(1)]);
const toolCall = z.strictObject({
  id: z.string().min(1).max(40),
  type: z.literal('function'),
  function: z.strictObject({
    name: z.string().min(1),
    arguments: z.string().refine(isJsonObject, 'arguments must be the text of a JSON object'),
  }),
});

const message = z.discriminatedUnion('role', [
  z.strictObject({
    role: z.enum(['system', 'developer']),
    content: textContent,
    name: z.string().optional(),
  }),
  z.strictObject({
    role: z.literal('user'),
    content: z.union([
      z.string(),
      z.array(z.discriminatedUnion('type', [textPart, imagePart, filePart])).min(1),
    ]),
    name: z.string().optional(),
  }),
  z.strictObject({
    role: z.literal('assistant'),
    content: textContent.nullish(),
    refusal: z.string().nullish(),
    reasoning_content: z.string().optional(),
    tool_calls: z.array(toolCall).min(1).optional(),
  }),
  z.strictObject({ role: z.literal('tool'), content: textContent, tool_call_id: z.string().min(1).max(40) }),
]);
type Message = z.infer<typeof message>;

const ChatRequest = z.strictObject({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  max_tokens: z.int().min(1).optional(),
  max_completion_tokens: z.int().min(1).optional(),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_usage: z.boolean() }).nullish(),
  tools: z
    .array(
      z.strictObject({
        type: z.literal('function'),
        function: z.strictObject({
          name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/),
          description: z.string().optional(),
          parameters: z.looseObject({ type: z.literal('object'), properties: z.looseObject({}) }).optional(),
          strict: z.boolean().nullish(),
        }),
      }),
    )
    .min(1)
    .optional(),
  tool_choice: z.unknown().optional(),
  parallel_tool_calls: z.boolean().optional(),
  temperature: z.number().optional(),
  top_p: z.number().optional(),
  stop: z.unknown().optional(),
  user: z.string().optional(),
});
type ChatRequest = z.infer<typeof ChatRequest>;

export function checkChatBody(body: unknown, options: WireOptions): Complaint | undefined {
  const parsed = ChatRequest.safeParse(body);
  if (!parsed.success) return invalid(z.prettifyError(parsed.error));
  const request = parsed.data;
  const wrong = wrongOptions(request, options) ?? wrongOrder(request.messages);
  if (wrong !== undefined) return invalid(wrong);
  const { contextWindow } = options;
  if (contextWindow === undefined) return undefined;
  const tokens = countPromptTokens([request.messages, request.tools ?? []]);
  const answer = request.max_completion_tokens ?? request.max_tokens ?? 0;
  if (tokens + answer <= contextWindow) return undefined;
  const said = `This model's maximum context length is ${contextWindow} tokens. However, you requested ${tokens + answer} tokens (${tokens} in the messages, ${answer} in the completion).`;
  return { ...invalid(said), code: 'context_length_exceeded' };
}

function wrongOptions(request: ChatRequest, options: WireOptions): string | undefined {
  if (request.stream_options && request.stream !== true)
    return "The 'stream_options' parameter is only allowed when 'stream' is enabled.";
  if (request.max_tokens !== undefined && request.max_completion_tokens !== undefined)
    return "Only one of 'max_tokens' and 'max_completion_tokens' may be set.";
  const used = request.max_tokens === undefined ? 'max_completion_tokens' : 'max_tokens';
  if (request[used] !== undefined && options.limitField !== undefined && used !== options.limitField)
    return `Unsupported parameter: '${used}' is not supported with this model. Use '${options.limitField}' instead.`;
  const names = (request.tools ?? []).map((tool) => tool.function.name);
  return new Set(names).size < names.length ? 'Function names must be unique.' : undefined;
}

/** What the strictest chat templates demand: turns alternate, and each batch of calls is answered at once. */
function wrongOrder(messages: readonly Message[]): string | undefined {
  let waiting: string[] = [];
  const used = new Set<string>();
  let former: string | undefined;
  for (const [at, current] of messages.entries()) {
    if (current.role === 'tool') {
      if (!waiting.includes(current.tool_call_id))
        return `Invalid parameter: messages with role 'tool' must be a response to a preceding message with 'tool_calls' (messages.[${at}]).`;
      waiting = waiting.filter((id) => id !== current.tool_call_id);
    } else if (waiting.length > 0) {
      return `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${waiting.join(', ')}`;
    } else if (current.role === former) {
      return `Conversation roles must alternate user/assistant/user/assistant/... (messages.[${at}])`;
    }
    if (current.role === 'assistant') {
      waiting = (current.tool_calls ?? []).map((call) => call.id);
      const repeated = waiting.find((id, place) => used.has(id) || waiting.indexOf(id) !== place);
      if (repeated !== undefined) return `Tool call id ${repeated} was used before (messages.[${at}]).`;
      for (const id of waiting) used.add(id);
      if (waiting.length === 0 && !current.content)
        return `messages.[${at}] has neither content nor tool_calls.`;
    }
    former = current.role;
  }
  return waiting.length > 0 ? `No tool messages respond to: ${waiting.join(', ')}` : undefined;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function invalid(message: string): Complaint {
  return { status: 400, type: 'invalid_request_error', message };
}
