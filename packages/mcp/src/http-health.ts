import type { McpClock } from './clock.ts';
import { describeError, mcpError } from './errors.ts';
import type { RawRequest } from './mcp-session.ts';

export interface HealthOptions {
  readonly request: RawRequest;
  readonly clock: McpClock;
  readonly intervalMs: number;
  readonly onDead: (error: unknown) => void;
}

export interface HealthWatch {
  /** Something went wrong on the wire: look now. */
  checkSoon(): void;
  stop(): void;
}

const PING_MS = 10_000;
/** A busy server may miss one; a refused connection or a forgotten session counts at once. */
const MISSED_PINGS = 2;
const REQUEST_TIMEOUT = -32_001;
const CONNECTION_CLOSED = -32_000;

/** HTTP does not tell when a server is gone, nor when it came back without our session: it is asked. */
export function watchHealth(options: HealthOptions): HealthWatch {
  let missed = 0;
  let isStopped = false;
  let isChecking = false;
  let cancel = options.clock.after(options.intervalMs, check);
  function schedule(): void {
    cancel();
    if (!isStopped) cancel = options.clock.after(options.intervalMs, check);
  }
  function check(): void {
    if (isStopped || isChecking) return;
    isChecking = true;
    options
      .request('ping', {}, { timeout: PING_MS })
      .then(() => 'alive' as const, judge)
      .then((verdict) => {
        isChecking = false;
        missed = verdict === 'alive' ? 0 : missed + 1;
        const isDead = verdict === 'dead' || missed >= MISSED_PINGS;
        if (isDead && !isStopped) options.onDead(goneError(lastReason));
        else schedule();
      });
  }
  let lastReason: unknown = new Error('it does not answer');
  function judge(error: unknown): 'alive' | 'late' | 'dead' {
    lastReason = error;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === REQUEST_TIMEOUT) return 'late';
    // Any other answer of the protocol is an answer.
    const isProtocolError = typeof code === 'number' && code <= -32_000 && code !== CONNECTION_CLOSED;
    return isProtocolError ? 'alive' : 'dead';
  }
  return {
    checkSoon: check,
    stop: () => {
      isStopped = true;
      cancel();
    },
  };
}

function goneError(reason: unknown) {
  return mcpError({
    code: 'mcp_connection_failed',
    message: `The server is gone: ${describeError(reason)}.`,
    remedy: 'It is tried again by itself; check whether the service runs.',
    retryable: true,
  });
}
