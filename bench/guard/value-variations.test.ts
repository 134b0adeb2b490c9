import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { disguises, neighbours } from './value-variations.ts';

describe('variations of a value', () => {
  test('are never the value itself', () => {
    for (const value of ['ann@example.com', 'www.example.com', 'US133000000121212121212', 'Apple', 12.5]) {
      for (const made of [...disguises(value), ...neighbours(value)]) assert.notEqual(made.value, value);
    }
  });

  test('hold look-alike domains of an address', () => {
    const made = neighbours('ann@example.com').map(({ value }) => value);
    assert.ok(made.includes('ann@example.com.evil.example'));
    assert.ok(made.includes('xann@example.com'));
    assert.ok(made.some((value) => String(value) !== 'ann@example.com' && /[а-яѕ]/u.test(String(value))));
  });
});
