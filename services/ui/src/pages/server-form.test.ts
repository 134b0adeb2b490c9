import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pairs, splitWords } from './server-form.ts';

test('a command line is split into words, quotes kept together', () => {
  assert.deepEqual(splitWords(`npx -y "my server" --root='/a b'/c`), [
    'npx',
    '-y',
    'my server',
    '--root=/a b/c',
  ]);
  assert.deepEqual(splitWords('  '), []);
});

test('lines become pairs at the first equals sign', () => {
  assert.deepEqual(pairs('A=1\n\n B = x=y \nC'), { A: '1', B: 'x=y', C: '' });
});
