import { z } from 'zod';

const count = z.int().nonnegative().nullish().catch(undefined);
export const AnthropicUsage = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count,
  cache_creation_input_tokens: count,
});
export type AnthropicUsage = z.infer<typeof AnthropicUsage>;

const index = z.int().min(0).max(10_000);

const block = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string().default('') }),
  z.object({
    type: z.literal('thinking'),
    thinking: z.string().default(''),
    signature: z.string().nullish(),
  }),
  z.object({ type: z.literal('redacted_thinking'), data: z.string() }),
  z.object({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.unknown() }),
]);
export type AnthropicBlock = z.infer<typeof block>;

const delta = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text_delta'), text: z.string() }),
  z.object({ type: z.literal('thinking_delta'), thinking: z.string() }),
  z.object({ type: z.literal('signature_delta'), signature: z.string() }),
  z.object({ type: z.literal('input_json_delta'), partial_json: z.string() }),
]);
export type AnthropicDelta = z.infer<typeof delta>;

/** A kind of block or delta that this release does not know; it is passed over. */
const unknownKind = z.object({ type: z.string() }).transform(() => ({ type: 'unknown' as const }));

export const AnthropicEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('message_start'),
    message: z.object({ model: z.string().default(''), usage: AnthropicUsage.optional() }),
  }),
  z.object({ type: z.literal('content_block_start'), index, content_block: z.union([block, unknownKind]) }),
  z.object({ type: z.literal('content_block_delta'), index, delta: z.union([delta, unknownKind]) }),
  z.object({
    type: z.literal('message_delta'),
    delta: z.object({ stop_reason: z.string().nullish() }),
    usage: AnthropicUsage.nullish(),
  }),
  z.object({ type: z.literal('message_stop') }),
]);

/** Types of events that carry the answer; others (`ping`, `content_block_stop`, newer ones) are passed over. */
export const ANSWER_EVENTS: ReadonlySet<string> = new Set(
  AnthropicEvent.options.map((option) => option.shape.type.value),
);

export const AnthropicModels = z.object({
  data: z.array(z.object({ id: z.string().max(200) })),
  has_more: z.boolean().optional(),
  last_id: z.string().nullish(),
});
