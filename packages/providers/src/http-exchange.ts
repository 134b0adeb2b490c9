import type { Dispatcher } from 'undici';
import { networkFailure } from './network-failure.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  /** Chunks as they arrive, then the failure if there was one. Throws the signal's reason on abort. */
  chunks(): AsyncGenerator<Buffer>;
  /** Lets the rest of the reply pass unread, so that the connection can be used again. */
  discard(): void;
  /** Closes the connection. Does nothing after the reply has ended or was discarded. */
  abort(): void;
}

/** Chunks waiting for a slow reader before the socket is paused. */
const HIGH_WATER_BYTES = 1_048_576;
/** A reply that goes on after its end mark is not worth the wait. */
const DISCARD_LIMIT_BYTES = 262_144;

/**
 * One request and its reply, as undici's own handler: a chunk goes from the socket to the reader's `await` without a
 * stream object in between, which is half the cost of `request()`.
 */
export class Exchange implements Dispatcher.DispatchHandler, HttpReply {
  readonly head: Promise<HttpReply>;
  status = 0;
  headers: Headers = {};
  readonly #url: URL;
  readonly #idleTimeoutMs: number;
  readonly #signal: AbortSignal;
  #settleHead: { resolve: (reply: HttpReply) => void; reject: (error: unknown) => void };
  #controller: Dispatcher.DispatchController | undefined;
  #queue: Buffer[] = [];
  #queuedBytes = 0;
  #discardedBytes = 0;
  #discarding = false;
  #ended = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(url: URL, idleTimeoutMs: number, signal: AbortSignal) {
    this.#url = url;
    this.#idleTimeoutMs = idleTimeoutMs;
    this.#signal = signal;
    const { promise, resolve, reject } = Promise.withResolvers<HttpReply>();
    this.head = promise;
    this.#settleHead = { resolve, reject };
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Aborted while it waited for a connection.
    if (this.#failure !== undefined) controller.abort(new Error('aborted'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200) return;
    this.status = status;
    this.headers = headers;
    this.#settleHead.resolve(this);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#discarding) {
      this.#discardedBytes += chunk.length;
      if (this.#discardedBytes > DISCARD_LIMIT_BYTES) controller.abort(new Error('reply too long'));
      return;
    }
    this.#queue.push(chunk);
    this.#queuedBytes += chunk.length;
    if (this.#queuedBytes > HIGH_WATER_BYTES) controller.pause();
    this.#wake?.();
  }

  onResponseEnd(): void {
    this.#ended = true;
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#wake?.();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(networkFailure(error, this.#url, this.#idleTimeoutMs));
  }

  async *chunks(): AsyncGenerator<Buffer> {
    for (;;) {
      const chunk = this.#queue.shift();
      if (chunk !== undefined) {
        this.#queuedBytes -= chunk.length;
        if (this.#queuedBytes === 0 && this.#controller?.paused) this.#controller.resume();
        yield chunk;
      } else if (this.#failure !== undefined) {
        throw this.#failure.error;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        this.#wake = undefined;
      }
    }
  }

  discard(): void {
    this.#discarding = true;
    this.#queue = [];
    if (this.#controller?.paused) this.#controller.resume();
  }

  abort(): void {
    if (this.#ended || this.#discarding) return;
    this.#fail(new Error('The reply is no longer wanted.'));
    this.#controller?.abort(new Error('aborted'));
  }

  readonly #onAbort = (): void => {
    // What is still waiting was sent before the person pressed stop, but nobody reads on after an abort.
    this.#queue = [];
    this.#fail(this.#signal.reason);
    this.#controller?.abort(new Error('aborted'));
  };

  #fail(error: unknown): void {
    if (this.#failure !== undefined || this.#ended) return;
    this.#failure = { error };
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#settleHead.reject(error);
    this.#wake?.();
  }
}
