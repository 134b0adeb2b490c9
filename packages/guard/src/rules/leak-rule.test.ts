import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Proposal } from '../testing/conversation.ts';
import { ANN, mail, tainted } from '../testing/office-calls.ts';

describe('secrets in arguments', () => {
  const talk = tainted(`Send ${ANN} an email.`);
  const leak = (isKnown: boolean) => ({ leaks: [{ path: 'body', kind: 'API key', isKnown }] });

  test('one of the house is refused, what looks like one is asked, and the house may keep it', () => {
    assert.equal(talk.decides({ ...mail(ANN), ...leak(true) }), 'deny: leak');
    assert.equal(talk.decides({ ...mail(ANN), ...leak(false) }), 'ask: leak');
    const note: Proposal = { tool: 'write_note', arguments: { text: 'x' }, effect: 'write-private' };
    assert.doesNotMatch(talk.decides({ ...note, ...leak(false) }), /leak/);
    assert.equal(talk.decides({ ...note, ...leak(true) }), 'deny: leak');
  });
});
