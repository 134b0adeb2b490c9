import { CodedError, type CodedErrorFields } from '@bakerst/shared/coded-error';

export type AuditErrorCode =
  /** The event's canonical JSON is larger than a leaf may be. */
  | 'audit_event_too_large'
  /** The event holds something JSON cannot express. */
  | 'audit_event_invalid';

export function auditError(fields: CodedErrorFields<AuditErrorCode>): CodedError<AuditErrorCode> {
  return new CodedError(fields);
}
