import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findValue } from './find-value.ts';
import { readText } from './read-words.ts';

const BEN = 'ben@example.org';

function names(words: string): boolean {
  const text = readText({ message: 'msg_1', at: '2026-01-05T09:00:00.000Z', raw: words });
  assert.ok(text);
  return findValue(text, BEN, 'email').length > 0;
}

describe('what the words say is not meant', () => {
  for (const words of [
    `Do not write to ${BEN}.`,
    `Write to all but ${BEN}.`,
    `Write to everyone except ${BEN}.`,
    `Write to anybody other than ${BEN}.`,
    `No mail to ${BEN}!`,
    `Nothing for ${BEN}, please.`,
    `Leave out ${BEN}.`,
    `${BEN} must not get it.`,
    `${BEN} shouldn't know.`,
    `${BEN} is no longer with us.`,
  ])
    test(words, () => assert.equal(names(words), false));
});

describe('what only sounds like it', () => {
  for (const words of [
    `Write to ${BEN} no later than noon.`,
    `No problem, write to ${BEN}.`,
    `Reply no later than noon to ${BEN}`,
    `Don't forget to write to ${BEN}.`,
    `I cannot do it, so write to ${BEN}.`,
    `Write to ${BEN}, not to Ann.`,
    `All is well but for this: write to ${BEN}.`,
  ])
    test(words, () => assert.equal(names(words), true));
});
