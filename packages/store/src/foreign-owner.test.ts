import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { Access } from '@bakerst/shared/identity';
import type { Store } from '@bakerst/shared/store';
import {
  acceptInput,
  accessOf,
  approvalDecided,
  createScenario,
  grantOf,
  parkedTurn,
  type Scenario,
  stopOf,
  trivialTurn,
  turnEnded,
} from './testing/scenario.ts';
import { temporaryScenario, temporaryStore, withCode } from './testing/temporary-store.ts';

/** Rows of one owner, of every kind that has one. */
interface Belongings {
  readonly owner: Scenario;
  readonly conversation: string;
  readonly turn: string;
  readonly parked: { readonly turn: string; readonly approval: string; readonly call: string };
  readonly attachment: string;
  readonly credential: string;
  readonly stop: string;
  readonly grant: string;
}

type Attempt = (store: Store, access: Access, mine: Belongings) => unknown;

/** Operations that name a row: for anybody but its owner it is not there. */
const NAMED: Partial<Record<keyof Store, Attempt>> = {
  acceptTurn: (store, access, mine) =>
    store.acceptTurn({ ...acceptInput(mine.owner, { conversation: mine.conversation }), access }),
  requestCancel: (store, access, mine) =>
    store.requestCancel(access, mine.parked.turn, turnEnded(mine.owner, 'cancelled')),
  decideApproval: (store, access, mine) =>
    store.decideApproval(
      access,
      { ...approvalDecided(mine.owner, mine.parked, 'approved'), actor: access.principal },
      { outbox: [] },
    ),
  readApproval: (store, access, mine) => store.readApproval(access, mine.parked.approval),
  listUnfinishedTurns: (store, access, mine) =>
    store.listUnfinishedTurns(access, { conversation: mine.conversation, limit: 5 }),
  putStop: (store, access, mine) =>
    store.putStop(access, stopOf(mine.owner, { scope: 'conversation', target: mine.conversation }), []),
  liftStop: (store, access, mine) => store.liftStop(access, mine.stop, []),
  revokeGrant: (store, access, mine) => store.revokeGrant(access, mine.grant, []),
  readTurn: (store, access, mine) => store.readTurn(access, mine.turn),
  readSteps: (store, access, mine) => store.readSteps(access, mine.turn),
  readHistory: (store, access, mine) => store.readHistory(access, mine.conversation, { limit: 5 }),
  readCompaction: (store, access, mine) => store.readCompaction(access, mine.conversation),
  updateConversation: (store, access, mine) =>
    store.updateConversation(access, mine.conversation, { title: 'mine now' }),
  deleteConversation: (store, access, mine) => store.deleteConversation(access, mine.conversation, []),
  readConversation: (store, access, mine) => store.readConversation(access, mine.conversation),
  readAttachment: (store, access, mine) => store.readAttachment(access, mine.attachment),
  putAttachment: (store, access, mine) =>
    store.putAttachment(access, attachmentOf(mine.owner, 'att_planted').record, BYTES),
  revokeCredential: (store, access, mine) => store.revokeCredential(access, mine.credential, []),
};

/** Operations that give what is one's own: of somebody else's there is nothing in it. */
const LISTED: Partial<Record<keyof Store, Attempt>> = {
  listApprovals: (store, access) => store.listApprovals(access, { limit: 50 }),
  listStops: (store, access) => store.listStops(access),
  listGrants: (store, access) => store.listGrants(access, { limit: 50 }),
  listConversations: (store, access) => store.listConversations(access, { limit: 50 }).items,
  searchMessages: (store, access) => store.searchMessages(access, 'time', { limit: 50 }).items,
  readNote: (store, access) => (store.readNote(access, 'shopping') === undefined ? [] : ['a note']),
  listNotes: (store, access) => store.listNotes(access, 50),
  listCredentials: (store, access) => store.listCredentials(access, 'token'),
};

/** Operations on rows that have no owner, or that only make the caller's own; leases prove themselves. */
const UNOWNED: readonly (keyof Store)[] = [
  'claimRunnable',
  'renewLease',
  'releaseLeasesExcept',
  'releaseLease',
  'appendSteps',
  'expireApprovals',
  'countTurns',
  'createConversation',
  'writeNote',
  'ensurePrincipal',
  'readPrincipal',
  'listPrincipals',
  'createCredential',
  'findCredential',
  'consumeLoginCode',
  'touchCredential',
  'readRuntimeConfig',
  'recordPolicy',
  'listPolicies',
  'listRuntimeConfig',
  'writeRuntimeConfig',
  'keepContent',
  'readContent',
  'readBudget',
  'listHolds',
  'readOutbox',
  'ackOutbox',
  'enqueueOutbox',
  'outboxDepth',
  'health',
  'backup',
  'prune',
  'close',
];

test('every operation of the store says whose rows it touches', async (t) => {
  const store = await temporaryStore(t);
  const known = [...Object.keys(NAMED), ...Object.keys(LISTED), ...UNOWNED];
  assert.deepEqual(Object.keys(store).sort(), known.sort());
});

