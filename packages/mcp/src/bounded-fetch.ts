import { mcpError } from './errors.ts';

export interface BoundedFetchOptions {
  readonly fetch: typeof fetch;
  /** Until the head of a response has arrived. */
  readonly headMs: number;
  /** One event of a stream, or one whole response of any other kind. */
  readonly messageBytes: number;
}

/**
 * The `fetch` of the HTTP transport: with a deadline, with a limit on what one message may hold, and without
 * following redirects by itself (the SDK follows them only within the origin, so that headers with secrets stay).
 */
export function boundedFetch(options: BoundedFetchOptions): typeof fetch {
  return async (input, init) => {
    const head = new AbortController();
    const timer = setTimeout(() => head.abort(tooLate(options.headMs)), options.headMs);
    const signals = init?.signal ? [init.signal, head.signal] : [head.signal];
    try {
      const response = await options.fetch(input, {
        ...init,
        redirect: 'manual',
        signal: AbortSignal.any(signals),
      });
      return bounded(response, options.messageBytes);
    } finally {
      clearTimeout(timer);
    }
  };
}

function bounded(response: Response, maxBytes: number): Response {
  if (!response.body) return response;
  const isStream = response.headers.get('content-type')?.includes('text/event-stream') ?? false;
  let bytes = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      const end = isStream ? lastEventEnd(chunk) : -1;
      bytes = end < 0 ? bytes + chunk.length : chunk.length - end;
      if (bytes <= maxBytes) controller.enqueue(chunk);
      else controller.error(tooLarge(maxBytes));
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(limit), { status, statusText, headers });
}

/** Where the last event of a chunk ends: an empty line. -1 where none does. */
function lastEventEnd(chunk: Uint8Array): number {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  return Math.max(bytes.lastIndexOf('\n\n'), bytes.lastIndexOf('\r\n\r\n'), bytes.lastIndexOf('\r\r'));
}

function tooLate(milliseconds: number) {
  return mcpError({
    code: 'mcp_connection_failed',
    message: `The server did not answer within ${milliseconds} ms.`,
    remedy: 'Check the address and whether the server runs.',
    retryable: true,
  });
}

function tooLarge(maxBytes: number) {
  return mcpError({
    code: 'mcp_server_misbehaved',
    message: `The server sent a message of more than ${maxBytes} bytes.`,
    remedy: 'Ask for less at once.',
  });
}
