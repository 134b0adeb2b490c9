import { entropyOf } from './entropy.ts';
import { gatedScanner, type Hit, type Judged, matchAt, runLength, type Scanner } from './scanner.ts';

/** Words for what a person chose: shorter, with fewer kinds of characters. */
const PASSWORDS =
  'passw(?:or)?d|passphrase|passcode|passwort|kennwort|pwd|contraseña|contrasena|mot de passe|senha|wachtwoord|пароль|密码|密碼|パスワード|secret';
/** Words for what a machine made. */
const TOKENS =
  'token|api[ _.-]?key|access[ _.-]?key|account[ _.-]?key|private[ _.-]?key|signing[ _.-]?key|encryption[ _.-]?key|client[ _.-]?key|auth[ _.-]?key|authorization|bearer|credentials?|cookie|session[ _.-]?id|signature|sig(?==)';
const GATE = new RegExp(`${PASSWORDS}|${TOKENS}`, 'gi');
const IS_PASSWORD = new RegExp(`^(?:${PASSWORDS})$`, 'i');

/** Tokens that only turn pages; tools need them to go on. */
const PAGING =
  /(?:page|next|sync|continuation|cursor|delta|resume|skip|start|history|change|max|min)[ _-]?$/i;

const IDENTIFIER = /[A-Za-z0-9_.-]{0,40}/y;
const ASSIGNED =
  />|["'`\\\]]{0,4}[ \t]{0,8}(?:(?::=|=>|->|[:=])|(?<=\s)(?:is|was|are|ist|lautet|est|es|é))[ \t]{0,8}\r?\n?[ \t]{0,16}["'`\\]{0,4}/y;
const SPACED = /[ \t]{1,4}["'`]?/y;
const SCHEME = /(?:bearer|basic|token|apikey)[ \t]{1,4}/iy;
/** What a value is made of: in quotes, behind an equals sign (forms and addresses), or in running text. */
const IN_QUOTES = /[^\s"'`]{8,512}/y;
const IN_FORM = /[^\s"'`,;<>&|]{8,512}/y;
const IN_TEXT = /[^\s"'`<>]{8,512}/y;
const REST_OF_VALUE = /[^\s"'`,;<>&|]{1,4096}/y;
const LONGEST_READ = 512;

/** Finds values that look random where a word before them says that they are secret. */
export const keywordScanner: Scanner = gatedScanner(GATE, judgeWord);

/** The same, but links stay whole: `https://...?token=...` in a mail is there to be followed or handed on. */
export const keywordScannerOutsideLinks: Scanner = gatedScanner(GATE, (hit) =>
  isInLink(hit) ? { finds: [], next: hit.at + hit.word.length } : judgeWord(hit),
);

const LONGEST_LINK = 500;

function isInLink({ text, at }: Hit): boolean {
  return /https?:\/\/[^\s"'`<>]{1,500}$/i.test(text.slice(Math.max(0, at - LONGEST_LINK), at));
}

function judgeWord(hit: Hit): Judged {
  const gap = gapAfter(hit);
  if (gap === undefined) return { finds: [], next: hit.at + hit.word.length };
  const scheme = matchAt(SCHEME, hit.text, gap.end) ?? '';
  const start = gap.end + scheme.length;
  const read = matchAt(shapeAfter(gap.text + scheme), hit.text, start) ?? '';
  const value = read.replace(/[\\.,;:!?)\]}]{1,8}$/, '');
  const isSecret = /^basic/i.test(scheme) ? isBasic(value) : looksSecret(hit.word, value);
  if (!isSecret) return { finds: [], next: start };
  const end =
    read.length < LONGEST_READ
      ? start + value.length
      : start + read.length + runLength(REST_OF_VALUE, hit.text, start + read.length);
  return { finds: [{ start, end, kind: kindOf(hit.word) }], next: end };
}

function shapeAfter(gap: string): RegExp {
  if (/["'`]$/.test(gap)) return IN_QUOTES;
  return gap.endsWith('=') ? IN_FORM : IN_TEXT;
}

function isBasic(value: string): boolean {
  return /^[^:]{1,200}:/.test(Buffer.from(value, 'base64').toString());
}

function gapAfter({ text, at, word }: Hit): { readonly text: string; readonly end: number } | undefined {
  const before = text.slice(Math.max(0, at - 20), at);
  if (/token/i.test(word) && PAGING.test(before)) return undefined;
  const rest = matchAt(IDENTIFIER, text, at + word.length) ?? '';
  if (!endsItsWord(word, rest)) return undefined;
  const from = at + word.length + rest.length;
  const spaced = /^(?:bearer|authorization)$/i.test(word) || /(?:^|\s)--?[A-Za-z0-9-]{0,16}$/.test(before);
  const gap = matchAt(ASSIGNED, text, from) ?? (spaced ? matchAt(SPACED, text, from) : undefined);
  return gap === undefined ? undefined : { text: gap, end: from + gap.length };
}

/** `token`, `tokens`, `token_value`, `tokenValue`; not `tokenizer`. */
function endsItsWord(word: string, rest: string): boolean {
  if (rest === '' || /^(?:s|S)?(?:[^A-Za-z]|$)/.test(rest)) return true;
  return /[a-z]$/.test(word) && /^[A-Z]/.test(rest);
}

/** What a value is by the name it stands under, or undefined where nothing speaks for a secret. */
export function secretUnder(name: string, value: string): string | undefined {
  if (/\s/.test(value)) return undefined;
  for (const { 0: word, index } of name.matchAll(GATE)) {
    const rest = matchAt(IDENTIFIER, name, index + word.length) ?? '';
    const pages = /token/i.test(word) && PAGING.test(name.slice(0, index));
    if (!pages && endsItsWord(word, rest) && looksSecret(word, value)) return kindOf(word);
  }
  return undefined;
}

function kindOf(word: string): string {
  return IS_PASSWORD.test(word) ? 'password' : 'secret';
}

/** A reference to a secret, a placeholder, or an address. */
const NO_SECRET =
  /^(?:(?:env|file|vault|secret|secretref|op|ref|arn|urn|uuid|sha256):|\$|%[A-Z_]+%|https?:\/\/[^@]*$|process\.env|os\.environ|\{\{|[*•x.X_-]+$|[A-Za-z_$][\w$.]*\()/;
const EMAIL = /^[^@\s]+@[A-Za-z0-9-]+(?:\.[A-Za-z]{2,20})$/;

/** True for what is too random to be a word: by Shannon entropy, length and kinds of characters. */
function looksSecret(word: string, value: string): boolean {
  if (value.length < 8 || NO_SECRET.test(value)) return false;
  const digits = /[0-9]/.test(value);
  const letters = /\p{L}/u.test(value);
  if (IS_PASSWORD.test(word)) return looksPassword(value, { digits, letters });
  if (EMAIL.test(value)) return false;
  return value.length >= 16 && digits && letters && entropyOf(value) >= 3;
}

function looksPassword(value: string, has: { digits: boolean; letters: boolean }): boolean {
  const symbols = /[!@#$%^&*+=?~]/.test(value);
  const camel = /.[A-Z]/.test(value) && /[a-z]/.test(value);
  const random = (has.digits || symbols) && has.letters && entropyOf(value) >= 2.5;
  return random || (camel && value.length >= 16 && entropyOf(value) >= 3.8);
}
