import { Policy, type PolicyProblem } from '@bakerst/shared/policy';
import { checkPolicy } from './check-policy.ts';
import { readPolicyDocument } from './policy-document.ts';
import { problemsOfIssue } from './policy-issues.ts';

export type ParsedPolicy =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problems: readonly PolicyProblem[] };

const MAX_PROBLEMS = 100;

/**
 * Reads a policy file (YAML 1.2, at most 1 MB). Either all of it is right or nothing of it counts; every problem has
 * its place and a remedy. Never throws.
 */
export function parsePolicy(text: string): ParsedPolicy {
  const read = readPolicyDocument(text);
  if (!read.ok) return refused(read.problems);
  const { document } = read;
  const parsed = Policy.safeParse(document.value);
  if (!parsed.success) {
    return refused(parsed.error.issues.flatMap((issue) => problemsOfIssue(issue, document)));
  }
  const problems = checkPolicy(parsed.data, document);
  return problems.length > 0 ? refused(problems) : { ok: true, policy: parsed.data };
}

function refused(problems: readonly PolicyProblem[]): ParsedPolicy {
  const sorted = problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return { ok: false, problems: sorted.slice(0, MAX_PROBLEMS) };
}
