import { setTimeout as wait } from 'node:timers/promises';
import { errno } from './forbidden-paths.ts';

export interface StopOrder {
  /** Sends the polite signal; false when there is nobody to send it to. */
  readonly terminate: () => boolean;
  /** Ends everything, at once. */
  readonly kill: () => void;
  readonly exited: Promise<unknown>;
  readonly graceMs: number;
}

/** SIGTERM, then SIGKILL after the grace time; resolves when the process is gone. */
export async function stopProcess(order: StopOrder): Promise<void> {
  const reached = order.terminate();
  if (reached && order.graceMs > 0) {
    const timer = new AbortController();
    const grace = wait(order.graceMs, undefined, { signal: timer.signal, ref: false }).catch(ignoreAbort);
    await Promise.race([order.exited, grace]);
    timer.abort();
  }
  order.kill();
  await order.exited;
}

/** Sends a signal to a process group; false when the group does not exist any more. */
export function signalGroup(leader: number, signal: NodeJS.Signals): boolean {
  return sendSignal(-leader, signal);
}

export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (errno(error) === 'ESRCH') return false;
    throw error;
  }
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
}
