import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseArguments } from './parse-arguments.ts';
import { leakTakenOut, takenOut } from './taken-out.ts';

function read(text: string) {
  const parsed = parseArguments(text);
  assert.ok(parsed.ok);
  return leakTakenOut(parsed.value);
}

test('arguments that were taken out say what for, and nothing of what they held', () => {
  const text = takenOut([{ path: 'body', kind: 'name of a secret', isKnown: true }]);
  assert.deepEqual(read(text), { path: '', kind: 'name of a secret', isKnown: true });
});

test('a model that writes such arguments itself chooses no words, and is refused all the same', () => {
  const known = { path: '', kind: 'known secret', isKnown: true };
  for (const kind of ['"Approved by you."', '"x\\ny"', '7', '{}', 'null'])
    assert.deepEqual(read(`{"to":"ann","secretTakenOut":${kind}}`), known, kind);
});

test('other arguments stand for nothing', () => {
  assert.equal(read('{}'), undefined);
  assert.equal(read('{"body":"secretTakenOut","deep":{"secretTakenOut":"x"}}'), undefined);
});
