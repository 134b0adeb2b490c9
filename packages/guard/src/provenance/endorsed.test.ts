import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Grant } from '@bakerst/shared/guard';
import { Conversation, SECRET } from '../testing/conversation.ts';
import { EVE, mail, OTHER_IBAN, pay, tainted } from '../testing/office-calls.ts';
import { officeGuard } from '../testing/office-policy.ts';

const guard = officeGuard();

describe('what a person vouches for', () => {
  const words = 'Read my mail and send an email to them.';

  test('an endorsed value counts for its slot and server in this request', () => {
    const talk = tainted(words).asked(mail(EVE), 'approved', ['to']);
    const next = talk.decides(mail(EVE, { body: 'more' }));
    assert.doesNotMatch(next, /unproven-value/);
    const other = { tool: 'office__share_event', arguments: { event: 'x', guest: EVE } };
    assert.match(talk.decides(other), /unproven-value/);
    assert.match(talk.says('Send an email.').decides(mail(EVE)), /unproven-value/, 'the next request');
    assert.match(tainted(words).asked(mail(EVE), 'denied', ['to']).decides(mail(EVE)), /^deny/);
    assert.match(tainted(words).asked(mail(EVE), 'approved').decides(mail(EVE)), /unproven-value/);
    assert.match(
      tainted(words).asked(mail(EVE), 'approved', ['to']).decides(mail('x@evil.example')),
      /unproven/,
    );
  });

  test('money and what was read as secret are never endorsed', () => {
    const money = tainted('Pay 100 for it.').asked(pay(OTHER_IBAN, 100), 'approved', ['recipient']);
    assert.match(money.decides(pay(OTHER_IBAN, 100, { subject: 'x' })), /unproven-value/);
    const secret = tainted(words, { text: 'x', label: SECRET }).asked(mail(EVE), 'approved', ['to']);
    assert.match(secret.decides(mail(EVE, { body: 'x' })), /unproven-value/);
  });

  const grant: Grant = {
    id: 'grt_1',
    principal: 'prn_1',
    server: 'office',
    slot: 'recipient',
    value: EVE,
    createdAt: '2026-01-01T00:00:00.000Z',
    expiresAt: '2026-02-01T00:00:00.000Z',
  };
  const granted = (change: Partial<Grant>) =>
    Conversation.of(guard, words, { grants: [{ ...grant, ...change }] }).reads('x');

  test('a grant counts for its principal, server, slot and value', () => {
    assert.equal(granted({}).decides(mail(EVE)), 'allow');
    for (const change of [
      { principal: 'prn_2' },
      { server: 'bank' },
      { slot: 'guest' },
      { value: 'x@evil.example' },
    ])
      assert.match(granted(change).decides(mail(EVE)), /unproven-value/, JSON.stringify(change));
  });

  test('a grant moves no money', () => {
    const talk = Conversation.of(guard, 'Pay 100 for it.', {
      grants: [{ ...grant, server: 'bank', value: OTHER_IBAN }],
    });
    assert.match(talk.reads('x').decides(pay(OTHER_IBAN, 100)), /unproven-value/);
  });
});
