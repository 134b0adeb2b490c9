import type { Status } from '@bakerst/shared/api/system';
import type { PolicyKeeper } from './policy-keeper.ts';

type Warning = Status['warnings'][number];

/** What a person should know about the policy, for `bakerst status`, doctor and the console. */
export function policyWarnings(keeper: Pick<PolicyKeeper, 'inForce' | 'problems' | 'file'>): Warning[] {
  const { inForce, problems, file } = keeper;
  const [first] = problems;
  const where = first?.line === undefined ? '' : `line ${first.line}: `;
  const what = first ? `${where}${first.message}` : '';
  const remedy = `${first?.remedy ?? 'Correct the file.'} All of it: bakerst policy check ${file}`;
  if (inForce.source === 'missing') {
    const message =
      `There is no valid policy, so everything but reads of the house is denied. ${what}`.trim();
    return [{ code: 'policy_missing', message, remedy }];
  }
  if (first) {
    const message = `The newest policy is refused, the former one stays in force. ${what}`;
    return [{ code: 'policy_refused', message, remedy }];
  }
  if (inForce.policy.profile !== 'observe') return [];
  const message = 'The profile is observe: what would be asked runs without a question.';
  return [{ code: 'policy_observes', message, remedy: 'Run: bakerst policy profile balanced' }];
}
