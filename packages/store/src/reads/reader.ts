import type { DatabaseSync } from 'node:sqlite';
import { translate } from '../sqlite-errors.ts';
import { queries, Statements } from '../statements.ts';

export const READER_QUERIES = queries({ begin: 'BEGIN', commit: 'COMMIT' });

/** The read-only connection of the main thread. Everything committed before a call is seen by it. */
export interface Reader {
  /** One statement or several, all on the same state of the database. */
  read<T>(work: (db: Statements) => T): T;
}

export function createReader(database: DatabaseSync): Reader {
  const db = new Statements(database);
  return {
    read(work) {
      try {
        db.run(READER_QUERIES.begin);
        return work(db);
      } catch (error) {
        throw translate(error);
      } finally {
        if (database.isOpen && db.inTransaction) db.run(READER_QUERIES.commit);
      }
    },
  };
}

/** Keeps a page's size within what a read may cost on the main thread. */
export function clampLimit(limit: number, most: number): number {
  return Math.max(1, Math.min(Math.trunc(limit) || 1, most));
}
