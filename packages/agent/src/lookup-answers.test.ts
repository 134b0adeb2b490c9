import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Lookup, Referent } from '@bakerst/shared/guard';
import fc from 'fast-check';
import { bestReferents, readAnswer, resolveReferent } from './resolve-referent.ts';

const lookup: Lookup = {
  argument: 'event',
  value: '24',
  kind: 'event',
  words: 'Team Lunch',
  tool: 'office__search',
  arguments: { query: 'Team Lunch' },
  id: 'id',
  title: 'title',
};

function found(structured: unknown, change: Partial<Lookup> = {}): Referent {
  return resolveReferent({ ...lookup, ...change }, readAnswer({ content: [], isError: false, structured }));
}

const lunch = { id: '24', title: 'Team Lunch', at: 'noon' };
const board = { id: '25', title: 'Board', at: 'one' };

describe('what a handle stands for', () => {
  const ROWS: readonly (readonly [string, unknown, Referent['state'], Referent['match']])[] = [
    ['the only thing of that title', [board, lunch], 'resolved', 'title'],
    [
      'a title in another case and spacing',
      [board, { ...lunch, title: ' team  LUNCH' }],
      'resolved',
      'title',
    ],
    ['the only thing at all', [{ ...lunch, title: 'Lunch of the team' }], 'resolved', 'only'],
    ['one of two with the title', [lunch, { ...board, title: 'Team Lunch' }], 'ambiguous', undefined],
    [
      'another than the titled one',
      [
        { ...lunch, title: 'Lunch' },
        { ...board, title: 'Team Lunch' },
      ],
      'ambiguous',
      undefined,
    ],
    ['one of several without the title', [{ ...lunch, title: 'Lunch' }, board], 'ambiguous', undefined],
    [
      'a title that only begins alike',
      [{ ...lunch, title: 'Team Lunch (old)' }, board],
      'ambiguous',
      undefined,
    ],
    ['not among what was found', [board], 'not_found', undefined],
    ['nothing was found', [], 'not_found', undefined],
    ['deep within the answer', { pages: [{ items: [lunch, board] }] }, 'resolved', 'title'],
    ['a number where the call has a text', [{ ...lunch, id: 24 }], 'resolved', 'title'],
    ['one of a list of handles', [{ ...lunch, id: ['23', '24'] }], 'resolved', 'title'],
    ['a look-alike title', [{ ...lunch, title: 'Tеam Lunch' }, board], 'ambiguous', undefined],
  ];
  for (const [what, data, state, match] of ROWS) {
    test(`${what}: ${state}${match ? ` by ${match}` : ''}`, () => {
      const referent = found(data);
      assert.deepEqual([referent.state, referent.match], [state, match]);
    });
  }

  test('an answer that is no data, or an error, says nothing', () => {
    const say = (text: string, isError = false) =>
      resolveReferent(lookup, readAnswer({ content: [{ type: 'text', text }], isError })).state;
    assert.equal(resolveReferent(lookup, undefined).state, 'unresolvable');
    assert.equal(say(JSON.stringify([lunch]), true), 'unresolvable');
    assert.equal(say('Team Lunch has id 24'), 'not_found');
    assert.equal(say(JSON.stringify([lunch])), 'resolved');
  });

  test('an answer in several texts is all of them: a list is often sent item by item', () => {
    const say = (...texts: readonly string[]) => {
      const content = texts.map((text) => ({ type: 'text' as const, text }));
      return resolveReferent(lookup, readAnswer({ content, isError: false }));
    };
    assert.equal(say(JSON.stringify(board), JSON.stringify(lunch)).match, 'title');
    const twin = { ...board, title: 'Team Lunch' };
    assert.equal(say(JSON.stringify(lunch), JSON.stringify(twin)).state, 'ambiguous');
    assert.equal(say(JSON.stringify([lunch]), '[more parts were left out]').state, 'not_found');
  });

  test('a handle that is no text and no number is nobody’s, whatever it says of itself', () => {
    for (const id of [{ toString: 1, valueOf: 1 }, [{ toString: 1, valueOf: 1 }], [['24']], null, true])
      for (const value of ['24', 'null', 'true'])
        assert.equal(found([{ ...lunch, id }], { value }).state, 'not_found', JSON.stringify(id));
  });

  test('structured data go before the text beside them', () => {
    const content = [{ type: 'text' as const, text: JSON.stringify([lunch]) }];
    assert.equal(
      resolveReferent(lookup, readAnswer({ content, isError: false, structured: [] })).state,
      'not_found',
    );
  });

  test('the version is the item as it is, whatever the order of its fields', () => {
    const { version } = found([lunch]);
    assert.match(version ?? '', /^[0-9a-f]{64}$/);
    assert.equal(found([{ at: 'noon', title: 'Team Lunch', id: '24' }]).version, version);
    assert.notEqual(found([{ ...lunch, at: 'one' }]).version, version);
  });

  test('whatever a server answers, it can be recorded', () => {
    const item = fc.record({ id: fc.oneof(fc.constant('24'), fc.jsonValue()), title: fc.jsonValue() });
    fc.assert(
      fc.property(
        fc.oneof(fc.array(item), fc.jsonValue()),
        fc.string({ maxLength: 3_000 }),
        (data, value) => {
          Referent.parse(found(data));
          Referent.parse(found(data, { value }));
        },
      ),
    );
    assert.ok((found([{ ...lunch, title: 'x'.repeat(5_000) }]).title ?? '').length <= 2_000);
  });
});

describe('several lookups of one handle', () => {
  const referent = (change: Partial<Referent>): Referent => ({
    argument: 'event',
    value: '24',
    kind: 'event',
    state: 'not_found',
    ...change,
  });

  test('the best one counts, for each argument and value of its own', () => {
    const title = referent({ state: 'resolved', match: 'title' });
    const only = referent({ state: 'resolved', match: 'only' });
    const many = referent({ state: 'ambiguous' });
    const down = referent({ state: 'unresolvable' });
    const other = referent({ value: '25' });
    assert.deepEqual(bestReferents([down, many, title, only, referent({}), other]), [title, other]);
    assert.deepEqual(bestReferents([down, referent({})]), [referent({})]);
    assert.deepEqual(bestReferents([]), []);
  });
});
