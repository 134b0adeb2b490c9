import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BudgetScope } from '@bakerst/shared/money';
import type { AppendOutcome, Lease } from '@bakerst/shared/store/turn-store';
import {
  acceptClaimed,
  append,
  auditEvent,
  modelEnded,
  modelStarted,
  type Scenario,
  turnEnded,
} from './testing/scenario.ts';
import { temporaryScenario, withCode } from './testing/temporary-store.ts';

test('a hold is granted up to the limit, refused above it, and refused as a whole', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const { lease, record } = await acceptClaimed(scenario);
  const full = await start(scenario, { lease, seq: 1 }, { call: 'mc_1', micros: 100 });
  assert.equal(full.outcome, 'appended');
  const other = await acceptClaimed(scenario);
  const refused = await start(scenario, { lease: other.lease, seq: 1 }, { call: 'mc_2', micros: 1 });
  assert.deepEqual(refused, {
    outcome: 'hold_refused',
    scope: 'global',
    limitMicros: 100,
    spentMicros: 0,
    reservedMicros: 100,
    blocked: false,
  });
  assert.equal(store.readSteps(access, other.record.id).length, 1);
  assert.equal(store.outboxDepth(), 1);
  assert.deepEqual(store.listHolds(), [{ call: 'mc_1', micros: 100 }]);
  await end(scenario, { lease, seq: 2 }, { call: 'mc_1', micros: 30 });
  assert.deepEqual(store.readBudget('global'), state(30, 0, false));
  assert.equal(store.readTurn(access, record.id).costMicros, 30);
  assert.equal(store.readConversation(access, record.conversation).costMicros, 30);
  const now = await start(scenario, { lease: other.lease, seq: 1 }, { call: 'mc_2', micros: 70 });
  assert.equal(now.outcome, 'appended');
});

test('a hold must fit every scope, and reserves in none where one refuses', async (t) => {
  const scenario = await temporaryScenario(t);
  const { lease } = await acceptClaimed(scenario);
  const scopes = [
    { key: 'wide', limitMicros: 1_000 },
    { key: 'narrow', limitMicros: 10 },
  ];
  const refused = await start(scenario, { lease, seq: 1 }, { call: 'mc_1', micros: 11, scopes });
  assert.equal(refused.outcome === 'hold_refused' && refused.scope, 'narrow');
  assert.deepEqual(scenario.store.readBudget('wide'), { ...state(0, 0, false), key: 'wide' });
  assert.deepEqual(scenario.store.listHolds(), []);
});

test('holds that race for the last money are granted to one alone', async (t) => {
  const scenario = await temporaryScenario(t);
  const turns = await Promise.all(Array.from({ length: 20 }, () => acceptClaimed(scenario)));
  const outcomes = await Promise.all(
    turns.map(({ lease }, index) => start(scenario, { lease, seq: 1 }, { call: `mc_${index}`, micros: 60 })),
  );
  assert.equal(outcomes.filter(({ outcome }) => outcome === 'appended').length, 1);
  assert.equal(scenario.store.readBudget('global').reservedMicros, 60);
});

test('use above the hold is charged, and past the limit blocks the scope until it is covered', async (t) => {
  const scenario = await temporaryScenario(t);
  const { lease } = await acceptClaimed(scenario);
  await start(scenario, { lease, seq: 1 }, { call: 'mc_1', micros: 50 });
  await end(scenario, { lease, seq: 2 }, { call: 'mc_1', micros: 90 });
  assert.deepEqual(scenario.store.readBudget('global'), state(90, 0, false));
  await start(scenario, { lease, seq: 3 }, { call: 'mc_2', micros: 10 });
  await end(scenario, { lease, seq: 4 }, { call: 'mc_2', micros: 40 });
  assert.deepEqual(scenario.store.readBudget('global'), state(130, 0, true));
  const refused = await start(scenario, { lease, seq: 5 }, { call: 'mc_3', micros: 0 });
  assert.equal(refused.outcome === 'hold_refused' && refused.blocked, true);
  const scopes = [{ key: 'global', limitMicros: 200 }];
  const covered = await start(scenario, { lease, seq: 5 }, { call: 'mc_3', micros: 70, scopes });
  assert.equal(covered.outcome, 'appended');
  assert.deepEqual(scenario.store.readBudget('global'), state(130, 70, false));
});

