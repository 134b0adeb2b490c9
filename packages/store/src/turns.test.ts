import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  acceptClaimed,
  acceptInput,
  append,
  approvalDecided,
  auditEvent,
  common,
  createScenario,
  messageStep,
  modelStarted,
  parkedTurn,
  trivialTurn,
  turnEnded,
} from './testing/scenario.ts';
import { temporaryScenario, withCode } from './testing/temporary-store.ts';

test('a message is stored with its turn and can be read back as it was written', async (t) => {
  const scenario = await temporaryScenario(t);
  const input = acceptInput(scenario, {
    text: 'Zwölf\u0000 \u{1f600} \ud800 words',
    outbox: [auditEvent(scenario)],
  });
  const accepted = await scenario.store.acceptTurn(input);
  assert.equal(accepted.created, true);
  assert.deepEqual(accepted.lease, { turn: input.turn, owner: 'brain_1', fence: 1 });
  assert.deepEqual(accepted.record, scenario.store.readTurn(scenario.access, input.turn));
  const steps = scenario.store.readSteps(scenario.access, input.turn);
  assert.deepEqual(steps, [{ seq: 1, step: input.message }]);
  assert.equal(scenario.store.outboxDepth(), 1);
  assert.equal(scenario.store.readConversation(scenario.access, input.conversation).lastStatus, 'running');
});

test('turns of one conversation run one after another in the order of their messages', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store } = scenario;
  const first = await acceptClaimed(scenario);
  const conversation = first.record.conversation;
  const second = await store.acceptTurn(acceptInput(scenario, { conversation }));
  const third = await store.acceptTurn(acceptInput(scenario, { conversation }));
  assert.equal(second.lease, undefined);
  assert.deepEqual(
    [first, second, third].map(({ record }) => record.position),
    [1, 2, 3],
  );
  assert.deepEqual(await store.claimRunnable('brain_1', 1_000, 10), []);
  await append(
    scenario,
    { lease: first.lease, seq: 1 },
    { steps: [turnEnded(scenario)], leaseAfter: 'ended' },
  );
  const claimed = await store.claimRunnable('brain_1', 1_000, 10);
  assert.deepEqual(
    claimed.map(({ record }) => record.id),
    [second.record.id],
  );
  assert.equal(claimed[0]?.record.status, 'running');
  assert.deepEqual(store.countTurns(), { queued: 1, running: 1, parked: 0 });
});

test('different conversations can be claimed side by side, up to the limit, oldest first', async (t) => {
  const scenario = await temporaryScenario(t);
  const turns: string[] = [];
  for (let index = 0; index < 4; index += 1) {
    const { claimFor: _, ...input } = acceptInput(scenario);
    turns.push((await scenario.store.acceptTurn(input)).record.id);
  }
  const claimed = await scenario.store.claimRunnable('brain_1', 1_000, 3);
  assert.deepEqual(
    claimed.map(({ record }) => record.id),
    turns.slice(0, 3),
  );
});

test('the same idempotency key gives the first turn back; with another request it is refused', async (t) => {
  let now = Date.now();
  const scenario = await temporaryScenario(t, { now: () => now });
  const idempotency = { route: 'POST /messages', key: 'k', digest: 'd1' };
  const first = await scenario.store.acceptTurn(acceptInput(scenario, { idempotency }));
  const again = await scenario.store.acceptTurn(acceptInput(scenario, { idempotency }));
  assert.equal(again.created, false);
  assert.equal(again.lease, undefined);
  assert.equal(again.record.id, first.record.id);
  const other = acceptInput(scenario, { idempotency: { ...idempotency, digest: 'd2' } });
  await assert.rejects(scenario.store.acceptTurn(other), withCode('store_idempotency_mismatch'));
  const elsewhere = acceptInput(scenario, { idempotency: { ...idempotency, route: 'POST /v1' } });
  assert.equal((await scenario.store.acceptTurn(elsewhere)).created, true);
  const stranger = await createScenario(scenario.store, 'stranger');
  assert.equal((await scenario.store.acceptTurn(acceptInput(stranger, { idempotency }))).created, true);
  now += 7 * 86_400_000;
  assert.equal((await scenario.store.acceptTurn(other)).created, true);
});

