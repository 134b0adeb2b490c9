import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** Pages of log after which it is copied into the database between two batches: about 8 MB. */
const BUSY_PAGES = 2_000;
const IDLE_MS = 250;
/** Batches between two looks at the length of the log. */
const LOOK_EVERY = 32;

export interface Checkpointer {
  /** Call after the answers of a batch are sent, so that nobody waits for the copying. */
  afterBatch(): void;
  stop(): void;
}

/**
 * Keeps the write-ahead log short. SQLite's own way copies it inside a commit, which then stalls; here it is copied
 * when nothing is asked for, and under load between two batches.
 */
export function createCheckpointer(database: DatabaseSync): Checkpointer {
  let batches = 0;
  let timer: NodeJS.Timeout | undefined;
  const passive = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  const look = database.prepare('PRAGMA wal_checkpoint(NOOP)');
  return {
    afterBatch() {
      batches += 1;
      timer ??= setTimeout(() => {
        timer = undefined;
        logPages(passive);
      }, IDLE_MS);
      timer.refresh();
      if (batches % LOOK_EVERY === 0 && logPages(look) >= BUSY_PAGES) logPages(passive);
    },
    stop() {
      clearTimeout(timer);
    },
  };
}

/** Runs one of the statements above; 0 where it failed. */
function logPages(checkpoint: StatementSync): number {
  try {
    const pages = checkpoint.get()?.log;
    return typeof pages === 'number' ? pages : 0;
  } catch {
    // A full disk: what is committed is safe in the log, which is copied when there is space again.
    return 0;
  }
}
