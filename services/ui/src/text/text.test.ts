import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dayGroup, formatDuration, formatMoney, formatRelative } from './format.ts';
import { isQuotedPaste, pasteSource } from './pasted.ts';
import { revealHidden } from './reveal-hidden.ts';
import { safeLink } from './safe-link.ts';
import { linkDefinitions, splitBlocks } from './split-blocks.ts';

const PIECES = [
  '# Title\n',
  '\n',
  'words',
  '- item\n',
  '  more\n',
  '1. one\n',
  '```ts\n',
  '```\n',
  '~~~\n',
  '| a |\n',
  '> q\n',
];
const markdown = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join(''));

test('blocks put together again are the text', () => {
  fc.assert(
    fc.property(fc.oneof(markdown, fc.string()), (text) => assert.equal(splitBlocks(text).join(''), text)),
  );
});

test('finished blocks do not change while text is appended', () => {
  fc.assert(
    fc.property(markdown, markdown, (text, more) => {
      const before = splitBlocks(text).slice(0, -1);
      assert.deepEqual(splitBlocks(text + more).slice(0, before.length), before);
    }),
  );
});

test('a fence with blank lines inside is one block, and a loose list too', () => {
  assert.equal(splitBlocks('```\na\n\nb\n```\n').length, 1);
  assert.equal(splitBlocks('1. a\n\n2. b\n\n   more\n').length, 1);
  assert.deepEqual(splitBlocks('one\n\ntwo\n'), ['one\n\n', 'two\n']);
});

test('link definitions are found wherever they stand', () => {
  assert.equal(linkDefinitions('see [a][1]\n\n[1]: https://a.example\n'), '[1]: https://a.example');
});

test('characters that hide or turn text are spelled out', () => {
  assert.equal(revealHidden('pay\u202Eexe.txt'), 'pay⟨U+202E⟩exe.txt');
  assert.equal(revealHidden('a\u200Bb\u{E0041}'), 'a⟨U+200B⟩b⟨U+E0041⟩');
  assert.equal(revealHidden('tab\tline\n'), 'tab\tline\n');
  assert.equal(revealHidden('a\uFE00\u{E0101}b\u0000'), 'a⟨U+FE00⟩⟨U+E0101⟩b⟨U+0000⟩');
});

test('joiners inside emoji and Persian words stay', () => {
  assert.equal(revealHidden('👩‍💻 ❤️ می‌خواهم'), '👩‍💻 ❤️ می‌خواهم');
  assert.equal(revealHidden('pa\u200Dss'), 'pa⟨U+200D⟩ss');
});

test('only web and mail links that lead elsewhere can be followed', () => {
  const own = 'http://127.0.0.1:4221';
  assert.equal(safeLink('https://example.org/a', own).kind, 'web');
  assert.equal(safeLink('mailto:a@example.org', own).kind, 'mail');
  for (const raw of [
    'javascript:alert(1)',
    'data:text/html,x',
    '/api/v1/auth/logout',
    '//evil.example',
    'vbscript:x',
  ]) {
    assert.equal(safeLink(raw, own).kind, 'refused', raw);
  }
  assert.equal(safeLink(`${own}/api/v1/auth/logout`, own).kind, 'refused');
  assert.equal(safeLink('https://bank.example@evil.example/', own).kind, 'refused');
});

test('long pastes are quoted, short ones are words', () => {
  assert.equal(isQuotedPaste('please do this'), false);
  assert.equal(isQuotedPaste('x'.repeat(601)), true);
  assert.equal(isQuotedPaste('a\n'.repeat(8)), true);
  assert.equal(pasteSource('function a() {\n  return 1;\n}\n'), 'code');
  assert.equal(pasteSource('Dear all,\nplease find below\nthe notes.'), 'paste');
});

test('numbers and times read as people say them', () => {
  assert.equal(formatMoney(0), '$0');
  assert.equal(formatMoney(1_234), '$0.0012');
  assert.equal(formatMoney(2_500_000), '$2.50');
  assert.equal(formatDuration(850), '850 ms');
  assert.equal(formatDuration(62_000), '1 min 2 s');
  const now = Date.parse('2026-11-20T12:00:00Z');
  assert.equal(formatRelative('2026-11-20T11:56:00Z', now), '4 min ago');
  assert.equal(formatRelative('2026-11-20T13:00:00Z', now), 'in 1 h');
  assert.equal(dayGroup('2026-11-20T11:00:00Z', now), 'Today');
  assert.equal(dayGroup('2026-11-19T11:00:00Z', now), 'Yesterday');
});
