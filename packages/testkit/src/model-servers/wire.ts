import type { IncomingHttpHeaders } from 'node:http';
import type { ScriptedAnswer } from './script.ts';

/** Why a request is refused, as the real API would. */
export interface Complaint {
  readonly status: number;
  readonly type: string;
  readonly code?: string;
  readonly message: string;
}

export interface RenderContext {
  readonly model: string;
  readonly promptTokens: number;
  /** Makes ids distinct. */
  readonly number: number;
  /** Chat Completions: whether the request asked for usage in the stream. */
  readonly includeUsage: boolean;
}

/** What differs between the two formats. */
export interface Wire {
  readonly path: string;
  /** The credential of a request, wherever the format puts it. */
  credential(headers: IncomingHttpHeaders): string | undefined;
  checkHeaders(headers: IncomingHttpHeaders): Complaint | undefined;
  checkBody(body: unknown, options: WireOptions): Complaint | undefined;
  /** Whole server-sent events, in order. */
  events(answer: ScriptedAnswer, context: RenderContext): readonly string[];
  json(answer: ScriptedAnswer, context: RenderContext): unknown;
  errorBody(complaint: Complaint): unknown;
  errorEvent(type: string, message: string): string;
  /** Answers of GET requests by path. */
  documents(models: readonly string[]): Readonly<Record<string, unknown>>;
}

export interface WireOptions {
  /** Prompt and answer together; longer requests are refused as the real API refuses them. */
  readonly contextWindow?: number;
  /** Chat Completions: the only name accepted for the answer's limit. */
  readonly limitField?: 'max_tokens' | 'max_completion_tokens';
}