test('requests with one key that arrive at once make one turn', async (t) => {
  const scenario = await temporaryScenario(t);
  const idempotency = { route: 'r', key: 'k', digest: 'd' };
  const inputs = Array.from({ length: 20 }, () => acceptInput(scenario, { idempotency }));
  const accepted = await Promise.all(inputs.map((input) => scenario.store.acceptTurn(input)));
  assert.equal(accepted.filter(({ created }) => created).length, 1);
  assert.equal(new Set(accepted.map(({ record }) => record.id)).size, 1);
});

test('a key whose turn was deleted never makes another one', async (t) => {
  const scenario = await temporaryScenario(t);
  const idempotency = { route: 'r', key: 'k', digest: 'd' };
  const { record } = await trivialTurn(scenario, { idempotency });
  await scenario.store.deleteConversation(scenario.access, record.conversation, []);
  const again = scenario.store.acceptTurn(acceptInput(scenario, { idempotency }));
  await assert.rejects(again, withCode('store_not_found'));
});

test('an append with another sequence, an older fence or another owner writes nothing', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store } = scenario;
  const { lease, record } = await acceptClaimed(scenario);
  const steps = [turnEnded(scenario)];
  const ended = { steps, leaseAfter: 'ended' as const, outbox: [auditEvent(scenario)] };
  await assert.rejects(append(scenario, { lease, seq: 0 }, ended), withCode('store_conflict'));
  await assert.rejects(append(scenario, { lease, seq: 2 }, ended), withCode('store_conflict'));
  const stranger = { ...lease, owner: 'brain_2' };
  await assert.rejects(append(scenario, { lease: stranger, seq: 1 }, ended), withCode('store_fenced'));
  await store.releaseLease(lease);
  const [claimed] = await store.claimRunnable('brain_1', 1_000, 1);
  assert.equal(claimed?.lease.fence, 2);
  await assert.rejects(append(scenario, { lease, seq: 1 }, ended), withCode('store_fenced'));
  assert.equal(await store.renewLease(lease, 1_000), false);
  await assert.rejects(store.releaseLease(lease), withCode('store_fenced'));
  assert.equal(store.readSteps(scenario.access, record.id).length, 1);
  assert.equal(store.outboxDepth(), 0);
});

test('a lease that ran out is taken over, a renewed one is not', async (t) => {
  let now = 1_000_000;
  const scenario = await temporaryScenario(t, { now: () => now });
  const { store } = scenario;
  const { lease } = await acceptClaimed(scenario, { claimFor: { owner: 'brain_1', leaseMs: 100 } });
  now += 90;
  assert.equal(await store.renewLease(lease, 100), true);
  now += 90;
  assert.deepEqual(await store.claimRunnable('brain_2', 100, 1), []);
  now += 20;
  const [taken] = await store.claimRunnable('brain_2', 100, 1);
  assert.deepEqual(taken?.lease, { turn: lease.turn, owner: 'brain_2', fence: 2 });
  assert.equal(await store.renewLease(lease, 100), false);
});

test('leases of brains that are gone are freed, those of the living are kept', async (t) => {
  const scenario = await temporaryScenario(t);
  await acceptClaimed(scenario, { claimFor: { owner: 'gone', leaseMs: 60_000 } });
  await acceptClaimed(scenario, { claimFor: { owner: 'alive', leaseMs: 60_000 } });
  assert.equal(await scenario.store.releaseLeasesExcept(['alive', 'new']), 1);
  const claimed = await scenario.store.claimRunnable('new', 1_000, 5);
  assert.deepEqual(
    claimed.map(({ lease }) => lease.fence),
    [2],
  );
});

