import { CodedError, type CodedErrorFields } from '@bakerst/shared/coded-error';

export type AuditStorageErrorCode =
  /** The log cannot be written now (full disk, closed): effects stop until it can. */
  | 'audit_unavailable'
  /** The same event id was appended before with other content. */
  | 'audit_conflict'
  /** The file's last lines are not a log this program wrote. */
  | 'audit_file_damaged';

export function auditStorageError(
  fields: CodedErrorFields<AuditStorageErrorCode>,
): CodedError<AuditStorageErrorCode> {
  return new CodedError(fields);
}
