import { canonicalUrl } from './canonical-url.ts';
import { readDates } from './read-dates.ts';

/** A typed value in a text, with the offsets of what stands for it. */
export interface Span {
  readonly type: 'email' | 'url' | 'iban' | 'date' | 'time' | 'number' | 'file' | 'phone';
  /** One spelling for all spellings of the same value. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const EMAIL =
  /(?<![\p{L}\p{N}.!#$%&+=^~-]|[\p{L}\p{N}]')[\p{L}\p{N}_](?:[\p{L}\p{N}._%+-]|'(?=[\p{L}\p{N}])){0,63}@[\p{L}\p{N}][\p{L}\p{N}.-]{0,252}\.\p{L}{2,24}/gu;
const URL_WITH_SCHEME = /\b[a-z][a-z0-9+.-]{1,15}:\/\/[^\s<>"'\])}]{1,2000}/giu;
const BARE_HOST =
  /(?<![\p{L}\p{N}@._/-])(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62}\.)){1,6}\p{L}{2,24}(?::\d{1,5})?(?:\/[^\s<>"'\])}]{0,2000})?/giu;
const IBAN = /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){2,8}(?![\p{L}\p{N}])/gu;
const FILE =
  /(?<![\p{L}\p{N}@/])[\p{L}\p{N}][\p{L}\p{N}_-]{0,120}(?:\.[\p{L}\p{N}_-]{1,40}){0,4}\.[a-z][a-z0-9]{1,4}(?![\p{L}\p{N}])/giu;
const TIME =
  /(?:(?<![\p{L}\p{N}:.])|(?<=\d{4}-\d{2}-\d{2}T))([01]?\d|2[0-3])(?::([0-5]\d)(?::[0-5]\d)?\s?(am|pm)?|\s?(am|pm))(?![\p{L}\p{N}])/giu;
const PHONE = /(?<![\p{L}\p{N}])\+\d[\d ()/-]{6,20}\d(?![\p{L}\p{N}])/gu;
const NUMBER =
  /(?<![\p{L}\p{N}_.,-])[-+]?\d{1,3}(?:,\d{3}){1,5}(?:\.\d{1,10})?(?![\p{L}\p{N}_])|(?<![\p{L}\p{N}_.,])[-+]?\d{1,15}(?:\.\d{1,10})?(?![\p{L}\p{N}_]|[.,]\d)/gu;

/** `3/4/2026`, `4111-1111-1111`: no reader takes a piece of it for a number. */
const CHAIN = /(?<!\d)\d+(?:[-/]\d+){2,}/gu;

/** `1.200` is twelve hundred to half of those who write it. */
const AMBIGUOUS = /^[-+]?[1-9]\d{0,2}\.\d{3}$/;

/** Endings of files that could pass for a host. */
const FILE_ENDINGS =
  /\.(txt|md|csv|tsv|json|ya?ml|xml|html?|pdf|docx?|xlsx?|pptx?|odt|ods|rtf|png|jpe?g|gif|svg|webp|mp[34]|wav|zip|tar|gz|log|ts|tsx|js|py|rs|go|java|sh|sql|ics|eml)$/iu;

/**
 * Every typed value of a text. Spans of the larger types go first and cover what lies inside of them: a number within
 * a date or an account is no number.
 */
export function findSpans(text: string): readonly Span[] {
  const found: Span[] = [];
  const covered = new Uint8Array(text.length);
  const add = (spans: Iterable<Span>) => {
    for (const span of spans) {
      const place = covered.subarray(span.start, span.end);
      if (place.includes(1)) continue;
      place.fill(1);
      found.push(span);
    }
  };
  add(matches(text, URL_WITH_SCHEME, (raw) => ofUrl(trimTail(raw))));
  add(
    matches(text, EMAIL, (raw) => ({
      type: 'email',
      value: trimTail(raw).toLowerCase(),
      length: trimTail(raw).length,
    })),
  );
  add(matches(text, BARE_HOST, ofHost));
  add(
    matches(text, FILE, (raw) =>
      FILE_ENDINGS.test(raw) ? { type: 'file', value: raw.toLowerCase(), length: raw.length } : undefined,
    ),
  );
  add(readDates(text));
  add(matches(text, IBAN, (raw) => ofIban(raw)));
  add(matches(text, PHONE, (raw) => ({ type: 'phone', value: digits(raw), length: raw.length })));
  add(matches(text, TIME, (raw, groups) => ({ type: 'time', value: clock(groups), length: raw.length })));
  for (const { index, 0: chain } of text.matchAll(CHAIN)) covered.fill(1, index, index + chain.length);
  add(
    matches(text, NUMBER, (raw) =>
      AMBIGUOUS.test(raw) ? undefined : { type: 'number', value: numberValue(raw), length: raw.length },
    ),
  );
  return found.sort((a, b) => a.start - b.start);
}

interface Read {
  readonly type: Span['type'];
  readonly value: string;
  readonly length: number;
}

function* matches(
  text: string,
  pattern: RegExp,
  read: (raw: string, groups: readonly (string | undefined)[]) => Read | undefined,
): Iterable<Span> {
  for (const match of text.matchAll(pattern)) {
    const one = read(match[0], match);
    if (one) yield { type: one.type, value: one.value, start: match.index, end: match.index + one.length };
  }
}

/** Punctuation that ends a sentence is no part of an address. */
function trimTail(raw: string): string {
  return withoutTail(raw, `.,;:!?'"`);
}

/** A pattern for the end of a text would be tried from each of its characters. */
function withoutTail(text: string, tail: string): string {
  let end = text.length;
  while (end > 0 && tail.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** What cannot be read in one way keeps its spelling, which no other address has, and covers what lies inside of it. */
function ofUrl(raw: string): Read {
  return { type: 'url', value: canonicalUrl(raw) ?? raw, length: raw.length };
}

function ofHost(raw: string): Read | undefined {
  const trimmed = trimTail(raw);
  if (!trimmed.includes('/') && FILE_ENDINGS.test(trimmed)) return undefined;
  const value = canonicalUrl(`https://${trimmed}`);
  return value === undefined ? undefined : { type: 'url', value, length: trimmed.length };
}

/** Without its check digits being checked: whether it exists is not ours to say. */
function ofIban(raw: string): Read | undefined {
  const value = raw.replaceAll(' ', '');
  const isLong = value.length >= 14 && value.length <= 34 && (value.match(/\d/g) ?? []).length >= 8;
  return isLong ? { type: 'iban', value, length: raw.length } : undefined;
}

function digits(raw: string): string {
  return raw.replaceAll(/\D/g, '');
}

/** `HH:MM` on a 24-hour clock. */
function clock(groups: readonly (string | undefined)[]): string {
  const [, hours = '0', minutes = '00', half, halfOnly] = groups;
  const marker = (half ?? halfOnly)?.toLowerCase();
  const hour = (Number(hours) % (marker ? 12 : 24)) + (marker === 'pm' ? 12 : 0);
  return `${String(hour).padStart(2, '0')}:${minutes}`;
}

/**
 * Plain decimal, so that `1,200.00` and `1200` are one number. Text in, text out: no digit is lost. What is written in any
 * other way (`1e3`, `0x10`, `1,20`, `007`) keeps its spelling.
 */
export function numberValue(raw: string): string {
  const match = /^([-+]?)(0|[1-9]\d*|[1-9]\d{0,2}(?:,\d{3})+)(?:\.(\d+))?$/.exec(raw);
  if (!match) return raw === '' ? 'none' : raw;
  const [, sign, whole = '', fraction = ''] = match;
  const rest = withoutTail(fraction, '0');
  const value = `${whole.replaceAll(',', '')}${rest === '' ? '' : `.${rest}`}`;
  return sign === '-' && value !== '0' ? `-${value}` : value;
}