test('a queued turn ends at once when it is stopped, a running one is told to', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const running = await acceptClaimed(scenario);
  const queued = await store.acceptTurn(acceptInput(scenario, { conversation: running.record.conversation }));
  const stopped = await store.requestCancel(access, queued.record.id, turnEnded(scenario, 'cancelled'));
  assert.equal(stopped.status, 'cancelled');
  assert.equal(stopped.cancelRequestedBy, access.principal);
  assert.equal(store.readSteps(access, stopped.id).at(-1)?.step.type, 'turn_ended');
  const told = await store.requestCancel(access, running.record.id, turnEnded(scenario, 'cancelled'));
  assert.equal(told.status, 'running');
  assert.equal(told.cancelRequestedBy, access.principal);
  await append(
    scenario,
    { lease: running.lease, seq: 1 },
    { steps: [turnEnded(scenario)], leaseAfter: 'ended' },
  );
  const after = await store.requestCancel(access, running.record.id, turnEnded(scenario, 'cancelled'));
  assert.equal(after.status, 'completed');
});

test('a stopped turn whose model call or tool was cut by a crash is left to the runner', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const inModel = await acceptClaimed(scenario);
  const hold = { call: scenario.ids('modelCall'), micros: 5, scopes: [{ key: 'g', limitMicros: 10 }] };
  await append(scenario, { lease: inModel.lease, seq: 1 }, { steps: [modelStarted(scenario, hold)], hold });
  const inTool = await acceptClaimed(scenario);
  const started = { ...common(scenario), type: 'tool_started' as const, call: 'call_1', receipt: 'r' };
  await append(scenario, { lease: inTool.lease, seq: 1 }, { steps: [started] });
  await store.releaseLeasesExcept([]);
  for (const { record } of [inModel, inTool]) {
    const after = await store.requestCancel(access, record.id, turnEnded(scenario, 'cancelled'));
    assert.equal(after.status, 'queued');
    assert.equal(after.cancelRequestedBy, access.principal);
  }
  await assert.rejects(
    store.deleteConversation(access, inModel.record.conversation, []),
    withCode('store_conflict'),
  );
});

test('a turn that was stopped while it ran does not park', async (t) => {
  const scenario = await temporaryScenario(t);
  const { lease, record } = await acceptClaimed(scenario);
  await scenario.store.requestCancel(scenario.access, record.id, turnEnded(scenario, 'cancelled'));
  const parked = { steps: [], leaseAfter: 'parked' as const, parkedFor: 'newer_release' };
  await append(scenario, { lease, seq: 1 }, parked);
  assert.equal(scenario.store.readTurn(scenario.access, record.id).status, 'queued');
});

test('what breaks the contract of an append is refused as misuse', async (t) => {
  const scenario = await temporaryScenario(t);
  const { lease } = await acceptClaimed(scenario);
  const hold = { call: 'mc_1', micros: 5, scopes: [] };
  const ended = turnEnded(scenario);
  const asked = { approval: 'apr_1', call: 'call_1' };
  const bad: Parameters<typeof append>[2][] = [
    { steps: [] },
    { steps: [messageStep(scenario, 'hi')] },
    { steps: [modelStarted(scenario, hold)] },
    { steps: [ended], leaseAfter: 'keep' },
    { steps: [], leaseAfter: 'ended' },
    { steps: [ended, ended], leaseAfter: 'ended' },
    { steps: [], leaseAfter: 'parked' },
    { steps: [], leaseAfter: 'parked', parkedFor: 'apr_nobody' },
    { steps: [approvalDecided(scenario, asked, 'approved')] },
    { steps: [modelStarted(scenario, hold)], hold: { ...hold, micros: 6 } },
    { steps: [modelStarted(scenario, hold)], hold: { ...hold, call: 'mc_2' } },
    { steps: [modelStarted(scenario, { ...hold, micros: 1.5 })], hold: { ...hold, micros: 1.5 } },
    { steps: [ended], leaseAfter: 'ended', settlement: { call: 'mc_1', micros: 1 } },
  ];
  for (const change of bad) {
    await assert.rejects(append(scenario, { lease, seq: 1 }, change), withCode('store_misuse'));
  }
  assert.equal(scenario.store.readSteps(scenario.access, lease.turn).length, 1);
});

