import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Proposal } from '../testing/conversation.ts';
import { ANN, IBAN, pay, tainted } from '../testing/office-calls.ts';
import { officeGuard } from '../testing/office-policy.ts';

const guard = officeGuard();

describe('handles', () => {
  const found = (more: object = {}) => ({
    referents: [
      {
        argument: 'event',
        value: '24',
        kind: 'event',
        state: 'resolved' as const,
        title: 'Team lunch',
        words: 'Team lunch',
        match: 'title' as const,
        version: 'v1',
        ...more,
      },
    ],
  });
  const share = (more: object = {}): Proposal => ({
    tool: 'office__share_event',
    arguments: { event: '24', guest: ANN },
    ...found(more),
  });
  const words = `Read my mail and share the event "Team lunch" with ${ANN}.`;

  test('a handle counts where the monitor found it under the words', () => {
    assert.equal(tainted(words).decides(share()), 'allow');
    assert.equal(tainted(words).decides({ ...share(), referents: [] }), 'ask: unproven-value');
  });

  const WEAK: readonly (readonly [string, object])[] = [
    ['ambiguous', { state: 'ambiguous', match: undefined }],
    ['not found', { state: 'not_found', match: undefined }],
    ['another handle', { value: '25' }],
    ['another argument', { argument: 'guest' }],
    ['only what the search found', { match: 'only' }],
    ['found under words nobody wrote', { words: 'Board meeting' }],
  ];
  for (const [what, more] of WEAK)
    test(`not where it is ${what}`, () =>
      assert.match(tainted(words).decides(share(more)), /^ask: unproven-value/));

  test('the only thing that was found is enough for what stays in the house', () => {
    const file = { argument: 'file', kind: 'file', words: 'plan.md', title: 'Plan', match: 'only' };
    const append: Proposal = {
      tool: 'office__append_file',
      arguments: { file: '24', text: 'more' },
      ...found(file),
    };
    assert.equal(tainted('Read my mail and add the time to the file plan.md.').decides(append), 'allow');
  });

  test('a title never decides what is paid', () => {
    const talk = tainted(`Pay the bill "Rent 2026": 100 to ${IBAN}.`);
    const bill = found({ argument: 'bill', kind: 'file', words: 'Rent 2026', title: 'Rent 2026' });
    assert.equal(talk.decides({ ...pay(IBAN, 100, { bill: '24' }), ...bill }), 'ask: unproven-value');
  });

  test('looked up are names in the sentences that ask, with the read of the policy', () => {
    const talk = tainted(words);
    assert.deepEqual(guard.lookups(talk.context, talk.call({ ...share(), referents: [] })), [
      {
        argument: 'event',
        value: '24',
        kind: 'event',
        words: 'Team lunch',
        tool: 'office__search_events',
        arguments: { words: 'Team lunch' },
        id: 'id',
        title: 'title',
      },
    ]);
    const many = {
      tool: 'office__append_file',
      arguments: { file: Array.from({ length: 5000 }, String), text: '' },
    };
    const asked = tainted('Add it to the file plan.md.');
    assert.ok(guard.lookups(asked.context, asked.call(many)).length <= 64);
  });
});
