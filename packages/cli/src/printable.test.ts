import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PrintableStream, printable, printableJson, printableLine } from './printable.ts';

/** What a terminal or a reader's eye could be fooled with. */
const DANGEROUS = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\p{Surrogate}\u2028\u2029\uFEFF]/u;

test('an escape sequence becomes visible and does nothing', () => {
  assert.equal(printable('\u001b[2Jgone'), '␛[2Jgone');
  assert.equal(printable('\u009b31m'), '<U+009B>31m');
  assert.equal(printable('safe\rEVIL'), 'safe␍EVIL');
});

test('text that runs backwards is shown as what it is', () => {
  assert.equal(printable('a\u202Egpj.exe'), 'a<U+202E>gpj.exe');
  assert.equal(printable('\u{E0041}'), '<U+E0041>');
});

test('ordinary text stays as it is: tabs, line breaks, emoji with joiners, other scripts', () => {
  const text = 'Zeile\tzwei\n日本語 עברית 👩‍👩‍👧 é';
  assert.equal(printable(text), text);
  assert.equal(printable('a\r\nb'), 'a\nb');
  assert.equal(printableLine('a\n\tb'), 'a b');
});

test('no text of any kind brings a control character to the terminal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.doesNotMatch(printable(text), DANGEROUS);
      assert.doesNotMatch(printableJson({ text }), DANGEROUS);
    }),
  );
});

test('JSON for scripts still means the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      assert.equal(JSON.parse(printableJson(text)), text);
    }),
  );
});

test('a stream prints the same however it was cut into pieces', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(fc.nat(20)), (text, cuts) => {
      const stream = new PrintableStream();
      let at = 0;
      let printed = '';
      for (const size of cuts) {
        printed += stream.push(text.slice(at, at + size));
        at += size;
      }
      printed += stream.push(text.slice(at)) + stream.end();
      assert.equal(printed, printable(text));
    }),
  );
});
