import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { storeError } from '../errors.ts';
import { isBusy, translate } from '../sqlite-errors.ts';

export interface FolderLock {
  release(): void;
}

/**
 * At most one process has a database open. The lock is the kernel's (an SQLite write lock on a file of its own), so
 * it is gone the moment its holder dies, and no pid can be mistaken for another. The pid beside it is for people.
 * @throws CodedError `store_locked` with the pid of the holder.
 */
export function acquireFolderLock(file: string): FolderLock {
  const lockFile = `${file}.lock`;
  const pidFile = `${file}.pid`;
  const database = new DatabaseSync(lockFile, { timeout: 0 });
  try {
    // Never opened and closed through node:fs: closing any descriptor would drop this process's locks on the file.
    chmodSync(lockFile, 0o600);
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN IMMEDIATE');
  } catch (cause) {
    database.close();
    throw isBusy(cause) ? locked(file, pidFile, cause) : translate(cause);
  }
  writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
  return {
    release() {
      rmSync(pidFile, { force: true });
      database.close();
    },
  };
}

function locked(file: string, pidFile: string, cause: unknown): Error {
  const pid = readPid(pidFile);
  return storeError({
    code: 'store_locked',
    message: `${file} is open in another process (${pid === undefined ? 'pid unknown' : `pid ${pid}`}).`,
    remedy:
      pid === undefined
        ? 'Stop the other brain, or choose another data folder (BAKERST_HOME).'
        : `Stop that brain (kill ${pid}), or choose another data folder (BAKERST_HOME).`,
    cause,
  });
}

function readPid(pidFile: string): number | undefined {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    return Number.isInteger(pid) && pid > 0 ? pid : undefined;
  } catch {
    // It is written a moment after the lock is taken; without it the message only lacks the pid.
    return undefined;
  }
}
