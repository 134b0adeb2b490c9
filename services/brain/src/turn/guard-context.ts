import type { GuardContext } from '@bakerst/shared/guard';
import { HIGHEST_LABEL } from '@bakerst/shared/labels';
import type { Step } from '@bakerst/shared/steps';
import { messageOf } from './assemble-context.ts';
import { historyOf, stateOf, type TurnRun } from './turn-run.ts';

/**
 * The conversation as the guard sees it before the present batch of calls: every step, folded, with the label of what the
 * model had read when it proposed them. Also steps that a summary stands for: what a stranger said first does not become
 * the person's by being left out.
 */
export function guardContext(run: TurnRun): GuardContext {
  const { registry, guardFacts } = run.parts;
  const { guard } = registry;
  const { id: turn, conversation, owner: principal } = run.journal.record;
  const start = guard.begin({
    turn,
    conversation,
    principal,
    unattended: messageOf(run).options.unattended ?? false,
    stops: guardFacts.stops(),
    grants: guardFacts.grants(run.access),
  });
  const history = historyOf(run);
  const past: readonly (readonly [Step, string])[] = [
    ...[...history.leftOut(), ...history.turns].flatMap((one) =>
      one.steps.map(({ step }) => [step, one.record.id] as const),
    ),
    ...run.journal.steps.map(({ step }) => [step, turn] as const),
  ];
  const folded = past.reduce((context, [step, of]) => guard.observe(context, step, of), start);
  return { ...folded, label: stateOf(run).lastModel?.label ?? HIGHEST_LABEL };
}
