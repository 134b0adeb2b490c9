import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Lookup, Referent } from '@bakerst/shared/guard';
import {
  bestReferents,
  type FoundReferent,
  hasMoved,
  readAnswer,
  resolveReferent,
} from './resolve-referent.ts';

const LOOKUP: Lookup = {
  argument: 'id',
  value: 'f-1',
  kind: 'file',
  words: 'Plan.txt',
  tool: 'files__list',
  arguments: { query: 'Plan.txt' },
  id: 'id',
  title: 'title',
};

function found(...items: readonly unknown[]): FoundReferent {
  return answered(LOOKUP, items);
}

function answered(lookup: Lookup, structured: unknown): FoundReferent {
  return resolveReferent(lookup, readAnswer({ content: [], isError: false, structured }));
}

const PLAN = { id: 'f-1', title: 'Plan.txt', size: 1 };
const TWIN = { id: 'f-2', title: 'Plan.txt' };

describe('what a handle stands for', () => {
  test('is the only thing of that title, one of several, or nothing', () => {
    assert.equal(found(PLAN).match, 'title');
    assert.equal(found(PLAN, TWIN).state, 'ambiguous');
    assert.equal(found(TWIN).state, 'not_found');
    assert.equal(resolveReferent(LOOKUP, undefined).state, 'unresolvable');
  });

  test('is nothing where the thing has no canonical form: it could change unseen', () => {
    assert.deepEqual(found({ ...PLAN, note: '\ud800' }).state, 'unresolvable');
  });
});

describe('the only thing of its name', () => {
  test('is not what the answer was too long or too deep to show', () => {
    const many = Array.from({ length: 10_000 }, (_, at) => ({ id: `z${at}`, title: 'z' }));
    assert.equal(found(PLAN, ...many).state, 'ambiguous');
    const deep = Array.from({ length: 9 }).reduce<unknown>((inner) => ({ inner }), [TWIN]);
    assert.equal(answered(LOOKUP, { a: [PLAN], deep }).state, 'ambiguous');
  });

  test('is called so letter for letter, but for case and white space', () => {
    assert.equal(found({ ...PLAN, title: 'plan.TXT ' }).match, 'title');
    assert.equal(found({ ...PLAN, title: 'Ｐlan.txt' }, { id: 'f-2', title: 'x' }).state, 'ambiguous');
    const named = { ...LOOKUP, words: 'Café' };
    assert.equal(answered(named, [{ id: 'f-1', title: 'Cafe\u0301' }]).match, 'title');
  });

  test('is said with other things that somebody could call so', () => {
    const lookup = { ...LOOKUP, words: 'Team lunch' };
    const alike = (...titles: readonly string[]) =>
      answered(lookup, [
        { id: 'f-1', title: 'Team lunch' },
        ...titles.map((title, at) => ({ id: `x${at}`, title })),
      ]).alike;
    assert.deepEqual(alike('Team Lunch!'), ['Team Lunch!']);
    assert.deepEqual(alike('Weekly team-lunch (moved)'), ['Weekly team-lunch (moved)']);
    assert.equal(alike('Team lunches', 'Lunch'), undefined);
  });

  test('is the file whose whole name was said', () => {
    assert.equal(found(PLAN, { id: 'f-2', title: 'Plan.txt.old' }).alike, undefined);
    assert.deepEqual(found(PLAN, { id: 'f-2', title: 'Plan-txt' }).alike, ['Plan-txt']);
  });

  test('has a handle of its own', () => {
    assert.equal(found(PLAN, { id: 'f-1', title: 'x' }).state, 'ambiguous');
    assert.equal(found(PLAN, { ...PLAN }).state, 'ambiguous');
  });

  test('is one of two that name the same guest, where its title says which', () => {
    const lookup = { ...LOOKUP, value: 'ann', words: 'Planning' };
    const events = [
      { id: ['ann', 'ben'], title: 'Lunch' },
      { id: ['ann'], title: 'Planning' },
    ];
    assert.equal(answered(lookup, events).match, 'title');
  });

  test('belongs to the person, where the policy says how that shows', () => {
    const lookup = { ...LOOKUP, owner: { field: 'by', value: 'me' } };
    assert.equal(answered(lookup, [{ ...PLAN, by: 'me' }]).match, 'title');
    assert.equal(answered(lookup, [{ ...PLAN, by: 'Me' }]).state, 'ambiguous');
    assert.equal(answered(lookup, [PLAN]).state, 'ambiguous');
    // A stranger's thing of that name does not stand in the way.
    assert.equal(
      answered(lookup, [
        { ...PLAN, by: 'me' },
        { ...TWIN, by: 'eve' },
      ]).match,
      'title',
    );
  });
});

test('words that name another thing are told', () => {
  const dentist = { id: 'f-2', title: 'Dentist' };
  const referents = [
    found(PLAN),
    answered({ ...LOOKUP, words: 'Dentist' }, [dentist]),
    answered({ ...LOOKUP, words: 'Nothing' }, []),
  ];
  const { isElsewhere: _, ...plan } = found(PLAN);
  assert.deepEqual(bestReferents(referents), [{ ...plan, others: ['Dentist'] }]);
});

test('an answer is read once for all lookups that it answers', () => {
  let reads = 0;
  const structured = [
    {
      get id() {
        reads += 1;
        return 'f-1';
      },
      title: 'Plan.txt',
    },
  ];
  const answer = readAnswer({ content: [], isError: false, structured });
  for (let at = 0; at < 50; at += 1) resolveReferent(LOOKUP, answer);
  assert.equal(reads, 1);
});

describe('a thing has moved', () => {
  const edited = { ...PLAN, size: 2 };
  const moved: readonly (readonly [string, Referent, Referent | undefined])[] = [
    ['when it was edited', found(PLAN), found(edited)],
    ['when it was edited and was never clear', found(PLAN, TWIN), found(edited, TWIN)],
    ['when it is gone', found(PLAN, TWIN), found(TWIN)],
    ['when it is not the only one any more', found(PLAN), found(PLAN, TWIN)],
    ['when nobody can say', found(PLAN), undefined],
  ];
  for (const [when, former, now] of moved) {
    test(when, () => {
      assert.equal(hasMoved(former, now), true);
    });
  }

  test('not when it is as it was, nor when the other one of its name went', () => {
    assert.equal(hasMoved(found(PLAN), found(PLAN)), false);
    assert.equal(hasMoved(found(PLAN, TWIN), found(PLAN, TWIN)), false);
    assert.equal(hasMoved(found(PLAN, TWIN), found(PLAN)), false);
    assert.equal(hasMoved(found(TWIN), undefined), false);
  });
});
