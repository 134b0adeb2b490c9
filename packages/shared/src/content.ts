import { z } from 'zod';

/** A typed run of the user's own words, or something the user brought along that is not their words. */
export const WordsPart = z.object({ type: z.literal('words'), text: z.string() });
export const QuotedPart = z.object({
  type: z.literal('quoted'),
  text: z.string(),
  /** What it is: a paste, a code fence, another message, stdin of the CLI, earlier messages of an API client. */
  source: z.enum(['paste', 'code', 'message', 'stdin', 'client_history', 'client_system', 'unverified']),
  /** For client history: who said it there. */
  role: z.enum(['system', 'user', 'assistant', 'tool']).optional(),
});
export const AttachmentPart = z.object({
  type: z.literal('attachment'),
  attachment: z.string(),
  name: z.string().max(255),
  mediaType: z.string().max(127),
  bytes: z.int().nonnegative(),
  sha256: z.string(),
});
export const MessagePart = z.discriminatedUnion('type', [WordsPart, QuotedPart, AttachmentPart]);
export type MessagePart = z.infer<typeof MessagePart>;

/** What a model produced, in order. `arguments` is the raw JSON text as the model wrote it, parsed by the registry. */
export const ModelPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('thinking'), text: z.string(), signature: z.string().optional() }),
  z.object({
    type: z.literal('tool_call'),
    /** Our id (`call_...`); the provider's own id is only a field. */
    call: z.string(),
    providerId: z.string(),
    name: z.string(),
    arguments: z.string(),
  }),
]);
export type ModelPart = z.infer<typeof ModelPart>;
export type ToolCallPart = Extract<ModelPart, { type: 'tool_call' }>;

/** What a tool returned. Images are base64; everything else a server sends is turned into text by its door. */
export const ToolResultPart = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({ type: z.literal('image'), mediaType: z.string(), data: z.string() }),
]);
export type ToolResultPart = z.infer<typeof ToolResultPart>;

/** Token counts as the provider reported them. `inputTokens` excludes both cache counts. */
export const Usage = z.object({
  inputTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
  cacheReadTokens: z.int().nonnegative(),
  cacheWriteTokens: z.int().nonnegative(),
});
export type Usage = z.infer<typeof Usage>;

export const StopReason = z.enum(['end', 'tool_calls', 'max_tokens', 'refusal']);
export type StopReason = z.infer<typeof StopReason>;

/** The plain text of a message: words, then quoted blocks, in order; attachments by name. */
export function messageText(parts: readonly MessagePart[]): string {
  return parts.map((part) => (part.type === 'attachment' ? `[${part.name}]` : part.text)).join('\n\n');
}

/** The text a model produced, without thinking and calls. */
export function modelText(parts: readonly ModelPart[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
