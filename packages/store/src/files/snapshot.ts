import { chmodSync, closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { storeError } from '../errors.ts';
import { assertIntact } from './integrity.ts';

/**
 * Writes a consistent, checked copy of an open database. It appears under its name only when it is complete and on
 * disk; an existing file is never replaced.
 */
export function writeSnapshot(database: DatabaseSync, target: string): { readonly bytes: number } {
  refuseExisting(target);
  const partial = `${target}.${process.pid}.partial`;
  rmSync(partial, { force: true });
  try {
    // Opened by us first: VACUUM INTO accepts an empty file, and so it never has a looser mode than 0600.
    closeSync(openSync(partial, 'wx', 0o600));
    database.prepare('VACUUM INTO ?').run(partial);
    return publish(partial, target);
  } finally {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(partial + end, { force: true });
  }
}

function publish(partial: string, target: string): { readonly bytes: number } {
  const copy = new DatabaseSync(partial, { readOnly: true });
  try {
    assertIntact(copy, partial);
  } finally {
    copy.close();
  }
  chmodSync(partial, 0o600);
  syncPath(partial);
  reserve(target);
  renameSync(partial, target);
  syncPath(dirname(target));
  return { bytes: statSync(target).size };
}

export function syncPath(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Takes the name, so that the rename can only replace what we made ourselves. */
function reserve(target: string): void {
  try {
    closeSync(openSync(target, 'wx', 0o600));
  } catch (error) {
    refuseExisting(target);
    throw error;
  }
}

function refuseExisting(target: string): void {
  if (!existsSync(target)) return;
  throw storeError({
    code: 'store_backup_refused',
    message: `${target} exists already.`,
    remedy: 'Name a file that does not exist yet.',
  });
}
