import { argumentPolicy } from '../policy/compile-policy.ts';
import { isAbsence, leavesOf } from '../provenance/argument-leaves.ts';
import { isDeclaredSafe } from '../provenance/prove-value.ts';
import { comparable } from '../provenance/same-value.ts';
import type { Judgement } from './judgement.ts';

/** Calls of the tool that the person's words, or the planner's reading of them, still leave. */
export function callsLeft({ plan, facts, call }: Judgement): number {
  const byWords = plan.tools.get(call.tool)?.most ?? 0;
  const byPlanner = plan.planned
    .filter((one) => one.tool === call.tool)
    .reduce((sum, one) => sum + one.most, 0);
  const since = orderOfPlan({ plan, facts });
  const used = facts.calls.filter(
    (one) =>
      (one.isOfRequest || one.order > since) &&
      one.decided.tool === call.tool &&
      one.decided.call !== call.call &&
      mayHaveRun(one),
  );
  return Math.max(byWords, byPlanner) - used.length;
}

/** Where the words of the plan stand: a yes to an earlier message does not give its calls a second time. */
function orderOfPlan({ plan, facts }: Pick<Judgement, 'plan' | 'facts'>): number {
  return facts.words.find(({ text }) => text === plan.words)?.order ?? Number.POSITIVE_INFINITY;
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

/**
 * The same booking, payment or message once more: same tool, same values that choose something, since the words that ask
 * for it. Another spelling, another order, or a value that is merely safe makes no other call.
 */
export function repeatsFormerCall({ facts, call, tool, plan }: Judgement): boolean {
  const controls = controlKey(call.arguments, tool?.policy);
  const since = orderOfPlan({ plan, facts });
  return facts.calls.some(
    (one) =>
      one.decided.call !== call.call &&
      one.decided.tool === call.tool &&
      (one.isOfRequest || one.order > since) &&
      mayHaveRun(one) &&
      controlKey(one.decided.arguments ?? {}, tool?.policy) === controls,
  );
}

function controlKey(
  args: Readonly<Record<string, unknown>>,
  policy: Parameters<typeof argumentPolicy>[0],
): string {
  const chosen = leavesOf(args).flatMap((leaf) => {
    const spec = argumentPolicy(policy, leaf.argument);
    if (spec.role !== 'control' || isDeclaredSafe(spec, leaf) || isAbsence(leaf)) return [];
    return [JSON.stringify([leaf.argument, comparable(leaf.value)?.toLowerCase() ?? leaf.value])];
  });
  return JSON.stringify(chosen.sort());
}
