import type { Effect } from '@bakerst/shared/guard';

/** What a call of this effect does, for a person who decides about it. */
export const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  read: 'reads, and changes nothing',
  'read-open': 'reads from the open network: the address it asks for leaves the house',
  'write-private': 'changes something of yours that nobody else sees',
  destructive: 'destroys or overwrites something',
  external: 'reaches other people or leaves the house',
  money: 'spends or moves money',
  exec: 'runs a program',
  admin: 'changes what this system may do',
};

/** Effects for which nothing is remembered: each call is looked at by itself. */
export const NEVER_REMEMBERED: ReadonlySet<Effect> = new Set(['money', 'exec', 'admin']);
