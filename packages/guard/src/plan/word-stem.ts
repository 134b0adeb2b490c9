/** Longer than any word that asks for something. */
const LONGEST = 40;

/**
 * The stem of an English word, light enough to be seen through: plural and verb endings go, and what is left of `e` and
 * doubled letters with them, so that `book`, `books`, `booked`, `booking` are one word.
 */
export function wordStem(word: string): string {
  const lower = word
    .slice(0, LONGEST + 1)
    .toLowerCase()
    .replace(/'s?$/u, '');
  if (lower.length <= 3 || lower.length > LONGEST) return lower;
  const cut = lower
    .replace(/ies$/u, 'y')
    .replace(/(ss|sh|ch|x|z)es$/u, '$1')
    .replace(/([^s])s$/u, '$1')
    .replace(/([a-z]{2,})(?:ing|ed)$/u, '$1')
    .replace(/([bdfglmnprt])\1$/u, '$1')
    .replace(/e$/u, '');
  return cut.length >= 2 ? cut : lower;
}

export interface Word {
  /** Lower case, as it is written. */
  readonly word: string;
  readonly stem: string;
  readonly start: number;
}

/** Words of a text with their offsets. */
export function wordsOf(text: string): readonly Word[] {
  return [...text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}'-]*/gu)].flatMap((match) => {
    // A hyphen joins words that may be asked for apart: `check-up`, `e-mail`.
    const word = match[0].toLowerCase();
    return [{ word, stem: wordStem(word.replaceAll('-', '')), start: match.index }];
  });
}
