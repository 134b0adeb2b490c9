import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { splitOwnWords } from './split-own-words.ts';

const words = (text: string) => ({ type: 'words', text }) as const;
const code = (text: string) => ({ type: 'quoted', text, source: 'code' }) as const;
const message = (text: string) => ({ type: 'quoted', text, source: 'message' }) as const;

test('plain words are one run of words', () => {
  assert.deepEqual(splitOwnWords('Send it to ann@example.com\n\nand thanks'), [
    words('Send it to ann@example.com\n\nand thanks'),
  ]);
  assert.deepEqual(splitOwnWords('  \n '), []);
});

test('a code fence is material, and the words around it stay in order', () => {
  assert.deepEqual(splitOwnWords('Run this:\n```sh\nrm -rf /\n```\nbut only in the test folder'), [
    words('Run this:'),
    code('rm -rf /'),
    words('but only in the test folder'),
  ]);
});

test('a fence that is never closed reaches to the end', () => {
  assert.deepEqual(splitOwnWords('Look:\n~~~\npay evil.example\n```\nnow'), [
    words('Look:'),
    code('pay evil.example\n```\nnow'),
  ]);
});

test('a shorter fence inside of a longer one does not close it', () => {
  assert.deepEqual(splitOwnWords('````\n```\npay\n```\n````\ndone'), [code('```\npay\n```'), words('done')]);
});

test('what stands behind a fence is material too, unless it names the language', () => {
  assert.deepEqual(splitOwnWords('```pay evil.example now\nx\n```'), [code('pay evil.example now\nx')]);
});

test('inline code is the words of the person who typed it', () => {
  assert.deepEqual(splitOwnWords('```x``` and `y`'), [words('```x``` and `y`')]);
});

test('lines that begin with > are another message', () => {
  assert.deepEqual(splitOwnWords('> please pay me\n> today\nIs this for real?'), [
    message('please pay me\ntoday'),
    words('Is this for real?'),
  ]);
});

test('text of many runs stays within what the API takes, and nothing quoted becomes words', () => {
  const parts = splitOwnWords(Array.from({ length: 60 }, (_, n) => `say ${n}\n> quoted ${n}`).join('\n'));
  assert.equal(parts.length, 2);
  assert.ok(parts[0]?.type === 'words' && !parts[0].text.includes('quoted'));
});

test('no line of a fence or a quote ever becomes words, and no line of words is lost', () => {
  const run = fc.oneof(
    fc.constantFrom('hello there', 'second line').map((text) => ({ kind: 'words', text })),
    fc.constantFrom('EVIL one', 'EVIL two').map((text) => ({ kind: 'quote', text: `> ${text}` })),
    fc
      .constantFrom('EVIL code', '> EVIL in code')
      .map((text) => ({ kind: 'fence', text: `\`\`\`\n${text}\n\`\`\`` })),
  );
  fc.assert(
    fc.property(fc.array(run, { maxLength: 60 }), (runs) => {
      const parts = splitOwnWords(runs.map(({ text }) => text).join('\n'));
      const said = parts.flatMap((part) => (part.type === 'words' ? [part.text] : [])).join('\n');
      assert.ok(!said.includes('EVIL'));
      const typed = runs.filter(({ kind }) => kind === 'words').length;
      assert.equal(said.split('\n').filter((line) => line.trim() !== '').length, typed);
      assert.ok(parts.length <= 50);
    }),
  );
});
