import type { DatabaseSync } from 'node:sqlite';

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
  const runIdle = () => {
    timer = undefined;
    batches = 0;
    passive.get();
  };
  return {
    afterBatch() {
      batches += 1;
      timer ??= setTimeout(runIdle, IDLE_MS);
      timer.refresh();
      if (batches % LOOK_EVERY !== 0) return;
      const pages = look.get()?.log;
      if (typeof pages === 'number' && pages >= BUSY_PAGES) passive.get();
    },
    stop() {
      clearTimeout(timer);
    },
  };
}
