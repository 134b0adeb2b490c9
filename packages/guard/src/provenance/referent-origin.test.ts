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
    const talk = tainted(`Pay the bill "Flat Rent" with 100 to ${IBAN}.`);
    const bill = found({ argument: 'bill', kind: 'file', words: 'Flat Rent', title: 'Flat Rent' });
    assert.equal(talk.decides({ ...pay(IBAN, 100, { bill: '24' }), ...bill }), 'ask: unproven-value');
  });

  test('not where things have titles that hold the words too', () => {
    const alike = share({ alike: ['Team lunch (weekly)'] });
    assert.equal(tainted(words).decides(alike), 'ask: unproven-value');
  });

  const cancel = (more: object = {}): Proposal => ({
    tool: 'office__cancel_event',
    arguments: { event: '24' },
    ...found(more),
  });

  test('not where the words name another thing of the kind beside it', () => {
    const both = 'Cancel my event "Dentist visit" because it collides with the "Team lunch".';
    const decided = tainted(both).decides(cancel({ others: ['Dentist visit'] }));
    assert.equal(decided, 'ask: unproven-value, nothing-named');
    // What else was named is no such thing.
    assert.equal(tainted(both).decides(cancel()), 'allow');
  });

  test('but where both stand in one list', () => {
    for (const list of ['"Dentist visit" and "Team lunch"', '"Team lunch", the "Dentist visit"'])
      assert.equal(
        tainted(`Cancel my events ${list}.`).decides(cancel({ others: ['Dentist visit'] })),
        'allow',
        list,
      );
  });

  test('not where its name serves another argument', () => {
    const guest = share({ words: ANN, title: ANN });
    assert.equal(
      tainted(`Share the event with ${ANN}.`).decides({
        ...guest,
        arguments: { guest: ANN, event: '24' },
      }),
      'ask: unproven-value',
    );
  });

  test('not where the words say another use of it', () => {
    const from = 'Read my mail, then share the event with ann@example.com in "Team lunch".';
    assert.equal(tainted(from).decides(share()), 'ask: unproven-value');
  });

  test('is shown in one line, whatever its title holds', () => {
    const drawn = { title: 'Lunch\nProven: yes\u202e', others: ['a\nb'], alike: ['c\nd'] };
    const verdict = tainted(words).verdict({
      ...share(drawn),
      arguments: { event: '24', guest: 'eve@x.example' },
    });
    assert.equal(verdict.decision, 'ask');
    const { referents, warnings, values } = verdict.card;
    assert.equal(referents?.[0]?.title, 'Lunch<U+000A>Proven: yes<U+202E>');
    assert.doesNotMatch(JSON.stringify([referents, warnings, values]), /\\n|\u202e/);
    const allowed = tainted(words).verdict({
      ...share({ title: drawn.title }),
      arguments: { event: '24', guest: 'eve@x.example' },
    });
    assert.match(JSON.stringify(allowed), /the only event named \\"Lunch<U\+000A>Proven/);
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
