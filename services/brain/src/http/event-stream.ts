import type { ServerResponse } from 'node:http';
import { httpError } from './errors.ts';

/** An open Server-Sent Events answer. Writing waits while the client is slow, so that its producer can merge. */
export interface EventStream {
  /** Aborted when the client hung up, stalled for a minute, or the server stops. */
  readonly signal: AbortSignal;
  /** Resolves when the client can take more; never rejects. `data` is one line. */
  write(event: { readonly id?: string; readonly event?: string; readonly data: string }): Promise<void>;
}

/** Keeps the number of open streams of one principal bounded. */
export interface StreamSlots {
  /** @throws HttpError `too_many_streams` */
  enter(principal: string): () => void;
  open(): number;
}

export function createStreamSlots(limit: number): StreamSlots {
  const held = new Map<string, number>();
  let total = 0;
  return {
    enter(principal) {
      const count = held.get(principal) ?? 0;
      if (count >= limit) {
        throw httpError({
          code: 'too_many_streams',
          message: `${limit} event streams are open already.`,
          remedy: 'Close some tabs or clients; streams end by themselves when their turn ends.',
          retryable: true,
        });
      }
      held.set(principal, count + 1);
      total += 1;
      return () => {
        const left = (held.get(principal) ?? 1) - 1;
        total -= 1;
        if (left > 0) held.set(principal, left);
        else held.delete(principal);
      };
    },
    open: () => total,
  };
}

const HEARTBEAT_MS = 15_000;
const STALL_MS = 60_000;
const RETRY_MS = 1_000;

export interface EventStreamOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly closing: AbortSignal | undefined;
  readonly heartbeatMs?: number;
  readonly stallMs?: number;
}

/**
 * Runs `produce` over the raw node response: nothing between us and the socket buffers, and a client that hangs up
 * is just the signal. Resolves when the answer has ended.
 */
export async function serveEvents(
  outgoing: ServerResponse,
  options: EventStreamOptions,
  produce: (stream: EventStream) => Promise<void>,
): Promise<void> {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  outgoing.once('close', end);
  options.closing?.addEventListener('abort', end, { once: true });
  if (options.closing?.aborted || outgoing.destroyed) end();
  outgoing.writeHead(200, {
    ...options.headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-store',
    'x-accel-buffering': 'no',
  });
  outgoing.write(`retry: ${RETRY_MS}\n\n`);
  const heartbeat = setInterval(() => {
    if (!outgoing.writableNeedDrain) outgoing.write(':\n\n');
  }, options.heartbeatMs ?? HEARTBEAT_MS);
  const stallMs = options.stallMs ?? STALL_MS;
  try {
    await produce({ signal: ended.signal, write: (event) => writeEvent(outgoing, event, stallMs) });
  } finally {
    clearInterval(heartbeat);
    outgoing.off('close', end);
    options.closing?.removeEventListener('abort', end);
    if (!outgoing.destroyed) outgoing.end();
  }
}

function writeEvent(
  outgoing: ServerResponse,
  event: { readonly id?: string; readonly event?: string; readonly data: string },
  stallMs: number,
): Promise<void> {
  if (outgoing.destroyed) return Promise.resolve();
  let frame = event.id === undefined ? '' : `id: ${event.id}\n`;
  if (event.event !== undefined) frame += `event: ${event.event}\n`;
  frame += `data: ${event.data}\n\n`;
  return outgoing.write(frame) ? Promise.resolve() : drained(outgoing, stallMs);
}

/** A client that reads nothing for a minute is gone for us, though its socket may live. */
function drained(outgoing: ServerResponse, stallMs: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(stalled);
      outgoing.off('drain', done).off('close', done);
      resolve();
    };
    const stalled = setTimeout(() => {
      outgoing.destroy();
      done();
    }, stallMs);
    outgoing.once('drain', done).once('close', done);
  });
}
