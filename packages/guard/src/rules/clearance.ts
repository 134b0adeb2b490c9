import { isMoreConfidential } from '@bakerst/shared/labels';
import { isQuiet } from '../effect-kinds.ts';
import { confidentialityWithout } from '../facts/read-facts.ts';
import { isAbsence } from '../provenance/argument-leaves.ts';
import { isAllFromWords } from './effect-rules.ts';
import { type Judgement, NOTHING, type Rule, says } from './judgement.ts';

/** Whether the context holds more than the call's server may learn; what the server sent itself does not count. */
function exceedsClearance({ facts, context, call, standing }: Judgement): boolean {
  return isMoreConfidential(confidentialityWithout(facts, call.server, context.label), standing.clearance);
}

/** Under taint, a call to a server that may not learn what was read leaves the house, whatever its hints say. */
export function leavesTheHouse(judgement: Judgement): boolean {
  const { call, tainted } = judgement;
  return (
    tainted &&
    call.server !== 'core' &&
    isQuiet(call.effect) &&
    exceedsClearance(judgement) &&
    !isAllFromWords(judgement)
  );
}

const PEOPLE = /^(?:recipient|participant|attendee|guest|invitee)s?$/u;

/** A private write with other people among its arguments, an event with guests, reaches them. */
export function reachesPeople({ standing, values }: Judgement): boolean {
  return (
    standing.effect === 'write-private' &&
    values.some(
      ({ spec, slot, leaf }) =>
        spec.role === 'control' && leaf.isKey !== true && PEOPLE.test(slot) && !isAbsence(leaf),
    )
  );
}

const MOVES: ReadonlySet<string> = new Set(['external', 'money', 'read-open', 'destructive']);

/** Nothing secret goes to a server that is not cleared for it without a person. */
export const SECRET_RULE: Rule = {
  name: 'secret-moved',
  judge: ({ facts, context, call, standing }) => {
    const isSecret = confidentialityWithout(facts, call.server, context.label) === 'secret';
    if (!isSecret || standing.clearance === 'secret' || !MOVES.has(call.effect)) return NOTHING;
    return says('ask', 'secret-moved', {
      message: `Something secret was read, and ${call.server} is cleared for what is ${standing.clearance} at most.`,
      remedy: 'Look that nothing secret is among the values, or clear the server for it in the policy.',
    });
  },
};
