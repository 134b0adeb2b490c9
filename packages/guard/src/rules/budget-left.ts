import { argumentPolicy } from '../policy/compile-policy.ts';
import { leavesOf } from '../provenance/argument-leaves.ts';
import type { Judgement } from './judgement.ts';

/** Calls of the tool that the person's words, or the planner's reading of them, still leave. */
export function callsLeft({ plan, facts, call }: Judgement): number {
  const byWords = plan.tools.get(call.tool)?.most ?? 0;
  const byPlanner = plan.planned
    .filter((one) => one.tool === call.tool)
    .reduce((sum, one) => sum + one.most, 0);
  const used = facts.calls.filter(
    (one) =>
      one.isOfRequest && one.decided.tool === call.tool && one.decided.call !== call.call && mayHaveRun(one),
  );
  return Math.max(byWords, byPlanner) - used.length;
}

type Used = Judgement['facts']['calls'][number];

/** Also what is on its way: verdicts of one batch share the budget. */
function mayHaveRun({ decided, approval, ended }: Used): boolean {
  if (decided.problem || decided.verdict.decision === 'deny') return false;
  if (approval && approval.decision !== 'approved') return false;
  return (
    ended?.outcome !== 'denied' && !(ended?.outcome === 'error' && ended.error?.code === 'audit_unavailable')
  );
}

/** The same booking, payment or message once more: same tool, same control values, within this conversation. */
export function repeatsFormerCall({ facts, call, tool }: Judgement): boolean {
  const controls = controlKey(call.arguments, tool?.policy);
  return facts.calls.some(
    (one) =>
      one.decided.call !== call.call &&
      one.decided.tool === call.tool &&
      one.isOfRequest &&
      mayHaveRun(one) &&
      controlKey(one.decided.arguments ?? {}, tool?.policy) === controls,
  );
}

function controlKey(
  args: Readonly<Record<string, unknown>>,
  policy: Parameters<typeof argumentPolicy>[0],
): string {
  const controls = leavesOf(args).filter((leaf) => argumentPolicy(policy, leaf.argument).role === 'control');
  return JSON.stringify(controls.map((leaf) => [leaf.path, leaf.value]));
}
