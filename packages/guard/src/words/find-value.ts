import { hasHiddenCharacters } from '@bakerst/shared/hidden-text';
import type { ValueType } from '@bakerst/shared/policy';
import { wordStem } from '../plan/word-stem.ts';
import { canonicalUrl, withoutFragment } from './canonical-url.ts';
import { foldCase, isPlainForm, plainText } from './fold-text.ts';
import { isNegated } from './negation.ts';
import { fitsTemplate } from './quotes.ts';
import { meansDay, readDateArgument } from './read-dates.ts';
import type { WordsText } from './read-words.ts';
import { numberValue, type Span } from './spans.ts';

/** A place in a person's words that stands for a value. */
export interface Occurrence {
  readonly words: WordsText;
  readonly start: number;
  readonly end: number;
  /** Index of the sentence it stands in. */
  readonly sentence: number;
}

/** Shorter texts are found everywhere by chance. */
const SHORTEST_TEXT = 5;
const LONGEST_TEXT = 2_000;

/** How a value is compared, by its look. */
export function typeOfValue(value: unknown): ValueType {
  if (typeof value === 'number') return 'number';
  if (typeof value !== 'string') return 'text';
  const text = value.trim();
  if (/^(?:[^\s@<>"',;]|(?<=[\p{L}\p{N}])'(?=[\p{L}\p{N}])){1,64}@[^\s@<>"',;]+\.[\p{L}]{2,24}$/u.test(text))
    return 'email';
  if (/^[a-z][a-z0-9+.-]*:\/\//iu.test(text) || /^www\./iu.test(text)) return 'url';
  if (/^[A-Z]{2}\d{2}[A-Z0-9 ]{10,40}$/u.test(text)) return 'iban';
  if (readDateArgument(text)) return text.length > 10 ? 'datetime' : 'date';
  if (/^\+\d[\d ()/-]{6,20}\d$/u.test(text)) return 'phone';
  if (/^[-+]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$/u.test(text)) return 'number';
  return 'text';
}

/**
 * Where a value stands in a person's words: boundary-exact after normalisation, compared by type, never inside of a
 * larger value, never where the words negate it.
 */
export function findValue(words: WordsText, value: unknown, type: ValueType): readonly Occurrence[] {
  return candidates(words, value, type)
    .filter((place) => !isNegated(words, place))
    .map(({ start, end }) => ({ words, start, end, sentence: sentenceAt(words, start) }));
}

interface Place {
  readonly start: number;
  readonly end: number;
}

function candidates(words: WordsText, value: unknown, type: ValueType): readonly Place[] {
  if (typeof value !== 'string' && typeof value !== 'number') return [];
  const text = String(value).trim();
  // What a person does not see is not what they wrote, however alike the two are read.
  if (hasHiddenCharacters(String(value))) return [];
  if (!isPlainForm(text) && !words.typed.includes(text.normalize('NFC'))) return [];
  switch (type) {
    case 'email':
      return spansOf(words, 'email', plainText(text).toLowerCase());
    case 'url':
      return urlsOf(words, canonicalUrl(text));
    case 'iban':
      return spansOf(words, 'iban', ibanValue(text));
    case 'phone':
      return spansOf(words, 'phone', phoneValue(text));
    case 'number':
      return spansOf(words, 'number', numberValue(text)).filter((place) => !isHouseNumber(words, place));
    case 'date':
      return text.length > 10 ? [] : datesOf(words, text);
    case 'datetime':
      return datesOf(words, text);
    case 'handle':
      return [];
    case 'text':
      return textPlaces(words, text);
    default:
      return type satisfies never;
  }
}

function spansOf(words: WordsText, type: Span['type'], value: string | undefined): readonly Place[] {
  return words.spans.filter((span) => span.type === type && span.value === value);
}

/** `1234 Elm Street` names no amount and no number of anything. */
function isHouseNumber({ text }: WordsText, { end }: Place): boolean {
  return /^\s\p{Lu}\p{Ll}/u.test(text.slice(end, end + 3));
}

/** The part behind `#` may be left out, but not made up. */
function urlsOf(words: WordsText, value: string | undefined): readonly Place[] {
  if (value === undefined) return [];
  return words.spans.filter(
    (span) => span.type === 'url' && (span.value === value || withoutFragment(span.value) === value),
  );
}

/** Without blanks, in upper case; undefined for what holds anything but plain letters and digits. */
export function ibanValue(text: string): string | undefined {
  return /^[A-Za-z0-9][A-Za-z0-9 ]*$/.test(text) ? text.replaceAll(' ', '').toUpperCase() : undefined;
}

/** The digits of a number with its country; undefined for what holds more than a number. */
export function phoneValue(text: string): string | undefined {
  return /^\+\d[\d ()/-]{4,24}\d$/.test(text) ? text.replaceAll(/\D/g, '') : undefined;
}

/** The day must be named; the time too, where the sentence names any. */
function datesOf(words: WordsText, text: string): readonly Place[] {
  const wanted = readDateArgument(text);
  if (!wanted) return [];
  return words.spans.filter((span) => {
    if (span.type !== 'date' || !meansDay(span.value, wanted.day, words.at)) return false;
    return wanted.time === undefined || fitsTimes(words, span, wanted.time);
  });
}

function fitsTimes(words: WordsText, day: Span, time: string): boolean {
  const sentence = words.sentences[sentenceAt(words, day.start)];
  const times = words.spans.filter(
    ({ type, start }) =>
      type === 'time' && sentence !== undefined && sentence.start <= start && start < sentence.end,
  );
  return times.length === 0 || times.some((span) => span.value === time);
}

/** A name is short, and one line; a longer text is what somebody says, which decides nothing. */
const MOST_NAME_WORDS = 8;

/** Where a title stands in a person's words, boundary-exact, whether or not it looks like a name. */
export function findTitle(words: WordsText, title: string): readonly Occurrence[] {
  const wanted = foldCase(plainText(title));
  if (wanted.length < SHORTEST_TEXT) return [];
  return wholePlaces(words, wanted)
    .filter((place) => !isNegated(words, place))
    .map(({ start, end }) => ({ words, start, end, sentence: sentenceAt(words, start) }));
}

function textPlaces(words: WordsText, text: string): readonly Place[] {
  const wanted = foldCase(plainText(text));
  if (wanted.length < SHORTEST_TEXT || wanted.length > LONGEST_TEXT) return [];
  if (wanted.split(' ').length > MOST_NAME_WORDS || /^["']|["']$|\{[^{}]*\}/u.test(wanted)) return [];
  const places = wholePlaces(words, wanted).filter((place) => isName(words, place));
  const template = words.quotes.find((quote) => fitsTemplate(foldCase(quote.text), wanted));
  return template ? [...places, template] : places;
}

function wholePlaces(words: WordsText, wanted: string): readonly Place[] {
  const places: Place[] = [];
  for (
    let start = words.folded.indexOf(wanted);
    start !== -1;
    start = words.folded.indexOf(wanted, start + 1)
  ) {
    const place = { start, end: start + wanted.length };
    if (isWhole(words, place)) places.push(place);
  }
  return places;
}

/** Whether a part of the words begins and ends between words, and cuts no typed value. */
export function isUncut({ text, spans }: WordsText, { start, end }: Place): boolean {
  const before = text.slice(Math.max(0, start - 2), start);
  const after = text.slice(end, end + 2);
  if (isJoined(before, after)) return false;
  return !spans.some(
    (span) => span.start < end && start < span.end && !(start <= span.start && span.end <= end),
  );
}

/** Whether what stands right before and behind goes on with the same word. */
function isJoined(before: string, after: string): boolean {
  return (
    /[\p{L}\p{M}\p{N}_]$/u.test(before) ||
    /^[\p{L}\p{M}\p{N}_]/u.test(after) ||
    /[\p{L}\p{N}][-_.@/:\\+%&=']$/u.test(before) ||
    /^[-_.@/:\\+%&='][\p{L}\p{N}]/u.test(after)
  );
}

/** Not a piece of a longer word, quotation, address, file name, number or date; only a file name stands for itself. */
function isWhole({ text, spans, quotes }: WordsText, { start, end }: Place): boolean {
  const before = text.slice(Math.max(0, start - 2), start);
  const after = text.slice(end, end + 2);
  if (isJoined(before, after)) return false;
  const isInside = ({ start: from, end: to }: Place) =>
    from <= start && end <= to && (from < start || end < to);
  if (quotes.some(isInside) || spans.some(isInside)) return false;
  return !spans.some((span) => span.type !== 'file' && start <= span.start && span.end <= end);
}

/**
 * A name was quoted, or looks like one: a token with digits or signs in it, or words of which each is capitalised but for
 * the small ones between. A single word in lower case is a word of the language; so is what begins a sentence.
 */
function isName(words: WordsText, { start, end }: Place): boolean {
  const { text, quotes, sentences } = words;
  if (quotes.some((quote) => quote.start === start && quote.end === end)) return true;
  if (isPartial(text.slice(0, start)) || isActor(text.slice(end))) return false;
  const found = text.slice(start, end);
  if (!found.includes(' ') && /[\p{N}_@#/\\]|\p{L}[.-]\p{L}/u.test(found)) return true;
  const parts = found.split(' ');
  const isFirst =
    sentences.some((sentence) => sentence.start === start) || /[:;]\s$/u.test(text.slice(0, start));
  const named = parts.filter((part) => /^\P{L}*\p{Lu}|^[\p{N}#]/u.test(part));
  const others = parts.filter((part) => !named.includes(part));
  if (!others.every((part) => SMALL_WORDS.has(part.toLowerCase()))) return false;
  if (!isFirst) return named.length > 0;
  // A heading is not a name; nor is a sentence that begins with a verb.
  const isHeading = /^\s*:/u.test(text.slice(end));
  return !isHeading && named.length > 1 && !FIRST_WORDS.has(wordStem(parts[0] ?? ''));
}

const SMALL_WORDS: ReadonlySet<string> = new Set(
  "of the and for with a an to in at on de la le les du des van von der den di da el los las y e & - 's".split(
    ' ',
  ),
);
const FIRST_WORDS: ReadonlySet<string> = new Set(
  'add ask book buy call can cancel change check clear click close copy could create delete do download edit email fetch find follow forward get give go help hey hi invite let list look make message move note open order pay please post publish put read remind remove rename reply reschedule reserve run save say schedule search see send set share show start stop submit summarize take tell then transfer try update upload use visit what when where which who why will would write'
    .split(' ')
    .map(wordStem),
);

/** `starting with X` names no X. */
function isPartial(before: string): boolean {
  return /\b(?:start|begin|end|finish)(?:s|ing|ning)?\s(?:with|in)\s["']?$|\b(?:containing|contains|including|like|about|called something like)\s["']?$/iu.test(
    before.slice(-40),
  );
}

/** Who does something in a sentence is not what is done something with. */
function isActor(after: string): boolean {
  return /^\s(?:asked|said|wrote|sent|told|mentioned|posted|shared|recommended|called|wants?|wanted|has|had|is|was|will|would|just)\b/iu.test(
    after,
  );
}

export function sentenceAt({ sentences }: WordsText, offset: number): number {
  let low = 0;
  let high = sentences.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const sentence = sentences[middle];
    if (sentence === undefined) return -1;
    if (offset < sentence.start) high = middle - 1;
    else if (offset >= sentence.end) low = middle + 1;
    else return middle;
  }
  return -1;
}
