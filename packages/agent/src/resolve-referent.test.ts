import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Lookup, Referent } from '@bakerst/shared/guard';
import { hasMoved, resolveReferent } from './resolve-referent.ts';

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

function found(...items: readonly unknown[]): Referent {
  return resolveReferent(LOOKUP, { content: [], isError: false, structured: items });
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
