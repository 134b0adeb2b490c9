import { httpError } from './errors.ts';

const MAX_DEPTH = 64;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * JSON from a stranger. Beyond being JSON it must be valid UTF-8, without lone surrogates (they would be stored as
 * something else), nested no deeper than 64, and without `__proto__`, doubled keys or numbers like
 * `1e999`, on whose meaning parsers differ.
 * @throws HttpError `malformed_json`
 */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (cause) {
    throw malformed('The body is not valid UTF-8.', cause);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw malformed('The body is not valid JSON.', cause);
  }
  scanStructure(text);
  if (HUGE_NUMBER.test(text) && !isFiniteAll(value))
    throw malformed('The body holds a number beyond all limits.');
  if (ESCAPED_SURROGATE.test(text) && LONE_SURROGATE.test(JSON.stringify(value))) {
    throw malformed('The body holds half of a surrogate pair.');
  }
  return value;
}

/** What a number beyond doubles needs: a long exponent, or very many digits. */
const HUGE_NUMBER = /\d[eE]\+?0*\d{3}|\d{200}/;

function isFiniteAll(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every(isFiniteAll);
}

const ESCAPED_SURROGATE = /\\u[dD][89a-fA-F]/;
// JSON.stringify writes a whole pair as text and a lone half as an escape.
const LONE_SURROGATE = /(?<!\\)(?:\\\\)*\\ud[89a-f]/;

/** Walks text that is known to be JSON; strings are skipped natively, so long texts cost nothing. */
function scanStructure(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: {
        const end = stringEnd(text, at);
        const keys = open.at(-1);
        if (keys && isKey(text, end)) noteKey(keys, text.slice(at, end + 1));
        at = end;
        break;
      }
      case 0x7b:
      case 0x5b:
        if (open.length === MAX_DEPTH) throw malformed(`The body is nested deeper than ${MAX_DEPTH} levels.`);
        open.push(text.charCodeAt(at) === 0x7b ? new Set() : undefined);
        break;
      case 0x7d:
      case 0x5d:
        open.pop();
        break;
    }
  }
}

function stringEnd(text: string, start: number): number {
  let end = start;
  for (;;) {
    end = text.indexOf('"', end + 1);
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes++;
    if (slashes % 2 === 0) return end;
  }
}

function isKey(text: string, end: number): boolean {
  for (let at = end + 1; ; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) continue;
    return code === 0x3a;
  }
}

function noteKey(keys: Set<string>, quoted: string): void {
  const key = quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
  if (key === '__proto__') throw malformed('The body holds a key named __proto__.');
  if (keys.has(key)) throw malformed(`The body holds the key ${JSON.stringify(key.slice(0, 60))} twice.`);
  keys.add(key);
}

function malformed(message: string, cause?: unknown): Error {
  return httpError({
    code: 'malformed_json',
    message,
    remedy: 'Send one JSON value in UTF-8, as the OpenAPI document at /api/v1/openapi.json describes.',
    cause,
  });
}
