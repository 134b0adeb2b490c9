import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { MIGRATIONS } from '../migrations/all.ts';
import { translate } from '../sqlite-errors.ts';
import { openForWriting } from './connections.ts';
import { assertIntact } from './integrity.ts';
import { migrate } from './migrate.ts';

/** Up to here a full check takes some ten milliseconds; up to the second a quick one does. */
const FULL_CHECK_BYTES = 8 * 1024 * 1024;
const QUICK_CHECK_BYTES = 64 * 1024 * 1024;

export interface PreparedDatabase {
  readonly schemaVersion: number;
  /** False where the file is so big that its check must not hold up the start: it runs beside (`health.ts`). */
  readonly isChecked: boolean;
}

/** Checks the file, makes or migrates it. Call under the folder lock. */
export function prepareDatabase(file: string, now: number): PreparedDatabase {
  if (!existsSync(file)) closeSync(openSync(file, 'wx', 0o600));
  const bytes = statSync(file).size;
  try {
    const database = openForWriting(file);
    try {
      if (bytes <= QUICK_CHECK_BYTES) {
        assertIntact(database, file, bytes <= FULL_CHECK_BYTES ? 'full' : 'quick');
      }
      const { to } = migrate(database, { file, migrations: MIGRATIONS, now });
      return { schemaVersion: to, isChecked: bytes <= QUICK_CHECK_BYTES };
    } finally {
      database.close();
    }
  } catch (error) {
    throw translate(error);
  }
}

/** The folder of the database, for its owner alone. An existing one keeps its mode. */
export function ensureFolder(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
}