test('a call without a price holds nothing and is allowed to the limit', async (t) => {
  const scenario = await temporaryScenario(t);
  const { lease } = await acceptClaimed(scenario);
  await start(scenario, { lease, seq: 1 }, { call: 'mc_1', micros: 100 });
  await end(scenario, { lease, seq: 2 }, { call: 'mc_1', micros: 100 });
  const unmetered = await start(scenario, { lease, seq: 3 }, { call: 'mc_2', micros: 0 });
  assert.equal(unmetered.outcome, 'appended');
  const noScope = await acceptClaimed(scenario);
  const free = await start(
    scenario,
    { lease: noScope.lease, seq: 1 },
    { call: 'mc_3', micros: 0, scopes: [] },
  );
  assert.equal(free.outcome, 'appended');
});

test('a retry in one append settles the former call before it holds for the next', async (t) => {
  const scenario = await temporaryScenario(t);
  const { lease } = await acceptClaimed(scenario);
  await start(scenario, { lease, seq: 1 }, { call: 'mc_1', micros: 100 });
  const retry = (micros: number) =>
    append(
      scenario,
      { lease, seq: 2 },
      {
        steps: [
          modelEnded(scenario, { call: 'mc_1', micros: 20 }, ''),
          modelStarted(scenario, hold('mc_2', micros)),
        ],
        settlement: { call: 'mc_1', micros: 20 },
        hold: hold('mc_2', micros),
      },
    );
  assert.equal((await retry(81)).outcome, 'hold_refused');
  assert.deepEqual(scenario.store.readBudget('global'), state(0, 100, false));
  assert.equal((await retry(80)).outcome, 'appended');
  assert.deepEqual(scenario.store.readBudget('global'), state(20, 80, false));
});

test('money moves only with the turn it was held for, and a turn is not left with money held', async (t) => {
  const scenario = await temporaryScenario(t);
  const { lease } = await acceptClaimed(scenario);
  const other = await acceptClaimed(scenario);
  await start(scenario, { lease, seq: 1 }, { call: 'mc_1', micros: 10 });
  const foreign = end(scenario, { lease: other.lease, seq: 1 }, { call: 'mc_1', micros: 0 });
  await assert.rejects(foreign, withCode('store_misuse'));
  const ended = append(scenario, { lease, seq: 2 }, { steps: [turnEnded(scenario)], leaseAfter: 'ended' });
  await assert.rejects(ended, withCode('store_misuse'));
  await end(scenario, { lease, seq: 2 }, { call: 'mc_1', micros: 1 });
  const twice = end(scenario, { lease, seq: 3 }, { call: 'mc_1', micros: 1 });
  await assert.rejects(twice, withCode('store_misuse'));
  assert.deepEqual(scenario.store.readBudget('global'), state(1, 0, false));
});

function hold(call: string, micros: number, scopes?: readonly BudgetScope[]) {
  return { call, micros, scopes: scopes ?? [{ key: 'global', limitMicros: 100 }] };
}

function start(
  scenario: Scenario,
  place: { lease: Lease; seq: number },
  asked: { call: string; micros: number; scopes?: readonly BudgetScope[] },
): Promise<AppendOutcome> {
  const wanted = hold(asked.call, asked.micros, asked.scopes);
  const steps = [modelStarted(scenario, wanted)];
  return append(scenario, place, { steps, hold: wanted, outbox: [auditEvent(scenario)] });
}

function end(
  scenario: Scenario,
  place: { lease: Lease; seq: number },
  settlement: { call: string; micros: number },
): Promise<AppendOutcome> {
  return append(scenario, place, { steps: [modelEnded(scenario, settlement, 'x')], settlement });
}

function state(spentMicros: number, reservedMicros: number, blocked: boolean) {
  return { key: 'global', spentMicros, reservedMicros, blocked };
}
