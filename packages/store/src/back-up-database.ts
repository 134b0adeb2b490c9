import { DatabaseSync } from 'node:sqlite';
import { writeSnapshot } from './files/snapshot.ts';
import { translate } from './sqlite-errors.ts';

/**
 * A consistent, checked copy of a database that may be in use by a brain; `target` must not exist. It blocks until
 * it is done: for programs that have nothing else to do. An open store has `backup`.
 * @throws CodedError `store_backup_refused`, `store_corrupt`, `store_io`, `store_full`.
 */
export function backUpDatabase(file: string, target: string): { readonly bytes: number } {
  try {
    const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
    try {
      return writeSnapshot(database, target);
    } finally {
      database.close();
    }
  } catch (error) {
    throw translate(error);
  }
}
