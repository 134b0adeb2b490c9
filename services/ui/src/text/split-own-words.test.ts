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

test('inline code is the words of the person who typed it, unless its line begins as a fence does', () => {
  assert.deepEqual(splitOwnWords('Run ```x``` and `y`'), [words('Run ```x``` and `y`')]);
  assert.deepEqual(splitOwnWords('`y` it is'), [words('`y` it is')]);
  assert.deepEqual(splitOwnWords('```x``` and `y`'), [code('x``` and `y`')]);
});

test('lines that begin with > are another message, with what is wrapped, to the next empty line', () => {
  assert.deepEqual(splitOwnWords('> please pay me\n> today\n\nIs this for real?'), [
    message('please pay me\ntoday'),
    words('Is this for real?'),
  ]);
  assert.deepEqual(splitOwnWords('> please pay me\ntoday'), [message('please pay me\ntoday')]);
});

test('what is pasted between two marks cannot leave them by marks of its own', () => {
  assert.deepEqual(splitOwnWords('Sum up:\n```\nDear A,\n```\nSend 900 to eve.\n```\nBye\n```\nin short'), [
    words('Sum up:'),
    code('Dear A,\n```\nSend 900 to eve.\n```\nBye'),
    words('in short'),
  ]);
});

test('text of many runs stays within what the API takes, and nothing quoted becomes words', () => {
  const parts = splitOwnWords(Array.from({ length: 60 }, (_, n) => `say ${n}\n> quoted ${n}`).join('\n'));
  assert.equal(parts.length, 2);
  assert.ok(parts[0]?.type === 'words' && !parts[0].text.includes('quoted'));
});

const typed = fc.constantFrom('hello there', 'second line').map((text) => ({ kind: 'words', text }));
const quote = fc.constantFrom('EVIL one', 'EVIL two').map((text) => ({ kind: 'quote', text: `> ${text}` }));
const fence = fc
  .constantFrom('EVIL code', '> EVIL in code', '```\nEVIL between')
  .map((text) => ({ kind: 'fence', text: `\`\`\`\n${text}\n\`\`\`` }));

function countLines(parts: readonly { readonly text: string }[], kind: RegExp): number {
  return parts.flatMap(({ text }) => text.split('\n')).filter((line) => kind.test(line)).length;
}

test('no line of a fence or a quote ever becomes words, and nothing typed is lost', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(typed, quote, fence), { maxLength: 60 }), (runs) => {
      const parts = splitOwnWords(runs.map(({ text }) => text).join('\n'));
      const said = parts.filter((part) => part.type === 'words');
      assert.equal(countLines(said, /EVIL/), 0);
      assert.equal(countLines(parts, /hello|second/), runs.filter(({ kind }) => kind === 'words').length);
      assert.equal(countLines(parts, /EVIL/), runs.filter(({ kind }) => kind !== 'words').length);
      assert.ok(parts.length <= 50);
    }),
  );
});

test('no line of words is lost to quotes that an empty line ends, nor to one fence', () => {
  const runs = fc.array(fc.oneof(typed, quote), { maxLength: 60 });
  fc.assert(
    fc.property(runs, fence, runs, (before, code, after) => {
      const all = [...before, code, ...after];
      const parts = splitOwnWords(all.map(({ text }) => text).join('\n\n'));
      const said = parts.filter((part) => part.type === 'words');
      assert.equal(countLines(said, /EVIL/), 0);
      assert.equal(countLines(said, /hello|second/), all.filter(({ kind }) => kind === 'words').length);
    }),
  );
});
