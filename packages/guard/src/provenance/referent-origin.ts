import type { Referent } from '@bakerst/shared/guard';
import { findTitle } from '../words/find-value.ts';
import type { Evidence, Slotted } from './prove-value.ts';

interface FoundReferent {
  readonly origin: string;
  readonly match: Referent['match'];
}

/**
 * A handle that the monitor itself found for what the person named, as the only one of that name. Never for money: who
 * can name a thing like another could choose what is paid.
 */
export function referentOrigin(
  { call, facts, plan }: Evidence,
  { leaf }: Slotted,
): FoundReferent | undefined {
  if (call.effect === 'money') return undefined;
  const found = call.referents?.find((one) => one.argument === leaf.path && one.value === String(leaf.value));
  if (found?.state !== 'resolved' || found.words === undefined) return undefined;
  // The only hit of a search is enough for what stays in the house; its title must be the words for the rest.
  if (found.match !== 'title' && call.effect !== 'write-private' && call.effect !== 'read') return undefined;
  const { words } = found;
  const scope = plan.tools.get(call.tool);
  const isNamed = facts.words.some(({ text }) =>
    findTitle(text, words).some(
      (place) => text !== plan.words || scope === undefined || scope.sentences.has(place.sentence),
    ),
  );
  if (!isNamed) return undefined;
  return { match: found.match, origin: `the only ${found.kind} named "${found.title ?? words}"` };
}
