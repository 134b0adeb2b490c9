import { CodedError, type CodedErrorFields } from '@bakerst/shared/coded-error';

export type ApprovalErrorCode =
  /** The approval was decided, withdrawn or expired before. */
  | 'approval_not_open'
  /** The digest is not the one of the card that was shown. */
  | 'approval_digest_mismatch'
  /** The caller may not decide approvals at all. */
  | 'approval_not_permitted'
  /** The decision names no showing of this card to this credential. */
  | 'approval_nonce_invalid'
  /** Decisions came too quickly: the destination must be typed. */
  | 'approval_typing_required'
  /** The policy asks for somebody who signed in just now. */
  | 'approval_step_up_required'
  /** The policy asks for somebody else than who asked. */
  | 'approval_needs_second_person'
  /** A value cannot be endorsed or remembered. */
  | 'approval_endorsement_refused';

export function approvalError(fields: CodedErrorFields<ApprovalErrorCode>): CodedError<ApprovalErrorCode> {
  return new CodedError(fields);
}
