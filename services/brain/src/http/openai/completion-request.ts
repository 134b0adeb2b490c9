import { z } from 'zod';
import { httpError } from '../errors.ts';

const TextPart = z.object({ type: z.literal('text'), text: z.string() });
const ImagePart = z.object({ type: z.literal('image_url'), image_url: z.object({ url: z.string() }) });
const FilePart = z.object({
  type: z.literal('file'),
  file: z.object({ file_data: z.string(), filename: z.string().max(255).optional() }),
});
const RefusalPart = z.object({ type: z.literal('refusal'), refusal: z.string() });

const TextContent = z.union([z.string(), z.array(TextPart)]);
const UserContent = z.union([
  z.string(),
  z.array(z.discriminatedUnion('type', [TextPart, ImagePart, FilePart])),
]);

export const ChatMessage = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'developer']), content: TextContent }),
  z.object({ role: z.literal('user'), content: UserContent }),
  z.object({
    role: z.literal('assistant'),
    content: z.union([z.string(), z.array(z.discriminatedUnion('type', [TextPart, RefusalPart]))]).nullish(),
    tool_calls: z
      .array(
        z.object({
          id: z.string().max(200),
          type: z.literal('function'),
          function: z.object({ name: z.string().max(200), arguments: z.string() }),
        }),
      )
      .max(200)
      .nullish(),
  }),
  z.object({ role: z.literal('tool'), tool_call_id: z.string().max(200), content: TextContent }),
]);
export type ChatMessage = z.infer<typeof ChatMessage>;

/** What `/v1/chat/completions` reads. Everything it does not know is ignored; see `refuseUnsupported`. */
export const ChatCompletionRequest = z
  .object({
    model: z.string().min(1).max(200),
    messages: z.array(ChatMessage).min(1).max(2_000),
    stream: z.boolean().nullish(),
    stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
    max_tokens: z.int().min(1).max(1_000_000).nullish(),
    max_completion_tokens: z.int().min(1).max(1_000_000).nullish(),
    tools: z
      .array(
        z.object({
          type: z.literal('function'),
          function: z.object({
            name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
            description: z.string().max(20_000).nullish(),
            parameters: z.record(z.string(), z.unknown()).nullish(),
          }),
        }),
      )
      .max(128)
      .nullish(),
    tool_choice: z.unknown().optional(),
    n: z.unknown().optional(),
    logprobs: z.unknown().optional(),
    top_logprobs: z.unknown().optional(),
    logit_bias: z.unknown().optional(),
    stop: z.unknown().optional(),
    response_format: z.unknown().optional(),
    modalities: z.unknown().optional(),
    audio: z.unknown().optional(),
    functions: z.unknown().optional(),
    function_call: z.unknown().optional(),
    web_search_options: z.unknown().optional(),
  })
  .meta({ id: 'ChatCompletionRequest' });
export type ChatCompletionRequest = z.infer<typeof ChatCompletionRequest>;

type Checked = Exclude<keyof ChatCompletionRequest, 'model' | 'messages'>;

/** Values that ask for nothing we lack, by parameter. `undefined` and `null` always do. */
const HARMLESS: Partial<Record<Checked, (value: unknown) => boolean>> = {
  n: (value) => value === 1,
  logprobs: (value) => value === false,
  top_logprobs: (value) => value === 0,
  logit_bias: (value) => isEmpty(value),
  stop: (value) => isEmpty(value),
  response_format: (value) => isObject(value) && value.type === 'text',
  modalities: (value) => Array.isArray(value) && value.every((kind) => kind === 'text'),
  audio: () => false,
  functions: () => false,
  function_call: () => false,
  web_search_options: () => false,
  tool_choice: (value) => value === 'auto' || value === 'none',
};

const INSTEAD: Partial<Record<Checked, string>> = {
  n: 'Send the request several times.',
  functions: 'Send `tools`.',
  function_call: 'Send `tools` and leave `tool_choice` at "auto".',
  tool_choice: 'Leave it at "auto" or "none"; the agent chooses among its own tools too.',
  response_format: 'Ask for JSON in the message.',
};

/**
 * What would change the answer's shape and is not offered is refused, never ignored. Sampling hints (temperature,
 * seed, ...) are ignored: a turn may call several models, each with the operator's settings.
 * @throws HttpError `unsupported_parameter`
 */
export function refuseUnsupported(request: ChatCompletionRequest): void {
  for (const [name, harmless] of Object.entries(HARMLESS)) {
    const value = request[name as Checked];
    if (value === undefined || value === null || harmless(value)) continue;
    throw httpError({
      code: 'unsupported_parameter',
      message: `The parameter \`${name}\` is not offered with this value.`,
      remedy: INSTEAD[name as Checked] ?? 'Leave it out.',
      fields: [{ path: name, message: 'not offered with this value' }],
    });
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isEmpty(value: unknown): boolean {
  return value === '' || (isObject(value) && Object.keys(value).length === 0);
}
