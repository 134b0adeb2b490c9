import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { configurationError } from './errors.ts';

/** Leading `~/` is expanded: environment files and service units do not. */
export function absolutePath(path: string, userHome: string): string {
  return resolve(path === '~' || path.startsWith('~/') ? join(userHome, path.slice(1)) : path);
}

/**
 * Makes the data folder where it is missing, for its owner alone, and proves that it can be written.
 * @returns a warning where others may look into a folder that was there before.
 * @throws CodedError `home_unusable`
 */
export function prepareHome(home: string): string | undefined {
  try {
    makeFolder(home);
    const probe = join(home, `.write-test-${process.pid}`);
    writeFileSync(probe, '', { mode: 0o600 });
    rmSync(probe);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
    throw configurationError({
      code: 'home_unusable',
      message: `The data folder ${home} cannot be written (${code}).`,
      remedy:
        'Give this user write access to it, or set BAKERST_HOME (or --home) to a folder that it may write.',
      cause,
    });
  }
  // A mounted volume may need its group bits, so this is said and not changed.
  if ((statSync(home).mode & 0o007) === 0) return undefined;
  return `The data folder ${home} can be read by every user of this machine. Run: chmod 700 ${home}`;
}

/** Level by level: the recursive mkdir of Node never returns where a file system denies that it exists (`/proc`). */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  mkdirSync(folder, { mode: 0o700 });
}
