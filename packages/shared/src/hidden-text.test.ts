import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hasHiddenCharacters, makeVisible } from './hidden-text.ts';

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
