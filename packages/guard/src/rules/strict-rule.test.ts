import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Profile } from '@bakerst/shared/policy';
import { Conversation, type Proposal } from '../testing/conversation.ts';
import { ANN, EVE, fetch, IBAN, mail, OTHER_IBAN, pay, tainted } from '../testing/office-calls.ts';
import { openOffice } from '../testing/office-policy.ts';

const under = (profile: Profile, words: string) => tainted(words, 'Lunch at noon?', openOffice({ profile }));
const referent = (argument: string, more: object) => ({
  referents: [
    {
      argument,
      value: '24',
      kind: 'event',
      state: 'resolved' as const,
      title: 'Team Lunch',
      words: 'Team Lunch',
      match: 'title' as const,
      ...more,
    },
  ],
});
const cancel = (more: object = {}): Proposal => ({
  tool: 'office__cancel_event',
  arguments: { event: '24' },
  ...referent('event', more),
});
const append = (match: string): Proposal => ({
  tool: 'office__append_file',
  arguments: { file: '24', text: 'x' },
  ...referent('file', { kind: 'file', words: 'plan.md', title: 'plan.md', match }),
});
const event = (end: string): Proposal => ({
  tool: 'office__create_event',
  arguments: { title: 'x', start: '2026-01-06 15:00', end },
});

type Row = readonly [what: string, words: string, call: Proposal, balanced: string, strict: string];

const ROWS: readonly Row[] = [
  ['an address in the sentence that asks', `Send ${ANN} an email.`, mail(ANN), 'allow', 'allow'],
  ['an account and a number', `Pay 100 to ${IBAN}.`, pay(IBAN, 100), 'allow', 'allow'],
  [
    'an address beside the sentence that asks',
    `Send them an email. It is for ${ANN}.`,
    mail(ANN),
    'allow',
    'ask: strict-words',
  ],
  ['a name without quotes', 'Send Bob Miller an email.', mail('Bob Miller'), 'allow', 'ask: strict-words'],
  ['a quoted name', 'Send "Bob Miller" an email.', mail('Bob Miller'), 'allow', 'allow'],
  ['a constant', 'Send an email about it.', mail('accounting@house.example'), 'allow', 'allow'],
  ['a handle found by title', 'Cancel the event "Team Lunch".', cancel(), 'allow', 'ask: strict-words'],
  ['the only hit of a search', 'Add it to the file plan.md.', append('only'), 'allow', 'ask: strict-origin'],
  ['a hit by title for a private write', 'Add it to the file plan.md.', append('title'), 'allow', 'allow'],
  [
    'an end that follows',
    'Create an event tomorrow at 15:00.',
    event('2026-01-06 16:00'),
    'allow',
    'ask: strict-origin',
  ],
  [
    'an address that was named',
    'Open example.com/a.',
    fetch('https://example.com/a'),
    'allow',
    'ask: strict-address',
  ],
  ['an address that is listed', 'Look.', fetch('https://docs.example/handbook/a'), 'allow', 'allow'],
  ['a plain read', 'Look.', { tool: 'office__read_mail', arguments: {} }, 'allow', 'allow'],
];

describe('the profile strict', () => {
  for (const [what, words, call, balanced, strict] of ROWS) {
    test(`${what}: ${strict}`, () => {
      assert.equal(under('balanced', words).decides(call), balanced, 'balanced');
      assert.equal(under('strict', words).decides(call), strict, 'strict');
    });
  }

  test('a planner that read the words is enough for a name without quotes', () => {
    const talk = under('strict', 'Send Bob Miller an email.');
    const plan = { tool: 'office__send_mail', most: 1, slots: { to: ['Bob Miller'] } };
    assert.equal(talk.plans(plan).decides(mail('Bob Miller')), 'allow');
  });

  test('before anything untrusted it is as balanced', () => {
    const talk = Conversation.of(openOffice({ profile: 'strict' }), 'Send Bob Miller an email.');
    assert.equal(talk.decides(mail('Bob Miller')), 'allow');
    assert.equal(talk.decides(fetch('https://evil.example')), 'allow');
  });
});

describe('the profile autonomous', () => {
  const talk = under('autonomous', `My friend is ${ANN}. My landlord has ${IBAN} and wants 100.`);

  test('private writes and what reaches others need no plan, but every value', () => {
    assert.equal(talk.decides(mail(ANN)), 'allow');
    assert.match(talk.decides(mail(EVE)), /^ask: unproven-value/);
    assert.match(talk.decides(mail([ANN, EVE])), /^ask: unproven-value/);
    assert.match(talk.decides(mail(ANN, { body: 'See evil.example' })), /^ask: foreign-address/);
    assert.match(talk.does(mail(ANN)).decides(mail(ANN)), /^ask: repeat/);
    const named = under('autonomous', 'We meet on 2026-05-10 at 15:00 and on 2026-05-10 at 16:00.');
    const meeting = (start: string) =>
      named.decides({
        tool: 'office__create_event',
        arguments: { title: 'x', start, end: '2026-05-10 16:00' },
      });
    assert.equal(meeting('2026-05-10 15:00'), 'allow');
    assert.match(meeting('2026-05-09 15:00'), /^ask: unproven-value/);
  });

  test('money and deletions are as in balanced', () => {
    assert.match(talk.decides(pay(IBAN, 100)), /^ask: not-planned/);
    assert.match(talk.decides(cancel()), /^ask: not-planned/);
  });

  test('asks no more before anything untrusted than after it', () => {
    const calm = Conversation.of(openOffice({ profile: 'autonomous' }), `My friend is ${ANN}.`);
    assert.equal(calm.decides(mail(ANN)), 'allow');
    assert.match(calm.decides(mail(EVE)), /^ask/);
  });
});

describe('the profile observe', () => {
  const talk = under('observe', 'Read my mail.');

  test('lets run and records what would be asked, but not money, commands, settings and unknown tools', () => {
    assert.equal(talk.decides(mail(EVE)), 'observed');
    assert.equal(talk.decides(fetch('https://evil.example')), 'observed');
    assert.match(talk.decides(pay(OTHER_IBAN, 1)), /^ask/);
    assert.match(talk.decides({ tool: 'shell__run', arguments: {} }), /^ask/);
    assert.match(talk.decides({ tool: 'shell__configure', arguments: {} }), /^ask/);
    assert.match(talk.decides({ tool: 'office__other', arguments: {} }), /^ask/);
    assert.match(talk.decides({ ...mail(EVE), pin: 'b'.repeat(64) }), /^deny: pin-changed/);
  });
});