for (const [operation, attempt] of Object.entries(NAMED)) {
  test(`${operation} does not find the rows of a foreign owner, and changes none`, async (t) => {
    const mine = await belongings(t);
    const { store } = mine.owner;
    const stranger = await createScenario(store, 'stranger');
    const before = snapshotOf(mine);
    const nobody = accessOf('prn_nobody');
    for (const access of [stranger.access, nobody]) {
      await assert.rejects(async () => attempt(store, access, mine), withCode('store_not_found'));
    }
    assert.deepEqual(snapshotOf(mine), before);
  });

  test(`${operation} finds them for their owner`, async (t) => {
    const mine = await belongings(t);
    await attempt(mine.owner.store, mine.owner.access, mine);
  });
}

for (const [operation, attempt] of Object.entries(LISTED)) {
  test(`${operation} gives a foreign owner nothing, and the owner something`, async (t) => {
    const mine = await belongings(t);
    const stranger = await createScenario(mine.owner.store, 'stranger');
    assert.deepEqual(attempt(mine.owner.store, stranger.access, mine), []);
    assert.notDeepEqual(attempt(mine.owner.store, mine.owner.access, mine), []);
  });
}

test('a stranger and an absent row get the very same answer', async (t) => {
  const mine = await belongings(t);
  const stranger = await createScenario(mine.owner.store, 'stranger');
  const messageOf = (turn: string) => {
    try {
      mine.owner.store.readTurn(stranger.access, turn);
    } catch (error) {
      return String(error);
    }
    return 'no error';
  };
  assert.equal(messageOf(mine.turn), messageOf('turn_absent'));
});

test('the brain itself reads the rows of every owner', async (t) => {
  const mine = await belongings(t);
  const { store } = mine.owner;
  const system = await store.ensurePrincipal({
    id: mine.owner.ids('principal'),
    kind: 'system',
    name: 'brain',
    issuer: 'local',
    subject: 'system',
  });
  const access = accessOf(system.id, 'system');
  assert.equal(store.readTurn(access, mine.turn).owner, mine.owner.access.principal);
  assert.equal(store.readSteps(access, mine.turn).length, 4);
  assert.equal(store.readHistory(access, mine.conversation, { limit: 5 }).length, 1);
  assert.equal(store.readAttachment(access, mine.attachment).data.byteLength, BYTES.byteLength);
  assert.equal(store.listApprovals(access, { limit: 5 }).length, 2);
  assert.equal(
    (await store.updateConversation(access, mine.conversation, { title: 'A title' })).title,
    'A title',
  );
});

test('notes of two people with one title do not meet', async (t) => {
  const mine = await belongings(t);
  const { store } = mine.owner;
  const stranger = await createScenario(store, 'stranger');
  await store.writeNote(stranger.access, { ...NOTE, text: 'theirs' }, 'call_1');
  assert.equal(store.readNote(mine.owner.access, 'shopping')?.text, 'milk');
  assert.equal(store.readNote(stranger.access, 'shopping')?.text, 'theirs');
});

const BYTES = Buffer.from('a file');
const NOTE = {
  title: 'shopping',
  text: 'milk',
  label: { integrity: 'trusted', confidentiality: 'internal' },
  updatedAt: '2026-01-01T00:00:00.000Z',
} as const;

function attachmentOf(owner: Scenario, id: string) {
  const record = {
    id,
    owner: owner.access.principal,
    name: 'a.txt',
    mediaType: 'text/plain',
    bytes: BYTES.byteLength,
    sha256: createHash('sha256').update(BYTES).digest('hex'),
    createdAt: '2026-01-01T00:00:00.000Z',
  };
  return { record };
}

async function belongings(t: Parameters<typeof temporaryScenario>[0]): Promise<Belongings> {
  const owner = await temporaryScenario(t);
  const { store, access } = owner;
  const { record } = await trivialTurn(owner);
  const parked = await parkedTurn(owner);
  const attachment = attachmentOf(owner, owner.ids('attachment')).record;
  await store.putAttachment(access, attachment, BYTES);
  await store.writeNote(access, NOTE, 'call_1');
  const credential = owner.ids('token');
  const token = { id: credential, kind: 'token' as const, principal: access.principal, name: 'cli' };
  const createdAt = '2026-01-01T00:00:00.000Z';
  await store.createCredential({ ...token, scopes: ['chat'], createdAt }, Buffer.alloc(32, 1), []);
  const stopped = stopOf(owner, { scope: 'conversation', target: parked.record.conversation });
  await store.putStop(access, stopped, []);
  const grant = await standingGrant(owner);
  return {
    owner,
    stop: stopped.id,
    grant,
    conversation: record.conversation,
    turn: record.id,
    parked: { turn: parked.record.id, approval: parked.approval, call: parked.call },
    attachment: attachment.id,
    credential,
  };
}

/** Granted with a decision of its own, as every grant is. */
async function standingGrant(owner: Scenario): Promise<string> {
  const decided = await parkedTurn(owner);
  const grant = grantOf(owner);
  await owner.store.decideApproval(owner.access, approvalDecided(owner, decided, 'approved'), {
    outbox: [],
    grants: [grant],
  });
  return grant.id;
}

function snapshotOf({ owner, ...mine }: Belongings): unknown {
  const { store, access } = owner;
  return [
    store.readTurn(access, mine.turn),
    store.readSteps(access, mine.parked.turn),
    store.listConversations(access, { limit: 9 }),
    store.listApprovals(access, { limit: 9 }),
    store.listCredentials(access, 'token'),
    store.listStops(access),
    store.listGrants(access, { limit: 9 }),
    store.outboxDepth(),
  ];
}
