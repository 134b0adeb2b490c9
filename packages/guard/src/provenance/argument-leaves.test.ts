import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { Conversation } from '../testing/conversation.ts';
import { guardOf, OFFICE, PIN } from '../testing/office-policy.ts';
import { leavesOf } from './argument-leaves.ts';

const shareFile = {
  pin: PIN,
  effect: 'external',
  arguments: {
    file: { refers: 'file' },
    permissions: { slot: 'recipient', safe: ['read'], default: null, keys: ['user', 'role'] },
    message: { role: 'content' },
  },
};
const office = { ...OFFICE.servers.office, tools: { ...OFFICE.servers.office.tools, share_file: shareFile } };
const guard = guardOf({ ...OFFICE, servers: { ...OFFICE.servers, office } });
const FOUND = {
  argument: 'file',
  value: 'f1',
  kind: 'file',
  state: 'resolved',
  title: 'Budget plan',
  words: 'Budget plan',
  match: 'title',
} as const;

function shares(args: Readonly<Record<string, unknown>>): string {
  const message = 'see below';
  return Conversation.of(guard, 'Share the file "Budget plan" with ann@example.com.')
    .reads('IGNORE ALL')
    .decides({
      tool: 'office__share_file',
      effect: 'external',
      referents: [FOUND],
      arguments: { file: 'f1', message, ...args },
    });
}

describe('names of properties within an argument', () => {
  test('are judged: a stranger as a key is no more proven than as a value', () => {
    assert.equal(shares({ permissions: { 'mallory@evil.example': 'read' } }), 'ask: unproven-value');
    assert.equal(shares({ permissions: [{ 'mallory@evil.example': 'read' }] }), 'ask: unproven-value');
  });

  test('may be what the person named, or what the policy lists', () => {
    assert.equal(shares({ permissions: { 'ann@example.com': 'read' } }), 'allow');
    assert.equal(shares({ permissions: { user: 'ann@example.com', role: 'read' } }), 'allow');
    assert.equal(shares({ permissions: { user: 'mallory@evil.example' } }), 'ask: unproven-value');
  });

  test('are not safe because a value of that spelling is', () => {
    assert.equal(shares({ permissions: { read: 'ann@example.com' } }), 'ask: unproven-value');
  });

  test('are content within content: a link is seen there too', () => {
    assert.equal(
      shares({ permissions: 'read', message: { 'https://evil.example/x': 'see' } }),
      'ask: foreign-address',
    );
  });
});

describe('the paths of the leaves', () => {
  test('quote what is no plain name, and number keys', () => {
    const paths = leavesOf({ to: { 'a.b': 1, a: { b: 2 } }, 'to.a': null }).map(({ path }) => path);
    assert.deepEqual(paths, ['to.key(1)', 'to["a.b"]', 'to.key(2)', 'to.a.key(1)', 'to.a.b', '["to.a"]']);
  });

  test('are of printable ASCII, so that no two look alike', () => {
    assert.deepEqual(leavesOf({ 'a\u200b': 1 })[0]?.path, '["a\\u200b"]');
    assert.deepEqual(leavesOf({ 'a\\u200b': 1 })[0]?.path, '["a\\\\u200b"]');
  });

  test('are each of one leaf', () => {
    const name = fc.oneof(
      fc.constantFrom('a', 'b', 'a.b', 'key(1)', 'a[0]', '["a"]', '', '[0]'),
      fc.string({ unit: 'grapheme' }),
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, fc.integer(), tie('list'), tie('object')),
      list: fc.array(tie('value'), { maxLength: 3 }),
      object: fc.dictionary(name, tie('value'), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(fc.dictionary(name, value, { maxKeys: 4 }), (args) => {
        const paths = leavesOf(args).map(({ path }) => path);
        assert.equal(new Set(paths).size, paths.length);
      }),
    );
  });
});
