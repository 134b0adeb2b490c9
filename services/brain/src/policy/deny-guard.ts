import { parsePolicy } from '@bakerst/guard/parse-policy';
import { createPolicyGuard } from '@bakerst/guard/policy-guard';
import type { Guard, GuardContext, ProposedCall, Verdict } from '@bakerst/shared/guard';

/** Stands for "there is no policy": its hash marks the verdicts that were made without one. */
export const NO_POLICY_TEXT = `# There is no valid policy: everything but reads of the house is denied.
version: 1
profile: strict
`;

/** Where no policy can be trusted, only the house's own reads go on. */
export function createDenyGuard(): Guard {
  const inner = guardOf(NO_POLICY_TEXT);
  const isOpen = (call: ProposedCall) => call.server === 'core' && call.effect === 'read';
  const decide = (context: GuardContext, call: ProposedCall): Verdict =>
    isOpen(call) ? inner.decide(context, call) : denied(call);
  return {
    policyHash: inner.policyHash,
    policyText: inner.policyText,
    standing: (definition) => inner.standing(definition),
    describe: (definition) => inner.describe(definition),
    begin: (request) => inner.begin(request),
    observe: (context, step, turn) => inner.observe(context, step, turn),
    wantsPlan: () => false,
    lookups: () => [],
    decide,
    judgedEffect: (context, call) => inner.judgedEffect(context, call),
    explain: (context, call) => {
      const explained = inner.explain(context, call);
      if (isOpen(call)) return explained;
      return { ...explained, verdict: denied(call), rules: [{ rule: 'no-policy', said: 'deny' }] };
    },
  };
}

function denied({ tool }: ProposedCall): Verdict {
  const reason = {
    rule: 'no-policy',
    message: `There is no valid policy, so ${tool} is denied: only reads of the house go on.`,
    remedy: 'Correct the policy file; `bakerst policy show` says what is wrong.',
  };
  return { decision: 'deny', reasons: [reason] };
}

/** The guard under a text that was in force once. @throws TypeError where the text is not a policy any more. */
export function guardOf(text: string): Guard {
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new TypeError('The text is not a policy.');
  return createPolicyGuard({ policy: parsed.policy, text });
}

/** The same, also for the time when there was none. */
export function formerGuard(text: string): Guard {
  return text === NO_POLICY_TEXT ? createDenyGuard() : guardOf(text);
}
