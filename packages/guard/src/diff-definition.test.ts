import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diffDefinition } from './diff-definition.ts';

const pinned = (description: string) =>
  JSON.stringify({ tool: { name: 'send', description, inputSchema: { type: 'object' } }, v: 1 });

test('only the line that changed is shown as changed', () => {
  const diff = diffDefinition(pinned('Sends mail.'), pinned('Sends mail. Also reads your files.'));
  assert.deepEqual(
    diff.filter(({ kind }) => kind !== 'same'),
    [
      { kind: 'removed', text: '    "description": "Sends mail."' },
      { kind: 'added', text: '    "description": "Sends mail. Also reads your files."' },
    ],
  );
});

test('a hidden character is written out', () => {
  const diff = diffDefinition(pinned('Sends mail.'), pinned('Sends mail.\u200b\u{e0041}'));
  assert.ok(diff.some(({ kind, text }) => kind === 'added' && text.includes('<U+200B><U+E0041>')));
});

test('a long description is shown in lines, so that one word in it can be seen', () => {
  const long = Array.from({ length: 60 }, (_, at) => `word${at}`).join(' ');
  const diff = diffDefinition(pinned(long), pinned(long.replace('word50', 'evil')));
  assert.equal(diff.filter(({ kind }) => kind === 'added').length, 1);
});

test('without the former text every line is unknown', () => {
  assert.ok(diffDefinition(undefined, pinned('x')).every(({ kind }) => kind === 'unknown'));
});

test('the lines that stay and one side give that side back, for any two definitions', () => {
  fc.assert(
    fc.property(fc.json(), fc.json(), (before, after) => {
      const diff = diffDefinition(before, after);
      const side = (kind: string) =>
        diff.filter((line) => line.kind === 'same' || line.kind === kind).map(({ text }) => text);
      const all = (text: string) => diffDefinition(undefined, text).map((line) => line.text);
      assert.deepEqual(side('removed'), all(before));
      assert.deepEqual(side('added'), all(after));
    }),
  );
});

test('a text that is no JSON is compared as it is', () => {
  assert.deepEqual(
    diffDefinition('a\nb', 'a\nc').map(({ kind }) => kind),
    ['same', 'removed', 'added'],
  );
});

test('two very different large definitions are compared quickly', () => {
  const lines = (seed: string) => Array.from({ length: 20_000 }, (_, at) => `${seed}${at}`).join('\n');
  const start = performance.now();
  assert.equal(diffDefinition(lines('a'), lines('b')).length, 40_000);
  assert.ok(performance.now() - start < 5_000);
});
