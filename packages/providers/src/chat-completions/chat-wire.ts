import { z } from 'zod';

/** Whose dialect of the format an endpoint speaks. */
export type ChatCompletionsType = 'openai' | 'openrouter' | 'ollama' | 'openai-compatible';

const count = z.int().nonnegative().nullish().catch(undefined);

export const ChatUsage = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  total_tokens: count,
  prompt_tokens_details: z
    .object({ cached_tokens: count, cache_write_tokens: count })
    .nullish()
    .catch(undefined),
  /** DeepSeek's name for what others call cached tokens. */
  prompt_cache_hit_tokens: count,
});
export type ChatUsage = z.infer<typeof ChatUsage>;

const toolCallDelta = z.object({
  index: z.int().min(0).max(10_000).nullish(),
  id: z.string().nullish(),
  function: z
    .object({
      name: z.string().nullish(),
      /** Text everywhere but in some servers, which send the object itself. */
      arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
    })
    .nullish(),
});
export type ToolCallDelta = z.infer<typeof toolCallDelta>;

/** Mistral's reasoning models send content as a list of parts. */
const contentPart = z.object({
  type: z.string().nullish(),
  text: z.string().nullish(),
  thinking: z.union([z.string(), z.array(z.object({ text: z.string().nullish() }))]).nullish(),
});
export type ChatContentPart = z.infer<typeof contentPart>;

const delta = z.object({
  content: z.union([z.string(), z.array(contentPart)]).nullish(),
  refusal: z.string().nullish(),
  reasoning: z.string().nullish().catch(undefined),
  reasoning_content: z.string().nullish().catch(undefined),
  tool_calls: z.array(toolCallDelta).nullish(),
});
export type ChatDelta = z.infer<typeof delta>;

export const ChatChunk = z.object({
  model: z.string().nullish(),
  choices: z
    .array(
      z.object({
        index: z.int().nullish(),
        delta: delta.nullish(),
        /** A few servers send the whole message where a delta belongs. */
        message: delta.nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: ChatUsage.nullish(),
});

const modelId = z.string().min(1).max(200);

export const ChatModels = z
  .union([z.object({ data: z.array(z.object({ id: modelId })) }), z.array(z.object({ id: modelId }))])
  .transform((body) => (Array.isArray(body) ? body : body.data).map((model) => model.id));

export const OllamaTags = z
  .object({ models: z.array(z.object({ name: modelId })).nullable() })
  .transform((body) => (body.models ?? []).map((model) => model.name));
