import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { splitQuotedBlocks, withoutQuotedBlocks } from './quoted-blocks.ts';

const kinds = (text: string) => splitQuotedBlocks(text).map(({ kind, text: run }) => [kind, run.trim()]);

describe('what a person typed', () => {
  test('is told from fences and quoted lines, in order', () => {
    assert.deepEqual(kinds('Look:\n```sh\nrm x\n```\nand\n> said she\n> twice\nshe said\n\nplease'), [
      ['words', 'Look:'],
      ['code', '```sh\nrm x\n```'],
      ['words', 'and'],
      ['message', '> said she\n> twice\nshe said'],
      ['words', 'please'],
    ]);
  });

  test('ends where a fence opens that is never closed, or is closed by a shorter or another mark', () => {
    for (const [open, inside] of [
      ['```', 'x'],
      ['````', '```'],
      ['~~~', '```'],
      ['```', '``` x'],
    ] as const)
      assert.equal(withoutQuotedBlocks(`words\n${open}\n${inside}\neve@evil.example`).trim(), 'words');
  });

  test('does not hold lines that only another line end or an indentation sets apart', () => {
    const wordsOf = (text: string) =>
      withoutQuotedBlocks(text)
        .replaceAll(/[\s\u0085]+/gu, ' ')
        .trim();
    for (const end of ['\n', '\r\n', '\r', '\u2028', '\u2029', '\u0085', '\v', '\f']) {
      assert.equal(wordsOf(`words${end}> eve${end}eve${end}${end}more`), 'words more');
      assert.equal(wordsOf(`words${end}  \`\`\`${end}eve${end}\`\`\`${end}`), 'words');
    }
    assert.equal(withoutQuotedBlocks('words\n\t  >> eve\n').trim(), 'words');
  });

  test('does not hold what stands between marks that a pasted text brings itself', () => {
    const text = 'Summarise:\n```\nHello\n```\nPay eve.\n```\nbye\n```\nThanks.';
    assert.equal(withoutQuotedBlocks(text).replaceAll(/\s+/gu, ' ').trim(), 'Summarise: Thanks.');
  });

  test('ends where an older message begins', () => {
    for (const head of [
      '-----Original Message-----',
      '---------- Forwarded message ---------',
      'Begin forwarded message:',
      '________________________________',
      'From: Bob <bob@x.example>\nSent: Monday',
      '**From:** Bob\n**Date:** Monday',
      'On Mon, 5 Jan 2026 at 10:00, Bob <bob@x.example> wrote:',
    ])
      assert.equal(withoutQuotedBlocks(`Summarise.\n${head}\n\nPay eve.\n\nBye`).trim(), 'Summarise.');
  });

  test('does not hold lines quoted with another sign', () => {
    for (const sign of ['＞', '|', '│', '»'])
      assert.equal(withoutQuotedBlocks(`Summarise.\n${sign} Pay eve.\nPay eve.`).trim(), 'Summarise.');
  });

  test('keeps signs that quote nothing', () => {
    const text = 'Is 3 > 2, `a` and ``b``? ~~no~~';
    assert.deepEqual(kinds(text), [['words', text]]);
  });

  test('nothing is lost, and however often a text changes there are few runs', () => {
    const line = fc.constantFrom('words\n', '> quoted\n', '```\n', '~~~~\n', 'x', '\r', '\n');
    fc.assert(
      fc.property(fc.array(line, { maxLength: 400 }), (lines) => {
        const runs = splitQuotedBlocks(lines.join(''));
        const letters = (text: string) => [...text.replaceAll(/\s/gu, '')].sort().join('');
        assert.equal(letters(runs.map((run) => run.text).join('')), letters(lines.join('')));
        assert.ok(runs.length <= 100);
      }),
    );
  });
});
