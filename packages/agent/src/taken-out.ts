import type { Leak } from './inspect-result.ts';

const KEY = 'secretTakenOut';
const KNOWN = 'known secret';

/** What is recorded instead of arguments that held a secret of the house: nobody reads them again, in whatever form. */
export function takenOut(leaks: readonly Leak[]): string {
  return JSON.stringify({ [KEY]: leaks[0]?.kind ?? KNOWN });
}

/**
 * The leak that such arguments stand for; undefined for all others. A model that writes them itself gains nothing: the
 * call is refused.
 */
export function leakTakenOut(args: Readonly<Record<string, unknown>>): Leak | undefined {
  if (!Object.hasOwn(args, KEY)) return undefined;
  const kind = args[KEY];
  const isKind = typeof kind === 'string' && /^[a-z ]{1,60}$/.test(kind);
  return { path: '', kind: isKind ? kind : KNOWN, isKnown: true };
}
