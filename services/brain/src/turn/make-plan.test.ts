import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPlan } from './make-plan.ts';

const facts = { words: ['Pay Ann.'], known: new Set(['bank__pay']) };
const planOf = (most: number, tool = 'bank__pay') =>
  readPlan(JSON.stringify([{ tool, most, slots: { payee: ['Ann', 'Eve'] } }]), facts);

test('a plan is held to what the words bear out, and to ten calls of a tool', () => {
  assert.deepEqual(planOf(50), [{ tool: 'bank__pay', most: 10, slots: { payee: ['Ann'] } }]);
  assert.equal(planOf(2)[0]?.most, 2);
});

test('a tool that the planner was not told of is no part of a plan', () => {
  assert.deepEqual(planOf(1, 'evil__pay'), []);
});
