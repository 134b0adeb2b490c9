import { decodePercent } from '../words/decode-percent.ts';

/** One way a model may read a text. */
export interface Reading {
  /** For people: `as base64`; empty for the text as it is. */
  readonly how: string;
  /** Lower case, without hidden characters, lines kept. */
  readonly lines: string;
  /** The same on one line, single spaces. */
  readonly flat: string;
}

const EDGE = 65_536;
const MOST_DECODED = 65_536;

/** The first and the last 64 kB, read in all the ways that models see through: plain, decoded, spelled oddly. */
export function readingsOf(text: string): readonly Reading[] {
  const part = text.length > 2 * EDGE ? `${text.slice(0, EDGE)}\n${text.slice(-EDGE)}` : text;
  const tags = readTags(part);
  const plain = normalise(part);
  const ways: readonly (readonly [string, string])[] = [
    ['', plain],
    ['in invisible letters', tags],
    ['in look-alike letters', latinised(plain)],
    ['in digits for letters', withoutLeet(plain)],
    ['in spaced letters', withoutSpacing(plain)],
    ['as an encoded address', normalise(decodeUrl(part))],
    ['as HTML entities', normalise(decodeEntities(part))],
    ['as shifted letters', unshifted(plain)],
    ['as base64', decoded(part, /[A-Za-z0-9+/_-]{24,}={0,2}/g, fromBase64)],
    ['as hex', decoded(part, /(?:[0-9A-Fa-f]{2}[ :]?){16,4000}/g, fromHex)],
    ['as binary', decoded(part, /(?:[01]{8}[ ,]?){8,4000}/g, fromBinary)],
  ];
  const seen = new Set<string>();
  return ways.flatMap(([how, lines]) => {
    if (lines.trim() === '' || seen.has(lines)) return [];
    seen.add(lines);
    return [{ how, lines, flat: lines.replace(/(?:\\[nrt]|\s)+/g, ' ') }];
  });
}

function normalise(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\r\n?/g, '\n')
    .replace(
      /[\p{Cf}\p{Co}\p{Cs}\p{Variation_Selector}\p{Default_Ignorable_Code_Point}]|(?![\n\t])\p{Cc}/gu,
      '',
    )
    .replace(/[\u2018\u2019\u02bc\u0060\u00b4]/g, "'")
    .replace(/[\u201c\u201d\u201e]/g, '"')
    .toLowerCase();
}

/** Tag characters are ASCII that nobody sees. */
function readTags(text: string): string {
  const letters = text.match(/[\u{e0020}-\u{e007e}]/gu) ?? [];
  return letters
    .map((letter) => String.fromCharCode((letter.codePointAt(0) ?? 0) - 0xe0000))
    .join('')
    .toLowerCase();
}

const LOOK_ALIKES = new Map(
  [...'аaеeоoрpсcуyхxіiјjѕsԁdһhӏlԛqԝwкkмmтtвbнhοoαaεeιiκkνvρpτtυuχx'.matchAll(/(.)(.)/gu)].map(
    ([, odd = '', plain = '']) => [odd, plain],
  ),
);

function latinised(text: string): string {
  return text.replace(/[\p{Script=Latin}\p{Script=Cyrillic}\p{Script=Greek}]{2,60}/gu, (word) =>
    /[a-z]/.test(word) && /[^\p{Script=Latin}]/u.test(word)
      ? [...word].map((letter) => LOOK_ALIKES.get(letter) ?? letter).join('')
      : word,
  );
}

const LEET = new Map(
  Object.entries({ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' }),
);

function withoutLeet(text: string): string {
  return text.replace(/[a-z0134579@$!]{3,30}/g, (word) =>
    /[a-z]/.test(word) && /[0134579@$]/.test(word) && !word.startsWith('$')
      ? [...word].map((letter) => LEET.get(letter) ?? letter).join('')
      : word,
  );
}

/** `i g n o r e   a l l`: single letters apart are words where more space is between words. */
function withoutSpacing(text: string): string {
  return text.replace(/(?<![\p{L}\p{N}])(?:\p{L}[ .\-_*]{1,3}){6,400}\p{L}(?![\p{L}\p{N}])/gu, (run) =>
    run.replace(/(\p{L})[ .\-_*](?=\p{L})/gu, '$1').replace(/[ .\-_*]{2,3}/g, ' '),
  );
}

const SHIFTED_WORDS = ['ignore', 'instructions', 'previous', 'disregard', 'system prompt'];

/** Caesar's cipher, which models read: where two words of an injection appear under one shift. */
function unshifted(text: string): string {
  for (let shift = 1; shift < 26; shift++) {
    const found = SHIFTED_WORDS.filter((word) => text.includes(shiftLetters(word, shift)));
    if (found.length >= 2) return shiftLetters(text, 26 - shift);
  }
  return '';
}

function shiftLetters(text: string, by: number): string {
  return text.replace(/[a-z]/g, (letter) =>
    String.fromCharCode(((letter.charCodeAt(0) - 97 + by) % 26) + 97),
  );
}

function decodeUrl(text: string): string {
  return decodePercent(text).replace(/(?<=\w)\+(?=\w)/g, ' ');
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

function decodeEntities(text: string): string {
  return text.replace(/&(?:#\d{1,7}|#x[0-9a-f]{1,6}|lt|gt|amp|quot|apos|nbsp);/gi, (entity) => {
    const name = entity.slice(1, -1).toLowerCase();
    if (!name.startsWith('#')) return ENTITIES[name] ?? entity;
    const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  });
}

function decoded(text: string, pattern: RegExp, read: (part: string) => string): string {
  const parts: string[] = [];
  let size = 0;
  for (const [part] of text.matchAll(pattern)) {
    const said = read(part);
    if (!isProse(said)) continue;
    parts.push(said);
    size += said.length;
    if (size > MOST_DECODED) break;
  }
  return normalise(parts.join('\n'));
}

function isProse(text: string): boolean {
  const letters = text.match(/[\p{L}\p{N}\p{P}\s<>=+$]/gu)?.length ?? 0;
  return letters > 0.9 * text.length && /\p{L}{2}\s\p{L}/u.test(text);
}

function fromBase64(part: string): string {
  return Buffer.from(part, 'base64').toString();
}

function fromHex(part: string): string {
  return Buffer.from(part.replace(/[ :]/g, ''), 'hex').toString();
}

function fromBinary(part: string): string {
  const bytes = part.match(/[01]{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2))).toString();
}
