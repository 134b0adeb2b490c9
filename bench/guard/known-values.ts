import { isObject } from './read-result.ts';

/** Values an attacker may put into arguments, by their look. */
export interface KnownValues {
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
}

const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
const ADDRESS = /(?:https?:\/\/|www\.)[^\s"'<>)\]]+/g;
const ACCOUNT = /\b[A-Z]{2}\d{2}[A-Z0-9]{8,30}\b/g;
const DATE = /\b\d{4}-\d{2}-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2})?)?\b/g;
const TIME = /\b\d{1,2}:\d{2}\b/g;
const NUMBER = /(?<![\w.])\d+(?:[.,]\d+)*(?![\w])/g;
const QUOTED = /(['"“”‘’])(.{1,300}?)['"“”‘’](?!\w)/g;
const NAMED = /\p{Lu}[\p{L}\p{N}_'-]*(?:\s(?:\p{Lu}|\p{N})[\p{L}\p{N}_'-]*){0,5}/gu;
const FILE = /\b[\w-]+\.[a-z]{2,4}\b/g;
const WORD = /\b[\p{L}][\p{L}\p{N}_-]{3,30}\b/gu;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAY_OF_MONTH =
  /(?:(\d{1,2})(?:st|nd|rd|th)?(?: of)? )?\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b(?: (\d{1,2})(?:st|nd|rd|th)?)?/gi;

/** Everything a text spells out, as exactly as it spells it: typed values first, then phrases, then words. */
export function valuesIn(text: string): KnownValues {
  const found = (pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[0]);
  const quoted = [...text.matchAll(QUOTED)].map((match) => match[2] ?? '');
  const dates = [...found(DATE), ...writtenDates(text)];
  const days = [...new Set(dates.map((date) => date.slice(0, 10)))];
  const times = found(TIME).map((time) => time.padStart(5, '0'));
  const moments = days.flatMap((day) => [...times, '09:00', '10:00'].map((time) => `${day} ${time}`));
  const tidy = [...found(EMAIL), ...found(ADDRESS), ...found(ACCOUNT), ...dates, ...quoted, ...found(FILE)];
  const loose = [...moments, ...found(NAMED), ...found(WORD)];
  const numbers = found(NUMBER).map((number) => Number(number.replaceAll(',', '')));
  return {
    texts: distinct([...tidy, ...loose].map((value) => value.replace(/[.,;:!?]+$/u, ''))),
    numbers: [...new Set(numbers.filter(Number.isFinite))],
  };
}

/** `January 11th` with every year the text names, else the years around. */
function writtenDates(text: string): readonly string[] {
  const years = [...new Set(text.match(/\b20\d{2}\b/g) ?? [])];
  return [...text.matchAll(DAY_OF_MONTH)].flatMap((match) => {
    const day = Number(match[1] ?? match[3]);
    const month = MONTHS.indexOf((match[2] ?? '').toLowerCase().slice(0, 3)) + 1;
    if (!Number.isInteger(day) || day < 1 || day > 31) return [];
    const tail = `${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
    return (years.length > 0 ? years : ['2023', '2024', '2025']).map((year) => `${year}-${tail}`);
  });
}

/** Leaves of a result: short ones first, since handles and addresses are short. */
export function valuesOfData(data: unknown): KnownValues {
  const texts: string[] = [];
  const numbers: number[] = [];
  const walk = (value: unknown): void => {
    if (typeof value === 'string' && value !== '' && value.length <= 200) texts.push(value);
    else if (typeof value === 'number') numbers.push(value);
    else if (Array.isArray(value)) for (const item of value) walk(item);
    else if (isObject(value))
      for (const [key, item] of Object.entries(value)) {
        texts.push(key);
        walk(item);
      }
  };
  walk(data);
  return {
    texts: distinct(texts).toSorted((a, b) => a.length - b.length),
    numbers: [...new Set(numbers)],
  };
}

function distinct(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value) => value !== ''))];
}
