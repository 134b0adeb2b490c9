import type { ValueType } from '@bakerst/shared/policy';
import { canonicalUrl } from './canonical-url.ts';
import { foldCase, plainText } from './fold-text.ts';
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
  if (/^[^\s@<>"',;]{1,64}@[^\s@<>"',;]+\.[\p{L}]{2,24}$/u.test(text)) return 'email';
  if (/^[a-z][a-z0-9+.-]*:\/\//iu.test(text) || /^www\./iu.test(text)) return 'url';
  if (/^[A-Z]{2}\d{2}[A-Z0-9 ]{10,40}$/u.test(text)) return 'iban';
  if (readDateArgument(text)) return text.length > 10 ? 'datetime' : 'date';
  if (/^\+\d[\d ()/-]{6,20}\d$/u.test(text)) return 'phone';
  if (/^[-+]?\d+(?:\.\d+)?$/u.test(text)) return 'number';
  return 'text';
}

/**
 * Where a value stands in a person's words: boundary-exact after normalisation, compared by type, never inside of a
 * larger value, never where the words negate it.
 */
export function findValue(words: WordsText, value: unknown, type: ValueType): readonly Occurrence[] {
  return candidates(words, value, type)
    .filter((place) => !isNegated(words, place.start))
    .map(({ start, end }) => ({ words, start, end, sentence: sentenceAt(words, start) }));
}

interface Place {
  readonly start: number;
  readonly end: number;
}

function candidates(words: WordsText, value: unknown, type: ValueType): readonly Place[] {
  if (typeof value !== 'string' && typeof value !== 'number') return [];
  const text = String(value).trim();
  switch (type) {
    case 'email':
      return spansOf(words, 'email', plainText(text).toLowerCase());
    case 'url':
      return spansOf(words, 'url', canonicalUrl(text));
    case 'iban':
      return spansOf(words, 'iban', text.replaceAll(/\s/g, '').toUpperCase());
    case 'phone':
      return spansOf(words, 'phone', text.replaceAll(/\D/g, ''));
    case 'number':
      return spansOf(words, 'number', numberValue(text));
    case 'date':
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
  const sentence = sentenceAt(words, day.start);
  const times = words.spans.filter(
    (span) => span.type === 'time' && sentenceAt(words, span.start) === sentence,
  );
  return times.length === 0 || times.some((span) => span.value === time);
}

function textPlaces(words: WordsText, text: string): readonly Place[] {
  const wanted = foldCase(plainText(text));
  if (wanted.length < SHORTEST_TEXT || wanted.length > LONGEST_TEXT) return [];
  const places: Place[] = [];
  for (
    let start = words.folded.indexOf(wanted);
    start !== -1;
    start = words.folded.indexOf(wanted, start + 1)
  ) {
    const place = { start, end: start + wanted.length };
    if (isWhole(words, place) && isName(words, place)) places.push(place);
  }
  const template = words.quotes.find((quote) => fitsTemplate(foldCase(quote.text), wanted));
  return template ? [...places, template] : places;
}

/** Not a piece of a longer word, address, file name, number or date. */
function isWhole({ text, spans }: WordsText, { start, end }: Place): boolean {
  const before = text.slice(Math.max(0, start - 2), start);
  const after = text.slice(end, end + 2);
  if (/[\p{L}\p{N}_]$/u.test(before) || /^[\p{L}\p{N}_]/u.test(after)) return false;
  if (/[\p{L}\p{N}][-_.@/:\\+%&=]$/u.test(before) || /^[-_.@/:\\+%&=][\p{L}\p{N}]/u.test(after)) return false;
  return !spans.some(
    (span) => span.start <= start && end <= span.end && (span.start < start || end < span.end),
  );
}

/**
 * A single word in lower case is a word of the language, not the name of something, unless it was quoted; so is a
 * sentence's first word. Several words need one that is more than that.
 */
function isName({ text, quotes, sentences }: WordsText, { start, end }: Place): boolean {
  if (quotes.some((quote) => quote.start === start && quote.end === end)) return true;
  const found = text.slice(start, end);
  if (/[\p{N}_@#/\\]|\p{L}[.-]\p{L}/u.test(found)) return true;
  const isFirst = sentences.some((sentence) => sentence.start === start);
  const named = found
    .split(/[\s,;]+/u)
    .filter((word, at) => /^\P{L}*\p{Lu}/u.test(word) && !(isFirst && at === 0));
  return named.length > 0;
}

const NEGATIONS =
  /(?:\b(?:not|never|without|except|excluding|avoid|ignore|nor)\b|\b(?:do|does|did|is|are|should|must|can|wo|would|could)n't\b(?! (?:forget|hesitate|mind))|\binstead of\b|\brather than\b|\bno longer\b)[^.!?;,]{0,60}$/iu;

/** Within the same clause. */
function isNegated({ text }: WordsText, start: number): boolean {
  return NEGATIONS.test(text.slice(Math.max(0, start - 80), start));
}

export function sentenceAt({ sentences }: WordsText, offset: number): number {
  return sentences.findIndex((sentence) => sentence.start <= offset && offset < sentence.end);
}
