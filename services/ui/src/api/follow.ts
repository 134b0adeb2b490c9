import { type ApiError, asApiError } from './api-error.ts';
import { send } from './request.ts';
import { readServerEvents, type ServerEvent } from './sse.ts';

export type LinkState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'open' }
  | { readonly kind: 'waiting'; readonly retryAtMs: number; readonly error: ApiError };

export interface FollowOptions {
  readonly path: () => string;
  /** The id to resume after; asked anew at each connection. */
  readonly lastEventId?: () => string | undefined;
  readonly onEvent: (event: ServerEvent) => void;
  readonly onState?: (state: LinkState) => void;
  /** The stream ended by itself: true to open it again. */
  readonly again: () => boolean;
  readonly signal: AbortSignal;
}

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 15_000;
/** The server beats every 15 s: silence for three beats is a dead link that TCP has not noticed. */
const SILENCE_MS = 45_000;

/** Keeps an event stream open: reconnects with growing delays, at once when the network or the reader comes back. */
export async function followEvents(options: FollowOptions): Promise<void> {
  let failures = 0;
  while (!options.signal.aborted) {
    options.onState?.({ kind: 'connecting' });
    const error = await readOnce(options, () => {
      failures = 0;
      options.onState?.({ kind: 'open' });
    });
    if (options.signal.aborted || isFinal(error)) return;
    if (error === undefined && !options.again()) return;
    const delay = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** failures) * (0.75 + Math.random() / 2);
    failures += 1;
    if (error !== undefined) options.onState?.({ kind: 'waiting', retryAtMs: Date.now() + delay, error });
    await pause(delay, options.signal);
  }
}

async function readOnce(options: FollowOptions, onOpen: () => void): Promise<ApiError | undefined> {
  const attempt = new AbortController();
  const signal = AbortSignal.any([options.signal, attempt.signal]);
  let timer = 0;
  const alive = (): void => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => attempt.abort(new Error('The stream fell silent.')), SILENCE_MS);
  };
  alive();
  try {
    const after = options.lastEventId?.();
    const headers = {
      accept: 'text/event-stream',
      ...(after === undefined ? {} : { 'last-event-id': after }),
    };
    const response = await send(options.path(), { headers, signal });
    if (response.body === null) return undefined;
    onOpen();
    for await (const event of readServerEvents(response.body, alive)) options.onEvent(event);
    return undefined;
  } catch (error) {
    return asApiError(error);
  } finally {
    window.clearTimeout(timer);
    attempt.abort();
  }
}

/** Asking again would not help: signed out, gone, or not ours. */
function isFinal(error: ApiError | undefined): boolean {
  return error !== undefined && [401, 403, 404, 410].includes(error.status);
}

/** Ends early when the browser comes online or the page is looked at again. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(done, ms);
    function done(): void {
      window.clearTimeout(timer);
      signal.removeEventListener('abort', done);
      window.removeEventListener('online', done);
      window.removeEventListener(RETRY_NOW, done);
      resolve();
    }
    signal.addEventListener('abort', done);
    window.addEventListener('online', done);
    window.addEventListener(RETRY_NOW, done);
  });
}

const RETRY_NOW = 'bakerst:retry-now';

export function retryNow(): void {
  window.dispatchEvent(new Event(RETRY_NOW));
}
