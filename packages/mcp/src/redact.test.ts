import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRedactor } from './redact.ts';

test('secrets are taken out as they are, as base64 and as part of an address', () => {
  const redact = createRedactor(['p@ss word', 'abc']);
  const base64 = Buffer.from('p@ss word').toString('base64');
  assert.equal(
    redact(`p@ss word, ${base64}, ${encodeURIComponent('p@ss word')}`),
    '[secret], [secret], [secret]',
  );
  // Three letters are in every sentence.
  assert.equal(redact('abc'), 'abc');
});
