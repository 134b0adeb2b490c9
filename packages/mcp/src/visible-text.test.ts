import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { oneLine, stripTerminal } from './visible-text.ts';

test('one line is one bounded line without controls', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 50 }), (text, max) => {
      const line = oneLine(text, max);
      assert.ok(line.length <= max + 1);
      assert.doesNotMatch(line, /[\p{Cc}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test('terminal sequences are taken out', () => {
  assert.equal(stripTerminal('\u001b[31mred\u001b[0m \u001b]0;title\u0007x\u001bMy'), 'red xy');
});
