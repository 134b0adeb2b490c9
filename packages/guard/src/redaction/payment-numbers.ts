import { startsAWord } from './find-keys.ts';
import { gatedScanner, type Hit, type Judged, matchAt, type Scanner } from './scanner.ts';

const GROUPS = /[0-9]{1,20}(?:[ -][0-9]{1,20}){0,4}/y;
/** How cards are printed: in one, or in these groups. */
const PRINTED = new Set(['4-4-4-4', '4-4-4-4-3', '4-4-4-1', '4-6-5', '4-6-4', '4-4-5']);

/** Beginnings and lengths that issuers use. */
const ISSUERS: readonly RegExp[] = [
  /^4(?:\d{12}|\d{15}|\d{18})$/,
  /^(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}$/,
  /^3[47]\d{13}$/,
  /^(?:6011|64[4-9]\d|65\d\d)\d{12,15}$/,
  /^3(?:0[0-5]|[689]\d)\d{11}$/,
  /^35(?:2[89]|[3-8]\d)\d{12}$/,
  /^62\d{14,17}$/,
  /^(?:50|5[6-8]|63|67)\d{14,17}$/,
];

/** Finds payment cards: a plausible issuer, length and grouping, and the Luhn check digit. */
export const cardScanner: Scanner = gatedScanner(/[0-9]{4}/g, judgeCard);

function judgeCard({ text, at }: Hit): Judged {
  const groups = (matchAt(GROUPS, text, at) ?? '').split(/[ -]/);
  const next = at + (groups[0] ?? '').length;
  if (!standsAlone(text, at)) return { finds: [], next };
  for (let count = groups.length; count >= 1; count--) {
    const taken = groups.slice(0, count);
    const end = at + taken.join(' ').length;
    const printed = count === 1 || PRINTED.has(taken.map((group) => group.length).join('-'));
    if (!printed || /[A-Za-z0-9_]/.test(text.charAt(end)) || !isCard(taken.join(''))) continue;
    return { finds: [{ start: at, end, kind: 'payment card' }], next: end };
  }
  return { finds: [], next };
}

/** Not inside a word, a hash or the decimals of a number. */
function standsAlone(text: string, at: number): boolean {
  return startsAWord(text, at) && !/_$|[0-9]\.$/.test(text.slice(Math.max(0, at - 2), at));
}

/** Digits only. */
export function isCard(digits: string): boolean {
  return ISSUERS.some((issuer) => issuer.test(digits)) && luhn(digits);
}

function luhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = digits.charCodeAt(digits.length - 1 - place) - 48;
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** Lengths of the IBAN registry. */
const IBAN_LENGTHS = new Map(
  `AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24
  FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32
  LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24
  RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30`
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);
const LONGEST_IBAN_TEXT = 48;

/** Finds IBANs: a country of the registry, its length, and the check digits (mod 97). */
export const ibanScanner: Scanner = gatedScanner(
  /(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?=[ -]?[A-Za-z0-9])/g,
  judgeIban,
);

function judgeIban({ text, at, word }: Hit): Judged {
  const next = at + word.length;
  const length = IBAN_LENGTHS.get(word.slice(0, 2).toUpperCase());
  if (length === undefined) return { finds: [], next };
  const found = takeCharacters(text.slice(at, at + LONGEST_IBAN_TEXT), length);
  if (found === undefined || !isIban(found.characters)) return { finds: [], next };
  const end = at + found.size;
  return { finds: [{ start: at, end, kind: 'iban' }], next: end };
}

/** So many letters and digits, with single spaces or hyphens between them, and no more after the last. */
function takeCharacters(part: string, count: number): { characters: string; size: number } | undefined {
  let characters = '';
  for (let at = 0; at < part.length; at++) {
    const character = part.charAt(at);
    if (/[A-Za-z0-9]/.test(character)) characters += character;
    else if (!/[ -]/.test(character) || /[ -]/.test(part.charAt(at - 1))) return undefined;
    if (characters.length < count) continue;
    return /[A-Za-z0-9]/.test(part.charAt(at + 1)) ? undefined : { characters, size: at + 1 };
  }
  return undefined;
}

/** Letters and digits only; the length of its country is not checked here. */
export function isIban(characters: string): boolean {
  const upper = characters.toUpperCase();
  let rest = 0;
  for (const character of upper.slice(4) + upper.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}
