import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { backoffDelay, DEFAULT_BACKOFF } from './backoff.ts';

test('a pause is at least half and at most the whole of the doubled, capped delay', () => {
  const chance = fc.double({ min: 0, max: 0.999_999, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), chance, (attempt, random) => {
      const full = Math.min(60_000, 500 * 2 ** Math.min(attempt - 1, 30));
      const delay = backoffDelay(DEFAULT_BACKOFF, attempt, random);
      assert.ok(delay >= full / 2 && delay <= full);
    }),
  );
});
