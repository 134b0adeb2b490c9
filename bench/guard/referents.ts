import { bestReferents, readAnswer, resolveReferent } from '@bakerst/agent/resolve-referent';
import type { LookUp } from './recorded-steps.ts';
import { answerLookup, type World } from './world.ts';

/** Makes the look-ups that the guard asks for, against the clean world, and reads their answers as the brain does. */
export function lookUpIn(world: World): LookUp {
  return (guard, context, call) => {
    const found = guard.lookups(context, call).map((lookup) => {
      const query = Object.keys(lookup.arguments)[0] ?? '';
      const items = answerLookup(world, lookup, { query, id: lookup.id, title: lookup.title });
      return resolveReferent(
        lookup,
        readAnswer({ content: [], isError: false, structured: { result: items } }),
      );
    });
    return bestReferents(found);
  };
}
