import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createIdSource, isId } from './ids.ts';

test('ids are well-formed, of their kind only, and never repeat', () => {
  const ids = createIdSource();
  const made = Array.from({ length: 20_000 }, () => ids('turn'));
  assert.equal(new Set(made).size, made.length);
  assert.ok(made.every((id) => isId('turn', id) && !isId('step', id)));
});

test('ids sort by the time they were made, also within a millisecond and when the clock steps back', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 200 }), (steps) => {
      let now = 1_700_000_000_000;
      const ids = createIdSource(() => now);
      const made = steps.map((step) => {
        now += step === 3 ? -1 : step;
        return ids('step');
      });
      assert.deepEqual(made, made.toSorted());
    }),
  );
});

test('more ids than one millisecond has numbers for still sort and are still valid', () => {
  const ids = createIdSource(() => 1_700_000_000_000);
  const made = Array.from({ length: 10_000 }, () => ids('step'));
  assert.deepEqual(made, made.toSorted());
  assert.ok(made.every((id) => isId('step', id)));
});

test('what only looks like an id is none', () => {
  for (const value of [
    'turn_',
    'turn_1',
    'turn_01890a5d-ac96-474b-bcce-b302099a8057',
    ' turn_01890a5d-ac96-774b-bcce-b302099a8057',
    7,
    null,
  ]) {
    assert.equal(isId('turn', value), false, String(value));
  }
  assert.equal(isId('turn', 'turn_01890a5d-ac96-774b-bcce-b302099a8057'), true);
});
