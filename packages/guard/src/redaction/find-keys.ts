import { KEY_FORMATS, type KeyFormat } from './key-formats.ts';
import { gatedScanner, type Hit, type Judged, matchAt, type Scanner } from './scanner.ts';

const BY_START = new Map(KEY_FORMATS.flatMap((format) => format.starts.map((start) => [start, format])));

/** Beginnings this long are no accident in the middle of a word. */
const UNMISTAKABLE = 6;
const TELEGRAM = ':AA';

/** One pattern of plain words, longest first, so that `sk-ant-` is not taken for `sk-`. */
const GATE = new RegExp(
  [...BY_START.keys()]
    .sort((a, b) => b.length - a.length)
    .map((start) => start.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
    .join('|'),
  'g',
);

/** Finds credentials whose issuers gave them a form: see `KEY_FORMATS`. */
export const keyScanner: Scanner = gatedScanner(GATE, judgeKey);

function judgeKey(hit: Hit): Judged {
  const { text, at, word } = hit;
  const format = BY_START.get(word);
  const after = at + word.length;
  // Where none can begin, nothing is read: beginnings may stand one after the other in a long word.
  const start = startOf(hit);
  if (format === undefined || start === undefined) return { finds: [], next: after };
  const rest = matchAt(format.rest, text, after);
  if (rest === undefined) return { finds: [], next: after };
  const end = after + rest.length;
  // What was read is not read again: rests may be long.
  return {
    finds: isKey(format, text.slice(start, end)) ? [{ start, end, kind: format.kind }] : [],
    next: end,
  };
}

function isKey(format: KeyFormat, key: string): boolean {
  return format.test === undefined || format.test(key.slice(0, 500));
}

function startOf({ text, at, word }: Hit): number | undefined {
  if (word === TELEGRAM) return startOfDigits(text, at);
  return word.length >= UNMISTAKABLE || startsAWord(text, at) ? at : undefined;
}

/** A Telegram token begins with the number of its bot. */
function startOfDigits(text: string, at: number): number | undefined {
  const digits = /[0-9]{8,12}$/.exec(text.slice(Math.max(0, at - 12), at))?.[0];
  return digits === undefined ? undefined : at - digits.length;
}

/** True where a known beginning stands here that is no accident, even in a text without its spaces. */
export function beginsUnmistakably(text: string, at: number): boolean {
  return KEY_FORMATS.some(({ starts }) =>
    starts.some((start) => start.length >= UNMISTAKABLE && text.startsWith(start, at)),
  );
}

/** True where no letter or digit stands before it, except as part of an escape: `\n`, `\u000a`, `%3D`. */
export function startsAWord(text: string, at: number): boolean {
  if (at === 0 || !/[A-Za-z0-9]/.test(text.charAt(at - 1))) return true;
  return /(?:\\[nrtbf]|%[0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2})$/.test(
    text.slice(Math.max(0, at - 6), at),
  );
}
