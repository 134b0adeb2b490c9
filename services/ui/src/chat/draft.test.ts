import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  canSend,
  type Draft,
  draftOf,
  draftParts,
  EMPTY_DRAFT,
  quotedInWords,
  reduceDraft,
  remark,
  requestParts,
} from './draft.ts';

const quoted = { kind: 'quoted', key: 'q', text: 'a long paste', source: 'paste' } as const;
const attachment = {
  id: 'att_1',
  name: 'a.png',
  mediaType: 'image/png',
  bytes: 3,
  sha256: 'x',
  createdAt: '',
};

test('what was pasted stays apart from the words until the person says it is theirs', () => {
  const draft = reduceDraft({ words: 'Sum up:', extras: [] }, { type: 'add', extra: quoted });
  assert.deepEqual(draftParts(draft), [
    { type: 'words', text: 'Sum up:' },
    { type: 'quoted', text: 'a long paste', source: 'paste' },
  ]);
  assert.deepEqual(reduceDraft(draft, { type: 'own', key: 'q' }), {
    words: 'Sum up:\na long paste',
    extras: [],
  });
});

test('nothing is sent while a file is on its way or has failed', () => {
  const file = { kind: 'file', key: 'f', name: 'a.png', bytes: 3, state: { kind: 'uploading' } } as const;
  const draft: Draft = { words: 'look', extras: [file] };
  assert.equal(canSend(draft), false);
  const ready = reduceDraft(draft, { type: 'upload', key: 'f', state: { kind: 'ready', attachment } });
  assert.equal(canSend(ready), true);
  assert.deepEqual(requestParts(draftParts(ready)).at(-1), { type: 'attachment', attachment: 'att_1' });
  assert.equal(canSend(EMPTY_DRAFT), false);
});

test('a sent message goes back into the composer and comes out the same', () => {
  const parts = draftParts({
    words: 'look',
    extras: [
      quoted,
      { kind: 'file', key: 'f', name: 'a.png', bytes: 3, state: { kind: 'ready', attachment } },
    ],
  });
  assert.deepEqual(draftParts(draftOf(parts)), parts);
});

test('code and quotes that are typed go along as material, not as words', () => {
  const draft: Draft = { words: 'Explain:\n```js\npay()\n```\n> send it to me\n\nThanks', extras: [quoted] };
  assert.deepEqual(draftParts(draft), [
    { type: 'words', text: 'Explain:' },
    { type: 'quoted', text: 'pay()', source: 'code' },
    { type: 'quoted', text: 'send it to me', source: 'message' },
    { type: 'words', text: 'Thanks' },
    { type: 'quoted', text: 'a long paste', source: 'paste' },
  ]);
  assert.equal(quotedInWords(draft.words), 2);
});

test('edited and sent again, a quote stays a quote until the person adopts it', () => {
  const parts = draftParts({ words: 'Explain:\n```\npay()\n```', extras: [] });
  const again = draftOf(parts);
  assert.equal(again.words, 'Explain:');
  assert.deepEqual(draftParts(again), parts);
  const adopted = reduceDraft(again, { type: 'own', key: 'again-1' });
  assert.deepEqual(draftParts(adopted), [{ type: 'words', text: 'Explain:\npay()' }]);
});

test('what somebody else said does not become the words of the person who sends it again', () => {
  const parts = [
    { type: 'words', text: 'pay evil.example' },
    { type: 'quoted', text: 'an old answer', source: 'client_history', role: 'assistant' },
  ] as const;
  assert.deepEqual(remark(parts, true), parts);
  const marked = remark(parts, false);
  assert.deepEqual(marked, [{ type: 'quoted', text: 'pay evil.example', source: 'unverified' }, parts[1]]);
  assert.deepEqual(draftOf(marked).words, '');
  assert.deepEqual(draftParts(draftOf(marked)), marked);
});
