import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { asNumber, sameValue } from './same-value.ts';

describe('two values are one', () => {
  const ONE: readonly (readonly [unknown, unknown])[] = [
    ['Ann@Example.com', 'ann@example.COM'],
    ['https://Example.com/a', 'https://example.com/a'],
    ['DE89 3704 0044 0532 0130 00', 'DE89370400440532013000'],
    ['+49 30 123456', '+49 (30) 123-456'],
    ['1200.50', 1200.5],
    ['Café  au lait', 'Cafe\u0301 au lait'],
  ];
  for (const [one, other] of ONE) {
    test(`${one} and ${other}`, () => {
      assert.equal(sameValue(one, other), true);
    });
  }

  const TWO: readonly (readonly [unknown, unknown])[] = [
    ['folder-AbCdEf', 'folder-aBCDef'],
    ['https://example.com/A', 'https://example.com/a'],
    ['team', 'ｔeam'],
    ['#general', '#General'],
  ];
  for (const [one, other] of TWO) {
    test(`but not ${one} and ${other}`, () => {
      assert.equal(sameValue(one, other), false);
    });
  }
});

describe('a value as a number', () => {
  test('is read with its commas', () => {
    assert.equal(asNumber('9,000'), 9_000);
    assert.equal(asNumber(' 12.50 '), 12.5);
    assert.equal(asNumber(7), 7);
  });

  test('is none where it could be read in another way, or is too long', () => {
    for (const text of ['', ' ', '9,0', '９000 000', 'ten', '1'.repeat(41), '1,', null, true, []])
      assert.ok(Number.isNaN(asNumber(text)), String(text));
  });

  test('takes no longer for a long text than for a short one', () => {
    const zeros = `1.${'0'.repeat(500_000)}1`;
    const began = performance.now();
    assert.ok(Number.isNaN(asNumber(zeros)));
    assert.equal(sameValue(zeros, `${zeros}1`), false);
    assert.ok(performance.now() - began < 2_000);
  });
});
