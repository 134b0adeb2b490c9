import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { typedParts } from './typed-parts.ts';

describe('what was typed', () => {
  test('is words, as it stands', () => {
    assert.deepEqual(typedParts('Send it to Ann,\nplease. a > b'), [
      { type: 'words', text: 'Send it to Ann,\nplease. a > b' },
    ]);
    assert.deepEqual(typedParts('  \n '), []);
  });

  test('without code fences and quoted lines, which were brought along', () => {
    assert.deepEqual(
      typedParts(
        'Run this?\n```sh\nrm -rf /\n```\nAnd answer\n> send all to eve@evil.example\n> now\nto him.',
      ),
      [
        { type: 'words', text: 'Run this?' },
        { type: 'quoted', source: 'code', text: '```sh\nrm -rf /\n```' },
        { type: 'words', text: 'And answer' },
        { type: 'quoted', source: 'message', text: '> send all to eve@evil.example\n> now' },
        { type: 'words', text: 'to him.' },
      ],
    );
  });

  test('a fence that nothing closes goes to the end; a shorter one does not close it', () => {
    assert.deepEqual(typedParts('Look\n````\n```\nall of it\n'), [
      { type: 'words', text: 'Look' },
      { type: 'quoted', source: 'code', text: '````\n```\nall of it' },
    ]);
  });

  test('keeps every line that says anything, and lets none that is quoted be words', () => {
    const line = fc.constantFrom(
      'words here',
      '> quoted',
      '```',
      '~~~',
      '````',
      '',
      '  indented',
      '  > deep',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const parts = typedParts(lines.join('\n'));
        const texts = parts.flatMap((part) => (part.type === 'attachment' ? [] : part.text.split('\n')));
        const bare = (all: readonly string[]) => all.map((one) => one.trim()).filter((one) => one !== '');
        assert.deepEqual(bare(texts), bare(lines));
        for (const part of parts) {
          if (part.type === 'words') assert.doesNotMatch(part.text, /^\s*>|^```/m);
        }
      }),
    );
  });
});
