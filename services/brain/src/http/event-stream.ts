import type { ServerResponse } from 'node:http';

/** An open Server-Sent Events answer. Writing waits while the client is slow, so that its producer can merge. */
export interface EventStream {
  /** Aborted when the client hung up, its credential ended, or the server stops. */
  readonly signal: AbortSignal;
  /** Resolves when the client can take more; never rejects. `data` is one line. */
  write(event: { readonly id?: string; readonly event?: string; readonly data: string }): Promise<void>;
}

const HEARTBEAT_MS = 15_000;
const STALL_MS = 60_000;
const RETRY_MS = 1_000;

export interface EventStreamOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** Each ends the stream: the server stops, the credential was revoked. */
  readonly endedBy: readonly AbortSignal[];
  /** Asked at every heartbeat; false ends the stream. */
  readonly stillAllowed?: () => boolean;
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
  for (const signal of options.endedBy) signal.addEventListener('abort', end, { once: true });
  if (options.endedBy.some((signal) => signal.aborted) || outgoing.destroyed) end();
  outgoing.writeHead(200, {
    ...options.headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-store',
    'x-accel-buffering': 'no',
  });
  outgoing.write(`retry: ${RETRY_MS}\n\n`);
  const heartbeat = setInterval(() => {
    if (options.stillAllowed?.() === false) end();
    else if (!outgoing.writableNeedDrain) outgoing.write(':\n\n');
  }, options.heartbeatMs ?? HEARTBEAT_MS);
  const frames = createFrameWriter(outgoing, options.stallMs ?? STALL_MS);
  try {
    await produce({ signal: ended.signal, write: frames.write });
  } finally {
    frames.flush();
    clearInterval(heartbeat);
    outgoing.off('close', end);
    for (const signal of options.endedBy) signal.removeEventListener('abort', end);
    if (!outgoing.destroyed) outgoing.end();
  }
}

interface FrameWriter {
  write(event: { readonly id?: string; readonly event?: string; readonly data: string }): Promise<void>;
  flush(): void;
}

/**
 * Frames written in one go of the event loop leave in one system call, since a turn's events come in bursts; nothing
 * waits longer than that.
 */
function createFrameWriter(outgoing: ServerResponse, stallMs: number): FrameWriter {
  let gathered = '';
  const flush = (): void => {
    const frames = gathered;
    gathered = '';
    if (frames !== '' && !outgoing.destroyed) outgoing.write(frames);
  };
  return {
    flush,
    write: ({ id, event, data }) => {
      if (outgoing.destroyed) return Promise.resolve();
      if (gathered === '') process.nextTick(flush);
      const head = `${id === undefined ? '' : `id: ${id}\n`}${event === undefined ? '' : `event: ${event}\n`}`;
      gathered += `${head}data: ${data}\n\n`;
      const isFull = outgoing.writableNeedDrain || gathered.length > outgoing.writableHighWaterMark;
      if (!isFull) return Promise.resolve();
      flush();
      return outgoing.writableNeedDrain ? drained(outgoing, stallMs) : Promise.resolve();
    },
  };
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
