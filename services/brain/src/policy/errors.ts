import { CodedError, type CodedErrorFields } from '@bakerst/shared/coded-error';

export type PolicyErrorCode =
  /** A policy text has mistakes; the message has the first with its place. */
  | 'policy_invalid'
  /** The policy, or a tool of a server, is not the one that was looked at any more. */
  | 'policy_conflict'
  /** The policy file cannot be changed by this brain. */
  | 'policy_not_writable'
  /** No call of that id among one's own. */
  | 'policy_call_unknown';

export function policyError(fields: CodedErrorFields<PolicyErrorCode>): CodedError<PolicyErrorCode> {
  return new CodedError(fields);
}
