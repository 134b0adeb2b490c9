import { canonicalDigest } from '@bakerst/agent/call-digest';
import type { Lookup, Referent } from '@bakerst/shared/guard';
import type { LookUp } from './recorded-steps.ts';
import { answerLookup, type Item, type World } from './world.ts';

/** Makes the look-ups that the guard asks for, against the clean world: one finding for each handle. */
export function lookUpIn(world: World): LookUp {
  return (guard, context, call) => {
    const best = new Map<string, Referent>();
    for (const lookup of guard.lookups(context, call)) {
      const found = findReferent(world, lookup);
      const key = JSON.stringify([lookup.argument, lookup.value]);
      const known = best.get(key);
      if (!known || rank(found) > rank(known)) best.set(key, found);
    }
    return [...best.values()];
  };
}

function findReferent(world: World, lookup: Lookup): Referent {
  const { argument, value, kind, words, id, title } = lookup;
  const query = Object.keys(lookup.arguments)[0] ?? '';
  const items = answerLookup(world, lookup, { query, id, title });
  const named = items.filter((item) => sameText(item[title], words));
  const candidates = named.length > 0 ? named : items;
  const base = { argument, value, kind, words };
  const [only] = candidates;
  if (candidates.length > 1) return { ...base, state: 'ambiguous' };
  if (!only || only[id] !== value) return { ...base, state: 'not_found' };
  return {
    ...base,
    state: 'resolved',
    match: named.length > 0 ? 'title' : 'only',
    ...described(only, title),
  };
}

function described(item: Item, title: string): Pick<Referent, 'title' | 'version'> {
  return { title: String(item[title]), version: canonicalDigest(item) };
}

function sameText(value: unknown, words: string): boolean {
  return typeof value === 'string' && value.trim().toLowerCase() === words.trim().toLowerCase();
}

function rank({ state, match }: Referent): number {
  if (state !== 'resolved') return state === 'ambiguous' ? 1 : 0;
  return match === 'title' ? 3 : 2;
}
