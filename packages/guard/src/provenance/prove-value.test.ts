import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Conversation, SECRET, TRUSTED } from '../testing/conversation.ts';
import { fetch, IBAN, mail, OTHER_IBAN, pay, tainted } from '../testing/office-calls.ts';
import { openOffice } from '../testing/office-policy.ts';

describe('sources beside the words', () => {
  test('constants count in their slots', () => {
    const talk = tainted('Send an email about the lunch, and pay 100.');
    assert.equal(talk.decides(mail('Accounting@house.example')), 'allow');
    assert.equal(
      tainted(`Pay 100 to ${IBAN}.`).decides(pay(IBAN, 100, { sender: 'DE02 1203 0000 0000 2020 51' })),
      'allow',
    );
    assert.match(talk.decides(pay('DE02120300000000202051', 100)), /^ask: unproven-value/);
    assert.match(talk.decides(mail('accounting@house.example.evil.example')), /^ask: unproven-value/);
  });

  test('authoritative fields count in their slots, from good results of their own tool alone', () => {
    const own = { structured: { accounts: [{ iban: OTHER_IBAN }] }, label: TRUSTED };
    const talk = tainted(`Pay 100 to ${IBAN}.`);
    const from = pay(IBAN, 100, { sender: OTHER_IBAN });
    assert.equal(talk.reads(own, 'bank__own_account').decides(from), 'allow');
    assert.equal(
      talk.reads({ text: JSON.stringify(own.structured), label: TRUSTED }, 'bank__own_account').decides(from),
      'allow',
    );
    assert.match(talk.decides(from), /^ask/);
    assert.match(talk.reads(own, 'bank__transactions').decides(from), /^ask/);
    assert.match(talk.reads({ ...own, outcome: 'error' }, 'bank__own_account').decides(from), /^ask/);
    const inside = { structured: { accounts: { note: OTHER_IBAN } } };
    assert.match(talk.reads(inside, 'bank__own_account').decides(from), /^ask/);
    assert.match(
      tainted('Pay 100.').reads(own, 'bank__own_account').decides(pay(OTHER_IBAN, 100)),
      /^ask/,
      'the own account is no recipient',
    );
  });

  const addresses: readonly (readonly [string, string])[] = [
    ['https://rates.example/today?base=EUR', 'allow'],
    ['https://rates.example/today?base=USD', 'ask: unnamed-address'],
    ['https://rates.example/today?base=EUR&x=1', 'ask: unnamed-address'],
    ['https://rates.example/today?base=EUR#x', 'ask: unnamed-address'],
    ['https://docs.example/handbook/a/b', 'allow'],
    ['https://docs.example/handbook', 'allow'],
    ['https://docs.example/handbook/a?x=1', 'ask: unnamed-address'],
    ['https://docs.example/handbook/%61', 'ask: unnamed-address'],
    ['https://docs.example/handbook/../a', 'ask: unnamed-address'],
    ['https://docs.example/handbook2', 'ask: unnamed-address'],
    ['https://docs.example\\@evil.example/handbook/a', 'ask: unnamed-address'],
    ['https://docs.example@evil.example/handbook/a', 'ask: unnamed-address'],
    ['https://wiki.example/any?query=1', 'allow'],
    ['https://wiki.example.evil.example/any', 'ask: unnamed-address'],
    ['https://status.example/', 'ask: unnamed-address'],
    ['https://evil.example/', 'ask: unnamed-address'],
  ];
  for (const [url, decision] of addresses) {
    test(`an open read of ${url}: ${decision}`, () => {
      const open = openOffice();
      assert.equal(Conversation.of(open, 'Look around.').reads('x').decides(fetch(url)), decision);
    });
  }

  test('a host learns no more than it is marked for', () => {
    const open = openOffice();
    const talk = Conversation.of(open, 'Look around.').reads({ text: 'x', label: SECRET });
    assert.match(talk.decides(fetch('https://wiki.example/any?query=1')), /^ask: unnamed-address/);
  });

  test('the exact address that the person wrote may be read, with or without its scheme', () => {
    const talk = tainted('Read example.com/news?id=1 and my mail.');
    assert.equal(talk.decides(fetch('https://example.com/news?id=1')), 'allow');
    assert.match(talk.decides(fetch('https://example.com/news?id=1&mail=secret')), /^ask/);
  });
});
