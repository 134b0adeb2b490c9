import { CodedError } from '@bakerst/shared/coded-error';
import { type StoreErrorCode, storeError } from './errors.ts';

/** Translates what `node:sqlite` and `node:fs` throw, once. Our own errors pass through unchanged. */
export function translate(error: unknown): CodedError<string> {
  if (error instanceof CodedError) return error;
  const result = primaryResult(error);
  const known = result === undefined ? fileTrouble(error) : KNOWN[result];
  const detail = error instanceof Error ? error.message : String(error);
  if (known === undefined) {
    return storeError({
      code: 'store_internal',
      message: `The store failed: ${detail}`,
      remedy: 'This is a defect in Baker Street: please report it with this message.',
      cause: error,
    });
  }
  return storeError({
    code: known.code,
    message: `${known.what} (${detail}).`,
    remedy: known.remedy,
    retryable: known.retryable,
    cause: error,
  });
}

/** True where the whole batch is lost, not only the unit that met it: disk full, I/O error, corruption. */
export function isDiskTrouble(error: unknown): boolean {
  const result = primaryResult(error);
  return result !== undefined && DISK_RESULTS.has(result);
}

export function isBusy(error: unknown): boolean {
  const result = primaryResult(error);
  return result === 5 || result === 6;
}

/** SQLite's primary result code (the low byte of the extended one). */
function primaryResult(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}

function fileTrouble(error: unknown): Known | undefined {
  if (!(error instanceof Error) || !('syscall' in error && 'code' in error)) return undefined;
  return error.code === 'ENOSPC' || error.code === 'EDQUOT' ? FULL : UNREADABLE;
}

interface Known {
  readonly code: StoreErrorCode;
  readonly what: string;
  readonly remedy: string;
  readonly retryable: boolean;
}

const BUSY: Known = {
  code: 'store_io',
  what: 'The database is locked by another program',
  remedy: 'Close other programs that have the database open.',
  retryable: true,
};
const UNREADABLE: Known = {
  code: 'store_io',
  what: 'The database file could not be read or written',
  remedy: 'Check the disk and the permissions of the data folder.',
  retryable: true,
};
const FULL: Known = {
  code: 'store_full',
  what: 'The disk is full',
  remedy: 'Free space on the disk of the data folder; the same request works again then.',
  retryable: true,
};
const DAMAGED: Known = {
  code: 'store_corrupt',
  what: 'The database is damaged',
  remedy: 'Stop the brain and restore the newest backup with `bakerst restore`.',
  retryable: false,
};

/** https://www.sqlite.org/rescode.html */
const KNOWN: Readonly<Record<number, Known>> = {
  5: BUSY,
  6: BUSY,
  8: UNREADABLE,
  10: UNREADABLE,
  14: UNREADABLE,
  11: DAMAGED,
  26: DAMAGED,
  13: FULL,
  18: {
    code: 'store_misuse',
    what: 'A value is too big to be stored',
    remedy: 'Send less in one request.',
    retryable: false,
  },
  19: {
    code: 'store_conflict',
    what: 'The row exists already, or one it refers to does not',
    remedy: 'Read the current state and try again.',
    retryable: false,
  },
};

const DISK_RESULTS: ReadonlySet<number> = new Set([8, 10, 11, 13, 14, 26]);
