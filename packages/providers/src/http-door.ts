import type { Agent } from 'undici';
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
  let agent: Promise<Agent> | undefined;
  // The library is read with the first request: a start need not wait for it.
  const ready = () => {
    agent ??= openAgent(idleTimeoutMs);
    return agent;
  };
  return {
    async open(request, signal) {
      const dispatcher = await ready();
      signal.throwIfAborted();
      const exchange = new Exchange(request.url, idleTimeoutMs, signal);
      const { method, url, headers, body } = request;
      dispatcher.dispatch(
        { origin: url.origin, path: url.pathname + url.search, method, headers, body: body ?? null },
        exchange,
      );
      return exchange.head;
    },
    close: async () => {
      if (agent) await (await agent).destroy();
    },
  };
}

async function openAgent(idleTimeoutMs: number): Promise<Agent> {
  const { Agent } = await import('undici');
  return new Agent({
    connect: { timeout: CONNECT_TIMEOUT_MS },
    // "No byte for this long" counts from the request to the head of the reply, and between any two chunks.
    headersTimeout: idleTimeoutMs,
    bodyTimeout: idleTimeoutMs,
    keepAliveTimeout: 30_000,
    maxHeaderSize: 65_536,
  });
}
