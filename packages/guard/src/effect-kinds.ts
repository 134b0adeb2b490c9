import { Effect } from '@bakerst/shared/guard';

/** It changes nothing, whatever it tells whoever is asked. */
export function isRead(effect: Effect): boolean {
  return effect === 'read' || effect === 'read-open';
}

const QUIET: ReadonlySet<Effect> = new Set<Effect>(['read', 'read-open', 'write-private']);

/** It reaches nobody else and can be taken back. */
export function isQuiet(effect: Effect): boolean {
  return QUIET.has(effect);
}

const WEIGHTY: ReadonlySet<Effect> = new Set<Effect>(['destructive', 'external', 'money']);

/** It reaches others or cannot be taken back, and the person's words may ask for it: they must mean its values plainly. */
export function isWeighty(effect: Effect): boolean {
  return WEIGHTY.has(effect);
}

const ONE_BY_ONE: ReadonlySet<Effect> = new Set<Effect>(['money', 'exec', 'admin']);

/** Its values are approved one call at a time, and never endorsed for the calls after it. */
export function isApprovedOneByOne(effect: Effect): boolean {
  return ONE_BY_ONE.has(effect);
}

export function strongerEffect(a: Effect, b: Effect): Effect {
  const strength = (effect: Effect) => Effect.options.indexOf(effect);
  return strength(a) >= strength(b) ? a : b;
}
