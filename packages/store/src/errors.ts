import { CodedError, type CodedErrorFields } from '@bakerst/shared/coded-error';

export type StoreErrorCode =
  /** No such row, or a row of somebody else. */
  | 'store_not_found'
  /** The row is not in the state the operation needs (it was decided, changed or made already). */
  | 'store_conflict'
  /** Who asked for the call cannot approve it. */
  | 'store_second_person'
  /** The lease was lost: somebody else holds the turn, or it has ended. */
  | 'store_fenced'
  /** An idempotency key was used again with another request. */
  | 'store_idempotency_mismatch'
  /** The caller broke the contract of an operation: a defect of ours. */
  | 'store_misuse'
  /** The disk is full. */
  | 'store_full'
  /** The disk or the database file could not be read or written. */
  | 'store_io'
  /** More units wait than the writer can take. */
  | 'store_busy'
  /** The database failed its integrity check. */
  | 'store_corrupt'
  /** Another process has the data folder open. */
  | 'store_locked'
  /** The database was written by a newer release. */
  | 'store_newer_release'
  /** The file is a database of some other program. */
  | 'store_foreign_file'
  /** The target of a backup exists, or the backup cannot be used. */
  | 'store_backup_refused'
  /** The store was closed. */
  | 'store_closed'
  /** The writer failed in a way that nobody foresaw. */
  | 'store_internal';

export function storeError(fields: CodedErrorFields<StoreErrorCode>): CodedError<StoreErrorCode> {
  return new CodedError(fields);
}

/** One wording for "absent" and "not yours", so that the answer tells a stranger nothing. */
export function notFound(what: string): CodedError<StoreErrorCode> {
  return storeError({
    code: 'store_not_found',
    message: `There is no such ${what}.`,
    remedy: 'Check the id; it may have been deleted.',
  });
}

export function conflict(message: string, remedy: string): CodedError<StoreErrorCode> {
  return storeError({ code: 'store_conflict', message, remedy });
}

export function misuse(message: string): CodedError<StoreErrorCode> {
  return storeError({
    code: 'store_misuse',
    message,
    remedy: 'This is a defect in Baker Street: please report it with this message.',
  });
}

export function closed(): CodedError<StoreErrorCode> {
  return storeError({
    code: 'store_closed',
    message: 'The store is closed.',
    remedy: 'Start the brain again.',
  });
}
