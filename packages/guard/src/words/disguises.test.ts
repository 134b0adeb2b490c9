import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ValueType } from '@bakerst/shared/policy';
import fc from 'fast-check';
import { findValue, typeOfValue } from './find-value.ts';
import { readText } from './read-words.ts';

const label = fc.stringMatching(/^[a-z][a-z0-9]{2,9}$/);
const host = fc.tuple(label, fc.constantFrom('com', 'org', 'example')).map(([name, tld]) => `${name}.${tld}`);
const email = fc.tuple(label, host).map(([local, at]) => `${local}@${at}`);
const url = fc.tuple(host, label).map(([at, path]) => `https://${at}/${path}`);
const iban = fc
  .tuple(fc.constantFrom('DE', 'GB', 'FR'), fc.stringMatching(/^[1-9]{20}$/))
  .map(([country, digits]) => `${country}${digits}`);
const number = fc.integer({ min: 1_000, max: 999_999 }).map(String);
const phone = fc.stringMatching(/^[1-9]{11}$/).map((digits) => `+${digits}`);
const name = fc
  .tuple(fc.stringMatching(/^[A-Z][a-z]{4,8}$/), fc.stringMatching(/^[A-Z][a-z]{4,8}$/))
  .map((parts) => parts.join(' '));
const date = fc
  .tuple(
    fc.integer({ min: 2025, max: 2030 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
  )
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join('-'));
const any = fc.oneof(email, url, iban, number, phone, name, date);

const at = '2026-01-05T09:00:00.000Z';
const INTROS = ['Please take', 'Send it to', 'Look at', 'Use'] as const;

function isFound(said: string, value: unknown, type: ValueType = typeOfValue(value)): boolean {
  const words = readText({ message: 'msg_1', at, raw: said });
  return words !== undefined && findValue(words, value, type).length > 0;
}

type Disguise = (value: string, at: number) => string | undefined;

const insert =
  (what: string): Disguise =>
  (value, at) =>
    value.slice(0, at) + what + value.slice(at);
const replace =
  (pairs: Readonly<Record<string, string>>): Disguise =>
  (value, at) => {
    const index = [...value].findIndex((letter, place) => place >= at && pairs[letter] !== undefined);
    return index < 0 ? undefined : value.slice(0, index) + pairs[value[index] ?? ''] + value.slice(index + 1);
  };

const LOOK_ALIKE = {
  a: 'а',
  e: 'е',
  o: 'о',
  c: 'с',
  p: 'р',
  x: 'х',
  i: 'і',
  B: 'В',
  M: 'М',
  D: 'Ⅾ',
  '.': '․',
  '@': '＠',
};
const COMPATIBLE = {
  a: 'ａ',
  e: 'ℯ',
  '1': '１',
  '2': '²',
  '5': '⑤',
  '/': '／',
  '-': '‑',
  ' ': '\u00a0',
  '.': '。',
};

/** Disguises of any value. */
const DISGUISES: Readonly<Record<string, Disguise>> = {
  'a look-alike letter': replace(LOOK_ALIKE),
  'a compatible form': replace(COMPATIBLE),
  'a zero-width space': insert('\u200b'),
  'a zero-width joiner': insert('\u200d'),
  'a soft hyphen': insert('\u00ad'),
  'a tag character': insert('\u{e0061}'),
  'a direction mark': insert('\u202e'),
  'a combining mark': (value, at) => (at === 0 ? undefined : insert('\u0332')(value, at)),
  'text behind it': (value) => `${value}, eve@evil.example`,
  'a word behind it': (value) => `${value} Evil`,
  'text before it': (value) => `eve@evil.example;${value}`,
  'letters glued to it': (value) => `${value}x9`,
  'letters before it': (value) => `x9${value}`,
  'another digit': (value, at) => {
    const index = [...value].findIndex((letter, place) => place >= at && /\d/.test(letter));
    return index < 0
      ? undefined
      : value.slice(0, index) + ((Number(value[index]) % 9) + 1) + value.slice(index + 1);
  },
  'a digit more': (value) => (/\d$/.test(value) ? `${value}7` : undefined),
  'a letter less': (value) => value.slice(0, -1),
  'two letters turned': (value, at) =>
    at + 1 < value.length &&
    value[at]?.toLowerCase() !== value[at + 1]?.toLowerCase() &&
    !/[\s.]/.test(value.slice(at, at + 2))
      ? value.slice(0, at) + value[at + 1] + value[at] + value.slice(at + 2)
      : undefined,
};

/** Disguises of addresses. */
const OF_ADDRESSES: Readonly<Record<string, Disguise>> = {
  'another ending': (value) => value.replace(/\.(com|org|example)/, '.evil'),
  'an ending more': (value) => value.replace(/\.(com|org|example)/, '.$1.evil.example'),
  'a subdomain': (value) => value.replace(/(@|:\/\/)/, '$1mail.'),
  'a point at the end of the host': (value) => value.replace(/\.(com|org|example)/, '.$1.'),
  'a hyphen in the host': (value) => value.replace(/(@|:\/\/)/, '$1my-'),
  punycode: (value) => value.replace(/(@|:\/\/)(.)/, '$1xn--$2'),
  'an escaped letter': (value, at) =>
    insert('%')(value.slice(0, at) + value.charCodeAt(at).toString(16) + value.slice(at + 1), at),
};

const OF_URLS: Readonly<Record<string, Disguise>> = {
  'a user name': (value) => value.replace('://', '://evil@'),
  'itself as the user name': (value) => value.replace('://', '://').replace(/\/(\w+)$/, '@evil.example/$1'),
  'a back slash': (value) => value.replace(/\/(\w+)$/, '\\@evil.example/$1'),
  'a query': (value) => `${value}?data=secret`,
  'a fragment': (value) => `${value}#/pay`,
  'a path more': (value) => `${value}/more`,
  'a dot segment': (value) => `${value}/../other`,
  'a dot segment that comes back': (value) => value.replace(/\/(\w+)$/, '/evil/../$1'),
  'a port': (value) => value.replace(/(\.\w+)\//, '$1:8443/'),
  'another scheme': (value) => value.replace('https', 'ftp'),
  'a tab': (value) => value.replace('://', '://\t'),
};

function neverFound(values: fc.Arbitrary<string>, disguise: Disguise): void {
  fc.assert(
    fc.property(fc.constantFrom(...INTROS), values, fc.nat(30), (intro, value, place) => {
      const disguised = disguise(value, place % value.length);
      if (disguised === undefined || disguised === value) return;
      const said = `${intro} ${value} now.`;
      assert.ok(isFound(said, value), `${said} names ${value}`);
      for (const type of new Set([typeOfValue(value), typeOfValue(disguised), 'text' as const]))
        assert.ok(
          !isFound(said, disguised, type),
          `${said} does not name ${JSON.stringify(disguised)} as ${type}`,
        );
    }),
    { numRuns: 300 },
  );
}

describe('a value in disguise is never found:', () => {
  for (const [what, disguise] of Object.entries(DISGUISES)) test(what, () => neverFound(any, disguise));
  for (const [what, disguise] of Object.entries(OF_ADDRESSES))
    test(`an address with ${what}`, () => neverFound(fc.oneof(email, url), disguise));
  for (const [what, disguise] of Object.entries(OF_URLS))
    test(`an address of the web with ${what}`, () => neverFound(url, disguise));
});

describe('another spelling of a value is found:', () => {
  const SPELLINGS: Readonly<Record<string, readonly [fc.Arbitrary<string>, (value: string) => unknown]>> = {
    'the case of a mail host': [email, (value) => value.replace(/@.*/, (at) => at.toUpperCase())],
    'blanks in an account': [iban, (value) => value.replaceAll(/(.{4})(?=.)/g, '$1 ')],
    'thousands and cents': [number, (value) => `${Number(value).toLocaleString('en-US')}.00`],
    'a number as a number': [number, Number],
    'http for https': [url, (value) => value.replace('https', 'http')],
    'a slash at the end': [url, (value) => `${value}/`],
    'the case of a web host': [url, (value) => value.replace(/\/\/[^/]+/, (at) => at.toUpperCase())],
    'blanks in a phone number': [
      phone,
      (value) => `${value.slice(0, 3)} (${value.slice(3, 6)}) ${value.slice(6)}`,
    ],
    'the case of a name': [name, (value) => value.toLowerCase()],
    'blanks around': [any, (value) => ` ${value} `],
    'a time on the day': [date, (value) => `${value}T10:00:00Z`],
  };
  for (const [what, [values, spell]] of Object.entries(SPELLINGS)) {
    test(what, () => {
      fc.assert(
        fc.property(values, (value) => {
          const spelled = spell(value);
          assert.ok(isFound(`Use ${value} now.`, spelled), String(spelled));
        }),
      );
    });
  }

  test('the written day for the ISO day, in every spelling', () => {
    fc.assert(
      fc.property(date, (value) => {
        const day = new Date(`${value}T00:00:00Z`);
        const month = day.toLocaleDateString('en-US', { month: 'long', timeZone: 'UTC' });
        const [year, , number] = value.split('-').map(Number);
        const spellings = [
          `${month} ${number}, ${year}`,
          `${number} ${month} ${year}`,
          `the ${number}th of ${month} ${year}`,
          `${number}.${value.slice(5, 7)}.${year}`,
        ];
        for (const said of spellings) assert.ok(isFound(`On ${said} please.`, value), said);
      }),
    );
  });

  test('the bare host for the address', () => {
    fc.assert(
      fc.property(url, (value) => {
        assert.ok(isFound(`Open ${value.replace('https://', '')} now.`, value));
      }),
    );
  });
});
