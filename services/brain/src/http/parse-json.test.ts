import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseJson } from './parse-json.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('JSON from a stranger', () => {
  it('is what JSON.parse says for every honest value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const text = JSON.stringify(value, null, 1);
        fc.pre(!text.includes('"__proto__":'));
        assert.deepEqual(parseJson(bytes(text)), JSON.parse(text));
      }),
    );
  });

  it('never throws anything but malformed_json, whatever the bytes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.string().map(bytes),
          fc.json().map((j) => bytes(j.slice(1))),
        ),
        (input) => {
          try {
            parseJson(input);
          } catch (error) {
            assert.equal((error as { code?: string }).code, 'malformed_json');
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('refuses doubled keys in whatever spelling, also deep inside', () => {
    for (const text of ['{"a":1,"a":2}', '{"a":1,"\\u0061":2}', '[{"x":{"k":[],"k" :1}}]']) {
      assert.throws(() => parseJson(bytes(text)), { code: 'malformed_json' });
    }
    assert.deepEqual(parseJson(bytes('{"a":{"a":1},"b":"\\"a\\":1"}')), { a: { a: 1 }, b: '"a":1' });
  });

  it('takes 64 levels and not one more', () => {
    const nested = (depth: number) => bytes('['.repeat(depth) + ']'.repeat(depth));
    assert.ok(parseJson(nested(64)));
    assert.throws(() => parseJson(nested(65)), { code: 'malformed_json' });
  });

  it('takes escaped pairs and text that only looks like an escape, but no half pair', () => {
    assert.equal(parseJson(bytes('"\\ud83d\\ude00"')), '😀');
    assert.equal(parseJson(bytes('"\\\\ud83d"')), '\\ud83d');
    assert.throws(() => parseJson(bytes('"\\ud83d"')), { code: 'malformed_json' });
  });

  it('a number that is larger than any number here is refused wherever it stands, text like it is not', () => {
    const huge = ['1e999', '-1E+0400', `1${'0'.repeat(309)}`, `${'9'.repeat(250)}e99`];
    for (const number of huge) {
      for (const text of [number, `{"a":[{"b":${number}}]}`]) {
        assert.throws(() => parseJson(bytes(text)), { code: 'malformed_json' }, text.slice(0, 20));
      }
      assert.equal(parseJson(bytes(JSON.stringify(number))), number);
    }
    assert.equal(parseJson(bytes('1e308')), 1e308);
    assert.equal(parseJson(bytes('1e-999')), 0);
  });
});
