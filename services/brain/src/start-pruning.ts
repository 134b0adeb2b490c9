import type { StoreLifecycle } from '@bakerst/shared/store/system-store';
import type { Logger } from 'pino';
import type { Closers } from './closers.ts';

export interface PruningParts {
  readonly store: Pick<StoreLifecycle, 'prune'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: Logger;
  readonly everyMs?: number;
}

const HOUR_MS = 3_600_000;

/** Deletes what has expired (sessions, login codes, idempotency keys): now, and then every hour. */
export function startPruning({ store, now, log, everyMs = HOUR_MS }: PruningParts, closers: Closers): void {
  let running = Promise.resolve();
  const prune = () => {
    running = store.prune(new Date(now()).toISOString()).catch((error: unknown) => {
      log.warn({ err: error }, 'What has expired could not be deleted; it is tried again.');
    });
  };
  prune();
  const timer = setInterval(prune, everyMs);
  closers.add('pruning', async () => {
    clearInterval(timer);
    await running;
  });
}
