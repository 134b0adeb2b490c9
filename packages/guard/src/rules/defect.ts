import type { Explanation, ToolStanding, Verdict } from '@bakerst/shared/guard';
import { HIGHEST_LABEL, type Label } from '@bakerst/shared/labels';

/** Whatever goes wrong inside of the monitor denies the call: a defect must not open anything. */
export function defectVerdict(error: unknown): Verdict {
  const what = error instanceof Error ? error.message : 'no error was given';
  return {
    decision: 'deny',
    reasons: [
      {
        rule: 'guard-defect',
        message: `The monitor could not judge this call: ${what}`.slice(0, 2_000).toWellFormed(),
        remedy: 'Make a plainer call. If this one is plain, the monitor has a defect: please report it.',
      },
    ],
  };
}

const UNKNOWN: ToolStanding = {
  effect: 'external',
  idempotent: false,
  acceptance: 'unknown',
  results: HIGHEST_LABEL,
  clearance: 'public',
};

/** The same as an explanation. */
export function defectExplanation(error: unknown, label: Label, policyHash: string): Explanation {
  return {
    verdict: defectVerdict(error),
    standing: UNKNOWN,
    label,
    tainted: true,
    values: [],
    plan: { by: 'none', calls: [] },
    rules: [{ rule: 'guard-defect', said: 'deny' }],
    policyHash,
  };
}
