import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  acceptClaimed,
  acceptInput,
  createScenario,
  parkedTurn,
  type Scenario,
  trivialTurn,
} from './testing/scenario.ts';
import { temporaryFolder, temporaryScenario, withCode } from './testing/temporary-store.ts';

test('a conversation is created, changed and read back', async (t) => {
  const now = Date.parse('2026-11-23T09:00:00.000Z');
  const { store, access, ids } = await temporaryScenario(t, { now: () => now });
  const id = ids('conversation');
  const made = await store.createConversation(access, { id, title: 'First', model: 'demo/demo' });
  assert.deepEqual(made, {
    id,
    owner: access.principal,
    title: 'First',
    model: 'demo/demo',
    pinned: false,
    hidden: false,
    createdAt: '2026-11-23T09:00:00.000Z',
    updatedAt: '2026-11-23T09:00:00.000Z',
    turns: 0,
    costMicros: 0,
  });
  assert.deepEqual(store.readConversation(access, id), made);
  const changed = await store.updateConversation(access, id, { title: 'Second', pinned: true, model: null });
  assert.deepEqual([changed.title, changed.pinned, changed.model], ['Second', true, undefined]);
  await assert.rejects(store.createConversation(access, { id, title: 'Again' }), withCode('store_conflict'));
  await assert.rejects(store.updateConversation(access, 'conv_absent', {}), withCode('store_not_found'));
});

test('the list has pinned ones first, then newest use, in pages; hidden ones are left out', async (t) => {
  let now = 1_000_000;
  const scenario = await temporaryScenario(t, { now: () => now });
  const { store, access } = scenario;
  const made: string[] = [];
  for (let index = 0; index < 6; index += 1) {
    now += 1_000;
    const id = scenario.ids('conversation');
    made.push((await store.createConversation(access, { id, title: `${index}` })).title);
    if (index === 1) await store.updateConversation(access, id, { pinned: true });
  }
  await trivialTurn(scenario, { createConversation: { title: 'hidden', hidden: true } });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = store.listConversations(access, { limit: 2, ...(cursor === undefined ? {} : { cursor }) });
    seen.push(...page.items.map(({ title }) => title));
    cursor = page.next;
  } while (cursor !== undefined);
  assert.deepEqual(seen, ['1', '5', '4', '3', '2', '0']);
});

test('a message moves its conversation to the top and counts its turns and cost', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const first = await trivialTurn(scenario);
  await trivialTurn(scenario);
  const conversation = first.record.conversation;
  const later = acceptInput(scenario, { conversation });
  const message = { ...later.message, at: new Date(Date.now() + 60_000).toISOString() };
  await store.acceptTurn({ ...later, message });
  const [top] = store.listConversations(access, { limit: 1 }).items;
  assert.equal(top?.id, conversation);
  assert.deepEqual([top?.turns, top?.costMicros, top?.lastStatus], [2, 42, 'running']);
});

test('a conversation with a running turn is not deleted; otherwise everything but the money goes', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const { record, lease } = await acceptClaimed(scenario);
  const busy = store.deleteConversation(access, record.conversation, []);
  await assert.rejects(busy, withCode('store_conflict'));
  await store.releaseLease(lease);
  await store.deleteConversation(access, record.conversation, []);
  assert.throws(() => store.readTurn(access, record.id), withCode('store_not_found'));
  assert.throws(() => store.readConversation(access, record.conversation), withCode('store_not_found'));
  const parked = await parkedTurn(scenario);
  await store.deleteConversation(access, parked.record.conversation, []);
  assert.deepEqual(store.listApprovals(access, { limit: 5 }), []);
  const spent = await trivialTurn(scenario);
  await store.deleteConversation(access, spent.record.conversation, []);
  assert.equal(store.readBudget('global:2026-11').spentMicros, 42);
  assert.deepEqual(store.countTurns(), { queued: 0, running: 0, parked: 0 });
});

test('an attachment comes back byte for byte, and its digest must be its own', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const data = Buffer.from([0, 1, 255, 254]);
  const record = attachment(scenario, data);
  await store.putAttachment(access, record, data);
  const read = store.readAttachment(access, record.id);
  assert.deepEqual(read.record, record);
  assert.deepEqual(Buffer.from(read.data), data);
  const same = { ...attachment(scenario, data), name: 'copy.bin' };
  await store.putAttachment(access, same, data);
  assert.deepEqual(Buffer.from(store.readAttachment(access, same.id).data), data);
  const forged = { ...attachment(scenario, data), sha256: '0'.repeat(64) };
  await assert.rejects(store.putAttachment(access, forged, data), withCode('store_misuse'));
  const short = { ...attachment(scenario, data), bytes: 3 };
  await assert.rejects(store.putAttachment(access, short, data), withCode('store_misuse'));
});

test('the same file of one owner is stored once', async (t) => {
  const scenario = await temporaryScenario(t);
  const data = Buffer.alloc(1_000_000, 7);
  const sizes: number[] = [];
  for (let index = 0; index < 5; index += 1) {
    await scenario.store.putAttachment(scenario.access, attachment(scenario, data), data);
    sizes.push((await scenario.store.backup(join(temporaryFolder(t), 'copy.db'))).bytes);
  }
  assert((sizes[4] ?? 0) - (sizes[0] ?? 0) < 100_000, `${sizes}`);
});

test('a note is replaced by title, and a write that is run again does not undo a later one', async (t) => {
  const scenario = await temporaryScenario(t);
  const { store, access } = scenario;
  const label = { integrity: 'untrusted', confidentiality: 'secret' } as const;
  const note = (text: string, updatedAt: string) => ({ title: 'list', text, label, updatedAt });
  const first = note('one', '2026-01-01T00:00:00.000Z');
  const second = note('two', '2026-01-02T00:00:00.000Z');
  await store.writeNote(access, first, 'call_1');
  await store.writeNote(access, second, 'call_2');
  await store.writeNote(access, first, 'call_1');
  assert.deepEqual(store.readNote(access, 'list'), second);
  const { text: _, ...head } = second;
  assert.deepEqual(store.listNotes(access, 5), [head]);
  assert.equal(store.readNote(access, 'absent'), undefined);
  const stranger = await createScenario(store, 'stranger');
  await store.writeNote(stranger.access, first, 'call_1');
  assert.deepEqual(store.readNote(stranger.access, 'list'), first);
});

function attachment(scenario: Scenario, data: Uint8Array) {
  return {
    id: scenario.ids('attachment'),
    owner: scenario.access.principal,
    name: 'a.bin',
    mediaType: 'application/octet-stream',
    bytes: data.byteLength,
    sha256: createHash('sha256').update(data).digest('hex'),
    createdAt: '2026-11-23T09:00:00.000Z',
  };
}
