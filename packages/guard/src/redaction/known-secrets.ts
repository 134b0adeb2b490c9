import { createSecretFinder, type SecretFinder } from '@bakerst/shared/find-secrets';
import type { Scanner } from './scanner.ts';

export const KNOWN_SECRET = 'known secret';

/** Looks for the secrets that are known right now: they come and go while the process runs. */
export function knownScanner(known: () => readonly string[]): Scanner {
  let values: readonly string[] = [];
  let find: SecretFinder = createSecretFinder(values);
  return (text) => {
    const current = known();
    if (current.length !== values.length || current.some((value, index) => value !== values[index])) {
      values = [...current];
      find = createSecretFinder(values);
    }
    const finder = find;
    let from = 0;
    return (to, found) => {
      finder(text, { from, to: Math.min(to, text.length) }, (start, end) =>
        found({ start, end, kind: KNOWN_SECRET }),
      );
      from = to;
    };
  };
}
