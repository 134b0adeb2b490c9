import { isMixed } from './entropy.ts';
import { startsAWord } from './find-keys.ts';
import {
  type Find,
  gatedScanner,
  type Hit,
  type Judged,
  matchAt,
  runLength,
  type Scanner,
} from './scanner.ts';

/** Finds secrets that are known by their shape: private keys, JSON Web Tokens, cloud keys, passwords in addresses. */
export const structuredScanners: readonly Scanner[] = [
  privateKeyScanner,
  gatedScanner(/eyJ/g, judgeToken),
  gatedScanner(/(?:AKIA|ASIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA)[A-Z0-9]{16}/g, judgeAwsKey),
  gatedScanner(/:\/\//g, judgeAddress),
  gatedScanner(/[MNO][\w-]{22,27}\.[\w-]{6}\.[\w-]{27,40}/g, ({ text, at, word }) => ({
    finds: startsAWord(text, at) ? [{ start: at, end: at + word.length, kind: 'discord token' }] : [],
    next: at + word.length,
  })),
];

/** A key of 64 kB is none, but a text in which the end was left out may still hold one. */
const LONGEST_KEY = 65_536;
const KEY_BEGIN = /-----BEGIN (?:[A-Z0-9]{2,10} ){0,3}PRIVATE KEY(?: BLOCK)?-----/g;
const KEY_END = '-----END ';
/** What a key is made of, also inside JSON, quoted mail or a header block. */
const KEY_BODY = /[A-Za-z0-9+/=\s\\:,.>|()-]{1,4096}/y;

function privateKeyScanner(text: string): ReturnType<Scanner> {
  // Only ever moves forward, however many beginnings there are.
  let end = text.indexOf(KEY_END);
  const judge = ({ at, word }: Hit): Judged => {
    const body = at + word.length;
    while (end !== -1 && end < body) end = text.indexOf(KEY_END, Math.max(body, end + 1));
    const closed = end !== -1 && end - at <= LONGEST_KEY;
    const stop = closed ? endOfLine(text, end) : body + runLength(KEY_BODY, text, body);
    return { finds: [{ start: at, end: stop, kind: 'private key' }], next: stop };
  };
  return gatedScanner(KEY_BEGIN, judge)(text);
}

function endOfLine(text: string, end: number): number {
  return end + (matchAt(/-----END [A-Z0-9 ]{0,60}-{0,5}/y, text, end)?.length ?? KEY_END.length);
}

const TOKEN_PART = /[A-Za-z0-9_-]{1,4096}/y;
const LONGEST_HEADER = 4_096;
const MOST_PARTS = 5;

function judgeToken({ text, at }: Hit): Judged {
  if (!startsAWord(text, at)) return { finds: [], next: at + 3 };
  const headerEnd = at + runLength(TOKEN_PART, text, at);
  let end = headerEnd;
  let parts = 1;
  while (parts < MOST_PARTS && text[end] === '.') {
    parts += 1;
    end += 1 + runLength(TOKEN_PART, text, end + 1);
  }
  const isToken = parts >= 2 && isTokenHeader(text.slice(at, Math.min(headerEnd, at + LONGEST_HEADER)));
  return { finds: isToken ? [{ start: at, end, kind: 'jwt' }] : [], next: end };
}

function isTokenHeader(header: string): boolean {
  const decoded = Buffer.from(header, 'base64url').toString();
  // A look at the text is enough, and cannot throw: `{"alg":...}` in any order, with any spacing.
  return /^\s*\{/.test(decoded) && /"(?:alg|enc)"\s{0,9}:/.test(decoded);
}

const AWS_SECRET = /(?<![A-Za-z0-9/+])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/;
const AWS_SECRET_LENGTH = 40;
const AWS_NEAR = 300;

function judgeAwsKey({ text, at, word }: Hit): Judged {
  const end = at + word.length;
  const alone = startsAWord(text, at) && !/[A-Za-z0-9]/.test(text.charAt(end));
  if (!alone) return { finds: [], next: end };
  const key: Find = { start: at, end, kind: 'aws access key' };
  // The secret key stands near its id in files, CSV and JSON.
  const near = text.slice(end, end + AWS_NEAR);
  const secret = near.search(AWS_SECRET);
  if (secret === -1 || !isMixed(near.slice(secret, secret + AWS_SECRET_LENGTH)))
    return { finds: [key], next: end };
  const start = end + secret;
  return { finds: [key, { start, end: start + AWS_SECRET_LENGTH, kind: 'aws secret key' }], next: end };
}

/** What manuals write where a password would stand. */
const PLACEHOLDER = /^(?:pass(?:word|wd)?|pwd|secret|guest|anonymous|x+|\*+|\.{3}|[$%{<[].*)$/i;
const AUTHORITY = /[^\s/?#"'<>\\]{1,512}/y;

function judgeAddress({ text, at }: Hit): Judged {
  const from = at + 3;
  const authority = matchAt(AUTHORITY, text, from) ?? '';
  const host = authority.lastIndexOf('@');
  const colon = authority.indexOf(':');
  if (host === -1 || colon === -1 || colon + 1 >= host) return { finds: [], next: from };
  if (PLACEHOLDER.test(authority.slice(colon + 1, host))) return { finds: [], next: from + host };
  return {
    finds: [{ start: from + colon + 1, end: from + host, kind: 'url password' }],
    next: from + host,
  };
}
