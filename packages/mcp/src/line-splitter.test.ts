import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineSplitter } from './line-splitter.ts';

test('lines come out whole however the bytes were cut', () => {
  const word = fc.string({ unit: 'grapheme' }).map((text) => `${text.replace(/\s/g, '')}.`);
  fc.assert(
    fc.property(
      fc.array(word),
      fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
      (lines, sizes) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const splitter = new LineSplitter(10_000);
        const seen: string[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          assert.equal(
            splitter.push(bytes.subarray(at, at + size), (line) => seen.push(line)),
            true,
          );
          at += size;
        }
        assert.deepEqual(seen, lines);
      },
    ),
  );
});

test('a line of exactly the limit passes, one byte more does not', () => {
  const seen: string[] = [];
  const splitter = new LineSplitter(4);
  assert.equal(
    splitter.push(Buffer.from('abcd\n'), (line) => seen.push(line)),
    true,
  );
  assert.equal(
    splitter.push(Buffer.from('abc'), (line) => seen.push(line)),
    true,
  );
  assert.equal(
    splitter.push(Buffer.from('de\n'), (line) => seen.push(line)),
    false,
  );
  assert.deepEqual(seen, ['abcd']);
});
