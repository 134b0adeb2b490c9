import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { lineDiff as diffOfLines } from '@bakerst/guard/line-diff';
import fc from 'fast-check';
import { diffText } from './diff-text.ts';

const terminal = { columns: 80, paint: (_style: unknown, text: string) => text };

const lineDiff = (before: string, after: string) => diffOfLines(before.split('\n'), after.split('\n'));

describe('a diff by lines', () => {
  test('tells what goes and what comes, with a few lines around it', () => {
    const before = 'version: 1\na\nb\nc\nd\ne\nprofile: balanced\nx\n';
    const text = diffText(lineDiff(before, before.replace('balanced', 'strict')), terminal, 1);
    assert.equal(
      text,
      '  ... 5 lines that stay\n  e\n- profile: balanced\n+ profile: strict\n  x\n  ... 1 lines that stay\n',
    );
  });

  test('keeps all of both texts, whatever they are', () => {
    const texts = fc
      .array(fc.constantFrom('a', 'b', 'c', '', 'dd'), { maxLength: 12 })
      .map((x) => x.join('\n'));
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const lines = lineDiff(before, after);
        const side = (kind: string) =>
          lines.filter((line) => line.kind === 'same' || line.kind === kind).map(({ text }) => text);
        assert.equal(side('removed').join('\n'), before);
        assert.equal(side('added').join('\n'), after);
        if (before === after) assert.ok(lines.every(({ kind }) => kind === 'same'));
      }),
    );
  });

  test('shows what a changed line hides', () => {
    const text = diffText(lineDiff('a', 'a\u200b\u001b[1A'), terminal);
    assert.equal(text, '- a\n+ a<U+200B><U+001B>[1A\n');
  });

  test('takes no quadratic time for texts that have nothing in common', () => {
    const many = (word: string) => Array.from({ length: 30_000 }, (_, n) => `${word} ${n}`).join('\n');
    assert.equal(lineDiff(many('a'), many('b')).length, 60_000);
  });
});
