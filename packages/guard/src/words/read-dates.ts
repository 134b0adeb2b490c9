import type { Span } from './spans.ts';

/** `YYYY-MM-DD`, or `--MM-DD` where no year is said. */
export type DateValue = string;

const MONTHS = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const;
const MONTH =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?';
const DAY = '(3[01]|[12]\\d|0?[1-9])(?:st|nd|rd|th)?';
const YEAR = '(?:,?\\s(\\d{4}))?';
const EDGE = '(?<![\\p{L}\\p{N}])';
const END = '(?![\\p{L}\\p{N}])';

const ISO = new RegExp(`${EDGE}(\\d{4})-(\\d{2})-(\\d{2})(?:(?=T\\d{2}:)|${END})`, 'gu');
const MONTH_FIRST = new RegExp(`${EDGE}${MONTH}\\s(?:the\\s)?${DAY}${YEAR}${END}`, 'giu');
const DAY_FIRST = new RegExp(`${EDGE}(?:the\\s)?${DAY}\\s(?:of\\s)?${MONTH}${YEAR}${END}`, 'giu');
const DOTTED = new RegExp(`${EDGE}${DAY}\\.(1[0-2]|0?[1-9])\\.(\\d{4})${END}`, 'gu');

/** Dates of a text, however they are written. `3/4/2026` is nobody's date: two readers read two. */
export function* readDates(text: string): Iterable<Span> {
  for (const match of text.matchAll(ISO)) {
    const [, year = '', month = '', day = ''] = match;
    yield* span(match, dateValue(year, Number(month), Number(day)));
  }
  for (const match of text.matchAll(DOTTED)) {
    const [, day = '', month = '', year = ''] = match;
    yield* span(match, dateValue(year, Number(month), Number(day)));
  }
  for (const match of text.matchAll(MONTH_FIRST)) {
    const [, month = '', day = '', year] = match;
    yield* span(match, dateValue(year, monthNumber(month), Number(day)));
  }
  for (const match of text.matchAll(DAY_FIRST)) {
    const [, day = '', month = '', year] = match;
    yield* span(match, dateValue(year, monthNumber(month), Number(day)));
  }
}

function* span(match: RegExpExecArray, value: DateValue | undefined): Iterable<Span> {
  if (value !== undefined)
    yield { type: 'date', value, start: match.index, end: match.index + match[0].length };
}

function monthNumber(name: string): number {
  return MONTHS.findIndex((month) => month.startsWith(name.slice(0, 3).toLowerCase())) + 1;
}

function dateValue(year: string | undefined, month: number, day: number): DateValue | undefined {
  const days = new Date(Date.UTC(Number(year ?? 2024), month, 0)).getUTCDate();
  if (month < 1 || month > 12 || day < 1 || day > days) return undefined;
  const rest = `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  return year === undefined ? `--${rest}` : `${year}-${rest}`;
}

/** A date argument of a call: the day, and the time of day where it has one. ISO 8601 or `YYYY-MM-DD HH:MM[:SS]`. */
export function readDateArgument(
  text: string,
): { readonly day: DateValue; readonly time?: string } | undefined {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/u.exec(
      text.trim(),
    );
  if (!match) return undefined;
  const [, year = '', month = '', day = '', hours, minutes] = match;
  const value = dateValue(year, Number(month), Number(day));
  if (value === undefined) return undefined;
  return hours === undefined || minutes === undefined
    ? { day: value }
    : { day: value, time: `${hours}:${minutes}` };
}

const YEAR_MS = 366 * 86_400_000;

/** Whether what a person wrote means this day; without a year it is the last one or the next one, seen from the message. */
export function meansDay(words: DateValue, day: DateValue, saidAt: string): boolean {
  if (!words.startsWith('--')) return words === day;
  const away = Math.abs(Date.parse(`${day}T00:00:00Z`) - Date.parse(`${saidAt.slice(0, 10)}T00:00:00Z`));
  return words.slice(2) === day.slice(5) && away <= YEAR_MS;
}
