import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { storeError } from './errors.ts';
import { openForWriting } from './files/connections.ts';
import { acquireFolderLock } from './files/folder-lock.ts';
import { assertIntact } from './files/integrity.ts';
import { assertReadable } from './files/migrate.ts';
import { ensureFolder } from './files/prepare-database.ts';
import { syncPath } from './files/snapshot.ts';
import { MIGRATIONS } from './migrations/all.ts';
import { translate } from './sqlite-errors.ts';

export interface RestoredBackup {
  /** Where the database that was replaced is kept; absent where there was none. */
  readonly replaced?: string;
  readonly bytes: number;
  readonly schemaVersion: number;
}

/**
 * Puts a backup in the place of the database. The backup is copied and checked before anything is touched; the
 * replaced database is kept beside it.
 * @throws CodedError `store_locked` while a brain runs, `store_backup_refused`, `store_corrupt`,
 *   `store_newer_release`, `store_foreign_file`, `store_io`, `store_full`.
 */
export function restoreBackup(options: {
  readonly backup: string;
  readonly file: string;
  readonly now?: () => number;
}): RestoredBackup {
  const { backup, file, now = Date.now } = options;
  refuseUnfinished(backup);
  ensureFolder(file);
  const lock = acquireFolderLock(file);
  const copy = `${file}.restoring`;
  try {
    removeDatabase(copy);
    const schemaVersion = copyChecked(backup, copy);
    const replaced = existsSync(file) ? setAside(file, now()) : undefined;
    // Atomic: at any moment there is a whole database under the name.
    renameSync(copy, file);
    syncPath(dirname(file));
    const bytes = statSync(file).size;
    return { bytes, schemaVersion, ...(replaced === undefined ? {} : { replaced }) };
  } catch (error) {
    throw translate(error);
  } finally {
    removeDatabase(copy);
    lock.release();
  }
}

/** A live database is its file and its log; the file alone would silently lack what is in the log. */
function refuseUnfinished(backup: string): void {
  const log = statSync(`${backup}-wal`, { throwIfNoEntry: false });
  const isFile = statSync(backup, { throwIfNoEntry: false })?.isFile() === true;
  if (isFile && (log === undefined || log.size === 0)) return;
  throw notABackup(
    isFile ? `${backup} is a database in use, not a backup.` : `There is no backup ${backup}.`,
  );
}

function notABackup(message: string): Error {
  const remedy = 'Name a file that `bakerst backup` wrote.';
  return storeError({ code: 'store_backup_refused', message, remedy });
}

function copyChecked(backup: string, copy: string): number {
  copyFileSync(backup, copy, constants.COPYFILE_EXCL);
  chmodSync(copy, 0o600);
  const database = new DatabaseSync(copy);
  try {
    assertIntact(database, backup);
    const version = assertReadable(database, { file: backup, migrations: MIGRATIONS });
    if (version > 0) return version;
    throw notABackup(`${backup} is empty.`);
  } finally {
    database.close();
    syncPath(copy);
  }
}

/** Keeps the replaced database under a name of its own, its log folded in where it still can be. */
function setAside(file: string, now: number): string {
  const aside = `${file}.replaced.${new Date(now).toISOString().replace(/[:.]/g, '-')}`;
  const isFolded = foldLog(file);
  linkSync(file, aside);
  if (isFolded) return aside;
  for (const end of ['-wal', '-shm']) {
    if (existsSync(file + end)) renameSync(file + end, aside + end);
  }
  return aside;
}

function foldLog(file: string): boolean {
  try {
    // Closing the last connection copies the log into the file and removes it.
    openForWriting(file).close();
  } catch {
    // Damaged: that is why it is being replaced. Its log is then kept beside it as it is.
    return false;
  }
  return !existsSync(`${file}-wal`);
}

function removeDatabase(file: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(file + end, { force: true });
}
