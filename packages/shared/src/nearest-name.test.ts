import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nearestName } from './nearest-name.ts';

const NAMES = ['status', 'chat', 'login-link'];

test('a slip of the hand finds the name that was meant, whatever its case', () => {
  for (const typed of ['chta', 'cht', 'chatt', 'CHAT', 'cbat'])
    assert.equal(nearestName(typed, NAMES), 'chat');
  assert.equal(nearestName('loginlink', NAMES), 'login-link');
});

test('a name that is far from every other is not guessed at', () => {
  assert.equal(nearestName('xyzzy', NAMES), undefined);
  assert.equal(nearestName('', NAMES), undefined);
  assert.equal(nearestName('chat', []), undefined);
});

test('a known name is its own nearest, and what is guessed is always known', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1 }), fc.string(), (names, typed) => {
      const [first = ''] = names;
      assert.equal(nearestName(first, names)?.toLowerCase(), first.toLowerCase());
      const guess = nearestName(typed, names);
      assert.ok(guess === undefined || names.includes(guess));
    }),
  );
});
