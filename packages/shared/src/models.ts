import { z } from 'zod';
import type { ModelPart, StopReason, ToolResultPart, Usage } from './content.ts';

export const ModelRole = z.enum(['agent', 'worker', 'observer', 'reflector', 'planner']);
export type ModelRole = z.infer<typeof ModelRole>;

/** `<provider>/<model id>`; the model id may hold further slashes (OpenRouter). */
export const ModelRef = z
  .string()
  .max(200)
  .regex(/^[a-z0-9][a-z0-9-]{0,39}\/[^\s/][^\s]{0,158}$/, 'write a model as <provider>/<model>');
export type ModelRef = z.infer<typeof ModelRef>;

/** Micro-dollars per million tokens, each an integer. */
export const ModelPrice = z.object({
  input: z.int().nonnegative(),
  output: z.int().nonnegative(),
  cacheRead: z.int().nonnegative(),
  cacheWrite: z.int().nonnegative(),
  /** Where the price was read, and when: "https://... 2026-11-01", "operator". */
  source: z.string().max(300),
});
export type ModelPrice = z.infer<typeof ModelPrice>;

/** What the platform must know of a model before it may be called. */
export const ModelInfo = z.object({
  ref: ModelRef,
  /** Tokens that prompt and answer may take together. */
  contextWindow: z.int().min(1_024),
  maxOutputTokens: z.int().min(64),
  accepts: z.array(z.enum(['text', 'image', 'pdf'])),
  tools: z.boolean(),
  price: ModelPrice.optional(),
  /** True where a call costs nothing by nature: Ollama on loopback, the demo model. */
  unmetered: z.boolean(),
});
export type ModelInfo = z.infer<typeof ModelInfo>;

/** One message of a prompt on its way to a provider. Built only from a labelled context. */
export type PromptMessage =
  | { readonly role: 'user'; readonly content: readonly PromptContent[] }
  | { readonly role: 'assistant'; readonly content: readonly ModelPart[] }
  | {
      readonly role: 'tool';
      readonly call: string;
      readonly providerId: string;
      readonly name: string;
      readonly isError: boolean;
      readonly content: readonly ToolResultPart[];
    };

export type PromptContent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly mediaType: string; readonly data: string }
  | { readonly type: 'pdf'; readonly name: string; readonly data: string };

export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments, an object schema. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

export interface ModelRequest {
  /** The provider's own model id, without our provider prefix. */
  readonly model: string;
  readonly system: readonly string[];
  readonly messages: readonly PromptMessage[];
  readonly tools: readonly ToolSpec[];
  readonly maxOutputTokens: number;
  /** Number of leading messages that will stay the same on the next call: where a prompt cache mark goes. */
  readonly stablePrefix: number;
}

/** What a provider streams. Exactly one `end` comes last, unless the iterator throws a `ProviderError`. */
export type ModelStreamEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'thinking'; readonly text: string }
  | { readonly type: 'tool_call_started'; readonly providerId: string; readonly name: string }
  | {
      readonly type: 'end';
      /** Complete response. Tool calls carry the provider's id; our `call` is an empty string until recorded. */
      readonly parts: readonly ModelPart[];
      readonly stopReason: StopReason;
      readonly usage: Usage;
      /** `estimated` where the provider sent none. */
      readonly usageSource: 'reported' | 'estimated';
      readonly reportedModel: string;
    };

/**
 * One model provider. `stream` must not buffer: each event is yielded as soon as its bytes arrived. On abort it
 * closes the connection at once and throws the signal's reason. Every other failure is a `CodedError` with a
 * `ProviderErrorCode`; partial usage that is known by then is in `partial`.
 */
export interface Provider {
  readonly name: string;
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelStreamEvent>;
  /** Ids of models the endpoint offers. Used for doctor, the model picker, and the breaker's free probe. */
  listModels(signal: AbortSignal): Promise<readonly string[]>;
}

export type ProviderErrorCode =
  /** 401, 403: the credential was refused. */
  | 'provider_unauthorized'
  /** 429, with `retryAfterMs` where the provider said so. */
  | 'provider_rate_limited'
  /** 500, 502, 503, 504, 529. */
  | 'provider_overloaded'
  /** The prompt is too long for the model. */
  | 'provider_context_exceeded'
  /** Any other 4xx. */
  | 'provider_bad_request'
  /** 404 for the model. */
  | 'provider_unknown_model'
  /** No connection, DNS, TLS, reset, or the stream ended before its end mark. */
  | 'provider_unreachable'
  /** No byte for longer than the setting allows. */
  | 'provider_timeout'
  /** What arrived is not the wire format. */
  | 'provider_malformed'
  /** No key is set. */
  | 'provider_not_configured';
