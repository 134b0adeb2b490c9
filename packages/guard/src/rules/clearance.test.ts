import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Conversation, type Proposal, SECRET } from '../testing/conversation.ts';
import { IBAN, pay, tainted } from '../testing/office-calls.ts';
import { OFFICE, officeGuard } from '../testing/office-policy.ts';

describe('clearance', () => {
  const search = (words: string): Proposal => ({ tool: 'pub__search', arguments: { words } });
  const PUB = { tools: { search: { pin: 'a'.repeat(64), effect: 'read', arguments: { words: {} } } } };
  const open = officeGuard({ servers: { ...OFFICE.servers, pub: PUB } });

  test('a read of a less cleared server leaves the house once something more was read', () => {
    assert.equal(Conversation.of(open, 'Look.').decides(search('x')), 'allow');
    const talk = Conversation.of(open, 'Look for "blue widgets".').reads('x');
    assert.match(talk.decides(search('all my mail')), /^ask: not-planned/);
    const explained = open.explain(talk.context, talk.call(search('all my mail')));
    assert.ok(explained.rules.some(({ rule, said }) => rule === 'raised' && said === 'allow'));
    assert.equal(explained.verdict.decision === 'ask' && explained.verdict.card.effect, 'external');
  });

  test('a private write that names other people reaches them, before anything untrusted was read too', () => {
    const event = (guests: readonly string[], words: string) =>
      Conversation.of(open, words).decides({
        tool: 'office__create_event',
        arguments: { title: 'Lunch', start: '2026-12-01 12:00', end: '2026-12-01 13:00', guests },
      });
    assert.equal(event([], 'What is new?'), 'allow');
    assert.match(event(['ann@example.com'], 'What is new?'), /^ask: not-planned/);
    assert.equal(
      event(['ann@example.com'], 'Create an event with ann@example.com on 2026-12-01 at 12:00.'),
      'allow',
    );
  });

  test('what stands whole in the words may be searched for anywhere', () => {
    const talk = Conversation.of(open, 'Look for "blue widgets".').reads('x');
    assert.equal(talk.decides(search('blue widgets')), 'allow');
  });

  test('where it runs in the house, it may learn what is internal', () => {
    const talk = Conversation.of(open, 'Look.').reads('x');
    assert.equal(talk.decides({ ...search('all'), reach: 'house' }), 'allow');
    assert.match(
      talk.reads({ text: 's', label: SECRET }).decides({ ...search('all'), reach: 'house' }),
      /^ask/,
    );
  });

  test('nothing secret is moved to who is not cleared for it', () => {
    const talk = tainted(`Pay 100 to ${IBAN}.`).reads({ text: 's', label: SECRET });
    assert.match(talk.decides(pay(IBAN, 100)), /secret-moved/);
    const cleared = officeGuard({
      servers: { ...OFFICE.servers, bank: { ...OFFICE.servers.bank, clearance: 'secret' } },
    });
    const same = Conversation.of(cleared, `Pay 100 to ${IBAN}.`).reads({ text: 's', label: SECRET });
    assert.equal(same.decides(pay(IBAN, 100)), 'allow');
  });
});
