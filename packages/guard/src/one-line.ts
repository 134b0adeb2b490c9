import { makeVisible } from '@bakerst/shared/hidden-text';

/** What ends a line, or moves what follows on it. */
export const BREAKS = /[\n\r\t\v\f\u0085\u2028\u2029]/gu;

/** A text in one line, nothing in it hidden: a line break in it could draw lines of a card. */
export function oneLine(text: string): string {
  return makeVisible(text).replaceAll(
    BREAKS,
    (found) => `<U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
  );
}
