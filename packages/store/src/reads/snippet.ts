import { foldWord, WORD } from './search-terms.ts';

const MATCH_START = '\u0002';
const MATCH_END = '\u0003';
const BEFORE = 60;
const AFTER = 160;
/** A match further back than this is shown by the message's beginning. */
const SEARCHED_CHARACTERS = 50_000;

/** One line of text around the first match, every match in it between U+0002 and U+0003. */
export function snippet(text: string, terms: readonly string[]): string {
  const folded = terms.map(foldWord).filter((term) => term !== '');
  // The message may hold the marks itself: it must not draw its own.
  const plain = text.slice(0, SEARCHED_CHARACTERS).replace(/\p{Cc}/gu, ' ');
  const start = windowStart(plain, firstMatch(plain, folded));
  const end = windowEnd(plain, start + BEFORE + AFTER);
  const window = plain.slice(start, end);
  const marked = window.replace(WORD, (word) =>
    isMatch(word, folded) ? `${MATCH_START}${word}${MATCH_END}` : word,
  );
  const lead = start > 0 ? '… ' : '';
  const tail = end < text.length ? ' …' : '';
  return `${lead}${marked.replace(/\s+/g, ' ').trim()}${tail}`;
}

function firstMatch(text: string, folded: readonly string[]): number {
  for (const found of text.matchAll(WORD)) {
    if (isMatch(found[0], folded)) return found.index;
  }
  return 0;
}

function isMatch(word: string, folded: readonly string[]): boolean {
  const plain = foldWord(word);
  return folded.some((term) => plain.startsWith(term));
}

/** Begins at a word, and never inside a surrogate pair. */
function windowStart(text: string, match: number): number {
  const rough = Math.max(0, match - BEFORE);
  if (rough === 0) return 0;
  const space = text.slice(rough, match).search(/\s/);
  return space < 0 ? match : rough + space + 1;
}

function windowEnd(text: string, rough: number): number {
  if (rough >= text.length) return text.length;
  const space = text.slice(0, rough).search(/\s\S*$/);
  return space <= 0 || rough - space > AFTER ? wholeCharacter(text, rough) : space;
}

function wholeCharacter(text: string, end: number): number {
  const unit = text.charCodeAt(end - 1);
  return unit >= 0xd800 && unit <= 0xdbff ? end - 1 : end;
}
