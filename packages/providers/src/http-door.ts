import { Agent } from 'undici';
import { Exchange, type HttpReply } from './http-exchange.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The only way out of this package. Redirects are never followed: a reply with one comes back as it is. */
export interface HttpDoor {
  /** Resolves with the head of the reply; rejects with the signal's reason, or a `ProviderError`. */
  open(request: HttpRequest, signal: AbortSignal): Promise<HttpReply>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;

export function createHttpDoor(idleTimeoutMs: number): HttpDoor {
  const agent = new Agent({
    connect: { timeout: CONNECT_TIMEOUT_MS },
    // "No byte for this long" counts from the request to the head of the reply, and between any two chunks.
    headersTimeout: idleTimeoutMs,
    bodyTimeout: idleTimeoutMs,
    keepAliveTimeout: 30_000,
    maxHeaderSize: 65_536,
  });
  return {
    async open(request, signal) {
      signal.throwIfAborted();
      const exchange = new Exchange(request.url, idleTimeoutMs, signal);
      const { method, url, headers, body } = request;
      agent.dispatch(
        { origin: url.origin, path: url.pathname + url.search, method, headers, body: body ?? null },
        exchange,
      );
      return exchange.head;
    },
    close: () => agent.destroy(),
  };
}
