import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

export interface RecordedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** Credentials are masked. */
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON; the text where it is none. */
  readonly body: unknown;
  /** True where the header held exactly this, e.g. `hasHeader('authorization', 'Bearer key')`. */
  hasHeader(name: string, value: string): boolean;
  /** Resolves when the exchange is over: true where the client hung up before the reply had ended. */
  readonly hungUp: Promise<boolean>;
}

const SECRET_HEADERS = ['authorization', 'x-api-key', 'api-key', 'cookie'] as const;

export function record(
  request: IncomingMessage,
  response: ServerResponse,
  text: string,
): { readonly recorded: RecordedRequest; readonly gone: AbortSignal } {
  const sent = { ...request.headers };
  const headers = { ...sent };
  for (const name of SECRET_HEADERS) if (headers[name] !== undefined) headers[name] = '[masked]';
  const leaving = new AbortController();
  const hungUp = new Promise<boolean>((resolve) => {
    response.once('close', () => {
      leaving.abort();
      resolve(!response.writableFinished);
    });
  });
  const recorded: RecordedRequest = {
    method: request.method ?? '',
    path: request.url ?? '',
    headers,
    body: parseBody(text),
    hasHeader: (name, value) => sent[name] === value,
    hungUp,
  };
  return { recorded, gone: leaving.signal };
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
