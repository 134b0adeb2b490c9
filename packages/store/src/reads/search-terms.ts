/** Letters, digits and marks: what the index's tokenizer (unicode61) makes words of, and nothing of its syntax. */
export const WORD = /[\p{L}\p{N}\p{M}\p{Co}]+/gu;

const MAX_TERMS = 12;
const MAX_TERM_CHARACTERS = 64;

/** The words of what a person typed, without repeats. Everything else of it is dropped. */
export function searchTerms(query: string): readonly string[] {
  const words = query.slice(0, 1_000).match(WORD) ?? [];
  return [...new Set(words.map((word) => word.slice(0, MAX_TERM_CHARACTERS)))].slice(0, MAX_TERMS);
}

/**
 * An FTS5 expression: messages of this owner that hold every term as the beginning of a word. A term is made of
 * word characters alone and quoted on top of it, so nothing typed can become an operator or a column filter.
 */
export function matchExpression(owner: number, terms: readonly string[]): string {
  const words = terms.map((term) => `"${term.replaceAll('"', '""')}"*`).join(' AND ');
  return `owner : "${Math.trunc(owner)}" AND text : (${words})`;
}

/** Case and diacritics do not count, as in the index. */
export function foldWord(word: string): string {
  return word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
