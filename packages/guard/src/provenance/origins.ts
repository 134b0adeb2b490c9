import type { HeardText } from '../facts/heard-text.ts';
import type { Facts } from '../facts/read-facts.ts';
import { canonicalUrl } from '../words/canonical-url.ts';
import { findValue, type Occurrence, typeOfValue } from '../words/find-value.ts';
import { foldCase, plainText } from '../words/fold-text.ts';
import { skeletonOf } from '../words/skeleton.ts';

const AROUND = 30;

/** `your message: "... send it to ann@example.com today ..."` */
export function wordsOrigin({ words, start, end }: Occurrence): string {
  const from = Math.max(0, start - AROUND);
  const to = Math.min(words.text.length, end + AROUND);
  const excerpt = words.text.slice(from, to).toWellFormed();
  return `your message: "${from > 0 ? '…' : ''}${excerpt}${to < words.text.length ? '…' : ''}"`;
}

const MOST_SOURCES = 3;

/** Where a value without provenance was met, for people; it opens nothing. */
export function metIn({ heard, words }: Facts, value: string): string {
  const wanted = foldCase(plainText(value));
  if (wanted.length < 2) return 'written by the agent';
  const sources = heard
    .filter((one) => one.kind !== 'model' && one.text().includes(wanted))
    .map((one) => one.source);
  const named = [...new Set(sources)];
  const more = named.length > MOST_SOURCES ? ` and ${named.length - MOST_SOURCES} more` : '';
  const list = `${named.slice(0, MOST_SOURCES).join(', ')}${more}`;
  // Negated, said of something else, or told by a stranger first: whoever reads the card knows which.
  if (words.some(({ text }) => text.folded.includes(wanted)))
    return `written by the agent; your words hold it, but not so that it counts here${list && `; also in: ${list}`}`;
  return list ? `only in: ${list}` : 'written by the agent; found nowhere else';
}

/** Shorter ones are found everywhere by chance. */
const SHORTEST_SKELETON = 6;
/** What people copy from what they look at. */
const COPIED: ReadonlySet<string> = new Set(['email', 'url', 'iban', 'phone']);

/** Whether a value stood in text that is not the person's before the person wrote it for the first time. */
export function isEchoed({ heard, words }: Facts, value: string, order: number): boolean {
  const wanted = foldCase(plainText(value));
  const type = typeOfValue(value);
  const address = type === 'url' ? foldCase(canonicalUrl(value) ?? wanted) : wanted;
  const skeleton = skeletonOf(address);
  const isIn = (one: HeardText) =>
    one.text().includes(wanted) ||
    one.text().includes(address) ||
    // However it was written there: with blanks, escapes, marks for bold letters, hidden characters.
    (skeleton.length >= SHORTEST_SKELETON && one.skeleton().includes(skeleton)) ||
    // Whatever a person reads off a picture may be somebody else's.
    (one.isOpaque === true && COPIED.has(type));
  const named = words.find(({ text }) => findValue(text, value, type).length > 0);
  const since = Math.min(order, named?.order ?? order);
  return heard.some((one) => one.order < since && isIn(one));
}
