import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseJsonDocument } from './json-document.ts';

const json = fc.json({ maxDepth: 5 }).filter((text) => !text.includes('__proto__'));

describe('JSON with places', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(undefined, 2, '\t'), (text, indent) => {
        const value: unknown = JSON.parse(text);
        const read = parseJsonDocument(JSON.stringify(value, null, indent));
        assert.ok(read.ok);
        assert.deepEqual(read.value, value);
      }),
    );
  });

  it('accepts nothing that JSON.parse refuses, and never throws', () => {
    fc.assert(
      fc.property(json, fc.nat(), fc.string({ maxLength: 3 }), (text, where, junk) => {
        const at = where % (text.length + 1);
        const broken = text.slice(0, at) + junk + text.slice(at + 1);
        const read = parseJsonDocument(broken);
        let valid = true;
        try {
          JSON.parse(broken);
        } catch {
          valid = false;
        }
        // A key that is said twice, and __proto__, are valid JSON that we refuse.
        if (!valid) assert.equal(read.ok, false, broken);
      }),
      { numRuns: 1_000 },
    );
  });

  it('knows where each value and key stands', () => {
    const read = parseJsonDocument('\uFEFF{\n  "a": [1,\n    {"b": true}]\n}');
    assert.ok(read.ok);
    assert.deepEqual(read.placeOf(['a']), { line: 2, column: 3 });
    assert.deepEqual(read.placeOf(['a', 1, 'b']), { line: 3, column: 6 });
    assert.equal(read.placeOf(['c']), undefined);
  });

  it('is quick with a long open string', () => {
    const started = performance.now();
    assert.equal(parseJsonDocument(`{"a": "${'x\\\\'.repeat(200_000)}`).ok, false);
    assert.ok(performance.now() - started < 1_000);
  });
});
