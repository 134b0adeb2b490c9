import { CodedError, type CodedErrorFields } from './coded-error.ts';

/** Codes that several packages raise. A package's own codes live in its own `errors.ts`. */
export type SharedErrorCode =
  /** A recorded step or event is of a type or version this release does not know. */
  | 'unknown_record_version'
  /** A recorded step or event does not match the schema of its type and version. */
  | 'malformed_record';

export function sharedError(fields: CodedErrorFields<SharedErrorCode>): CodedError<SharedErrorCode> {
  return new CodedError(fields);
}
