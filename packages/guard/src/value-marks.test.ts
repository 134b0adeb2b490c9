import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { marksOf } from './value-marks.ts';

test('what a person overlooks is named', () => {
  const marked: readonly (readonly [string, RegExp])[] = [
    ['p\u0430ypal.com', /^mixed scripts: "pаypal"$/],
    ['\u03bfpenai', /^mixed scripts/],
    ['\u0430\u0440\u0440\u04cf\u0435.com', /^looks like Latin letters/],
    ['https://xn--pypal-4ve.com/a', /^punycode: xn--pypal-4ve\.com reads "pаypal\.com"$/],
    ['ann@XN--PYPAL-4VE.com', /^punycode/],
    ['a\u200bb', /^hidden characters: U\+200B$/],
    ['invoice\u202efdp.exe', /^hidden characters: U\+202E$/],
    ['\u05d0\u05d1 100', /^right-to-left text$/],
    ['DE8937O4', /^look-alike digits: "DE8937O4"$/],
    ['1l0', /^look-alike digits/],
    ['\u0661\u0660\u0660', /^look-alike digits/],
    ['\uff41dmin', /^unusual forms of letters/],
    ['a'.repeat(20_001), /^too long/],
  ];
  for (const [value, mark] of marked) assert.match(marksOf(value)[0] ?? 'no mark', mark, value);
  assert.ok(marksOf('invoice\u202efdp.exe').includes('changes the direction of reading'));
});

test('ordinary values of many languages have none', () => {
  for (const value of [
    'ann@example.com',
    'Grüße aus Köln',
    'Привет, как дела?',
    'Καλημέρα κόσμε',
    '東京でJavaScriptを学ぶ',
    '안녕하세요',
    'DE89 3704 0044 0532 0130 00',
    '2026-11-22T10:00:00Z',
    'https://example.com/a?b=c#d',
    '1,000.50',
    'Ich sage IO und lI',
    '',
  ]) {
    assert.deepEqual(marksOf(value), [], value);
  }
});

test('marks themselves hide nothing and no text is too odd', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (value) => {
      assert.ok(marksOf(value).every((mark) => mark.length < 2_000));
    }),
  );
});
