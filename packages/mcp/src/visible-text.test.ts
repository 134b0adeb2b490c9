import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hasHiddenCharacters, makeVisible, oneLine, stripTerminal } from './visible-text.ts';

test('characters nobody sees are written out, and what people write stays as it is', () => {
  assert.equal(
    makeVisible('a\u200bb\u202ec\u{e0041}d\u00ade\u3164f\ufe0fg'),
    'a<U+200B>b<U+202E>c<U+E0041>d<U+00AD>e<U+3164>f<U+FE0F>g',
  );
  for (const text of ['Grüße, 日本語, עברית\n\tإلى', 'e\u0301 café', '\u2764\ufe0f 1\ufe0f', '']) {
    assert.equal(hasHiddenCharacters(text), false, text);
  }
});

test('after making visible, nothing hidden is left', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(hasHiddenCharacters(makeVisible(text)), false);
    }),
  );
});

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
