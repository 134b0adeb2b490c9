import { CodedError, type CodedErrorFields } from '@bakerst/shared/coded-error';
import type { PolicyProblem } from '@bakerst/shared/policy';

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

/** `policy_invalid`, with the first of what is wrong and its place. */
export function invalidPolicy(problems: readonly PolicyProblem[]): CodedError<PolicyErrorCode> {
  const [first] = problems;
  const where = first?.line === undefined ? '' : `line ${first.line}: `;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return policyError({
    code: 'policy_invalid',
    message: `${where}${first?.path ? `${first.path}: ` : ''}${first?.message ?? 'It is wrong.'}${more}`,
    remedy: first?.remedy ?? 'Check it: bakerst policy check <file>',
  });
}
