import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { relativeDates } from './relative-dates.ts';
import { findSpans, numberValue } from './spans.ts';

function spans(text: string): string[] {
  return findSpans(text).map(({ type, value }) => `${type} ${value}`);
}

const FOUND: readonly (readonly [text: string, ...spans: string[]])[] = [
  ['Write to Ann@Example.com.', 'email ann@example.com'],
  ['Write to (ann.lee+x@mail.example.org), please', 'email ann.lee+x@mail.example.org'],
  ["Ask o'brien@example.com", "email o'brien@example.com"],
  ["Ask 'ann@example.com'", 'email ann@example.com'],
  ['Open https://Example.com:443/a?b=1.', 'url example.com/a?b=1'],
  ['Open http://example.com/a/', 'url example.com/a'],
  ['Open example.com/a, then stop', 'url example.com/a'],
  ['Open www.example.com!', 'url www.example.com'],
  ['See https://example.com/a#part', 'url example.com/a#part'],
  ['Pay DE89 3704 0044 0532 0130 00 today', 'iban DE89370400440532013000'],
  ['Pay GB29NWBK60161331926819.', 'iban GB29NWBK60161331926819'],
  ['On 2026-05-10', 'date 2026-05-10'],
  ['On May 10, 2026', 'date 2026-05-10'],
  ['On May the 10th', 'date --05-10'],
  ['On the 10th of May 2026', 'date 2026-05-10'],
  ['On 10 Sept', 'date --09-10'],
  ['On 10.5.2026', 'date 2026-05-10'],
  ['At 9:30 pm', 'time 21:30'],
  ['At 12am', 'time 00:00'],
  ['At 12 pm', 'time 12:00'],
  ['At 14:05', 'time 14:05'],
  ['Pay 1,200.00', 'number 1200'],
  ['Pay $1,200', 'number 1200'],
  ['Pay 0.50', 'number 0.5'],
  ['Minus -12', 'number -12'],
  ['Between 10-15', 'number 10', 'number 15'],
  ['Call +49 (170) 123-4567', 'phone 491701234567'],
  ['Open Report_2.final.PDF', 'file report_2.final.pdf'],
  ['Open plan.md', 'file plan.md'],
];

const NOT_FOUND: readonly string[] = [
  '3/4/2026',
  '2026-13-01',
  '1,20',
  '1.200,50',
  '12k',
  'v12',
  'an @ sign',
  'e.g. this',
];

describe('typed values of a text', () => {
  for (const [text, ...expected] of FOUND)
    test(`${text} holds ${expected.join(', ')}`, () => assert.deepEqual(spans(text), expected));

  for (const text of NOT_FOUND) {
    test(`${text} holds no address, date or number of its own`, () =>
      assert.deepEqual(
        spans(text).filter((one) => !one.startsWith('number 2026')),
        [],
      ));
  }

  test('a value within a larger one is none: no number of a date, no address of an address', () => {
    assert.deepEqual(spans('https://example.com/?to=eve@evil.example&sum=100'), [
      'url example.com/?to=eve@evil.example&sum=100',
    ]);
    assert.deepEqual(spans('2026-05-10T10:00'), ['date 2026-05-10', 'time 10:00']);
  });

  test('an address with a user name in it covers what it holds and is no address itself', () => {
    for (const text of ['https://bank.example@evil.example/a', 'https://ann:pw@evil.example'])
      assert.deepEqual(
        findSpans(text).filter(({ value }) => !value.includes('://')),
        [],
      );
  });

  test('what stands for a value is cut out exactly', () => {
    const text = 'Mail ann@example.com, or see https://example.com/a).';
    assert.deepEqual(
      findSpans(text).map(({ start, end }) => text.slice(start, end)),
      ['ann@example.com', 'https://example.com/a'],
    );
  });

  test('a text full of values is read in one go', () => {
    const started = performance.now();
    const text = '+1234567890 '.repeat(80_000);
    assert.equal(findSpans(text).length, 80_000);
    assert.ok(performance.now() - started < 5_000);
  });
});

describe('numbers', () => {
  const SAME: readonly (readonly [string, string])[] = [
    ['1,200.00', '1200'],
    ['1200.0', '1200'],
    ['0.50', '0.5'],
    ['+5', '5'],
    ['-0', '0'],
  ];
  for (const [a, b] of SAME) test(`${a} is ${b}`, () => assert.equal(numberValue(a), numberValue(b)));

  const OTHER: readonly (readonly [string, string])[] = [
    ['1,20', '120'],
    ['12,00', '1200'],
    ['1e2', '100'],
    ['0x10', '16'],
    ['', '0'],
    ['007', '7'],
    ['12345678901234567', '12345678901234568'],
    ['0.12345678901234567', '0.12345678901234568'],
    ['１２', '12'],
  ];
  for (const [a, b] of OTHER)
    test(`"${a}" is not ${b}`, () => assert.notEqual(numberValue(a), numberValue(b)));
});

describe('days named from where the speaker stands', () => {
  // A Monday.
  const at = '2026-01-05T09:00:00.000Z';
  const DAYS: readonly (readonly [string, string])[] = [
    ['today', '2026-01-05'],
    ['Tonight', '2026-01-05'],
    ['tomorrow', '2026-01-06'],
    ['on Friday', '2026-01-09'],
    ['this Sunday', '2026-01-11'],
    ['Monday', '2026-01-12'],
  ];
  for (const [text, day] of DAYS)
    test(`${text} is ${day}`, () =>
      assert.deepEqual(
        relativeDates(text, at).map(({ value }) => value),
        [day],
      ));

  test('a name that holds a day is no day, and without a date nothing is near', () => {
    assert.deepEqual(relativeDates('Mondays Fridayish', at), []);
    assert.deepEqual(relativeDates('today', 'nonsense'), []);
  });
});