test('the history of a conversation comes newest first, whole turns, in pages', async (t) => {
  const scenario = await temporaryScenario(t);
  const first = await trivialTurn(scenario);
  const conversation = first.record.conversation;
  for (let index = 0; index < 4; index += 1) await trivialTurn(scenario, { conversation });
  const page = scenario.store.readHistory(scenario.access, conversation, { limit: 2 });
  assert.deepEqual(
    page.map(({ record }) => record.position),
    [5, 4],
  );
  assert.deepEqual(
    page[0]?.steps.map(({ seq }) => seq),
    [1, 2, 3, 4],
  );
  const rest = scenario.store.readHistory(scenario.access, conversation, { beforePosition: 4, limit: 9 });
  assert.deepEqual(
    rest.map(({ record }) => record.position),
    [3, 2, 1],
  );
  const tail = scenario.store.readSteps(scenario.access, first.record.id, 2);
  assert.deepEqual(
    tail.map(({ seq }) => seq),
    [3, 4],
  );
});

test('the newest summary of a conversation is found with its place', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const { lease, record } = await acceptClaimed(scenario);
  const compacted = (summary?: string) => ({
    ...common(scenario),
    type: 'context_compacted' as const,
    trimmedCalls: [],
    unknownDigests: [],
    turnsSummarised: 1,
    label: { integrity: 'untrusted' as const, confidentiality: 'internal' as const },
    tokensBefore: 2,
    tokensAfter: 1,
    ...(summary === undefined ? {} : { summary }),
  });
  await append(scenario, { lease, seq: 1 }, { steps: [compacted()] });
  assert.equal(store.readCompaction(access, record.conversation), undefined);
  const newest = compacted('They met.');
  await append(scenario, { lease, seq: 2 }, { steps: [compacted('old'), newest] });
  assert.deepEqual(store.readCompaction(access, record.conversation), { position: 1, step: newest });
});

test('a step of a newer release is not guessed at', async (t) => {
  const scenario = await temporaryScenario(t);
  const { lease, record } = await acceptClaimed(scenario);
  // The type check of the port would refuse it; a newer release writes it.
  const newer = { ...turnEnded(scenario), v: 2, type: 'tool_started' } as never;
  await append(scenario, { lease, seq: 1 }, { steps: [newer] });
  assert.throws(
    () => scenario.store.readSteps(scenario.access, record.id),
    withCode('unknown_record_version'),
  );
});

test('a message into a conversation that does not exist, or of nobody, is refused', async (t) => {
  const scenario = await temporaryScenario(t);
  const { createConversation: _, ...input } = acceptInput(scenario);
  await assert.rejects(scenario.store.acceptTurn(input), withCode('store_not_found'));
  const nobody = { ...scenario, access: { ...scenario.access, principal: 'prn_nobody' } };
  await assert.rejects(scenario.store.acceptTurn(acceptInput(nobody)), withCode('store_not_found'));
});

test('the same turn id twice is a conflict, not a second turn', async (t) => {
  const scenario = await temporaryScenario(t);
  const input = acceptInput(scenario);
  await scenario.store.acceptTurn(input);
  await assert.rejects(scenario.store.acceptTurn(input), withCode('store_conflict'));
  assert.equal(scenario.store.readConversation(scenario.access, input.conversation).turns, 1);
});

test('a parked turn keeps its place before those that came later', async (t) => {
  const scenario = await temporaryScenario(t);
  const parked = await parkedTurn(scenario);
  assert.deepEqual(await scenario.store.claimRunnable('brain_1', 1_000, 5), []);
  const record = scenario.store.readTurn(scenario.access, parked.record.id);
  assert.equal(record.status, 'parked');
  assert.equal(record.parkedFor, parked.approval);
});
