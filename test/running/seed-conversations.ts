import { join } from 'node:path';
import type { Access } from '@bakerst/shared/identity';
import { createIdSource } from '@bakerst/shared/ids';
import type { Step } from '@bakerst/shared/steps';
import { openSqliteStore } from '@bakerst/store/open-sqlite-store';

const label = { integrity: 'trusted', confidentiality: 'internal' } as const;
/** Units of many callers share a commit. */
const SIDE_BY_SIDE = 64;
const usage = { inputTokens: 10, outputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0 };

export interface Exchange {
  readonly said: string;
  readonly answered: string;
}

/** Fills the database of a stopped brain with conversations, through the store's own units. Resolves with their ids. */
export async function seedConversations(
  home: string,
  conversations: Iterable<readonly Exchange[]>,
): Promise<readonly string[]> {
  const ids = createIdSource();
  const store = await openSqliteStore({ file: join(home, 'bakerst.db') });
  const { id: principal } = await store.ensurePrincipal({
    id: ids('principal'),
    kind: 'human',
    name: 'Owner',
    issuer: 'local',
    subject: 'owner',
  });
  const left = conversations[Symbol.iterator]();
  const made: string[] = [];
  const worker = async () => {
    for (let next = left.next(); !next.done; next = left.next()) {
      const seeding: Seeding = { store, ids, principal, conversation: ids('conversation') };
      made.push(seeding.conversation);
      for (const [n, exchange] of next.value.entries()) await seedTurn(seeding, exchange, n === 0);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  const waiting = store.readOutbox(1_000_000).at(-1);
  if (waiting) await store.ackOutbox(waiting.position);
  await store.close();
  return made;
}

interface Seeding {
  readonly store: Awaited<ReturnType<typeof openSqliteStore>>;
  readonly ids: ReturnType<typeof createIdSource>;
  readonly principal: string;
  readonly conversation: string;
}

async function seedTurn(seeding: Seeding, { said, answered }: Exchange, isFirst: boolean): Promise<void> {
  const { store, ids, principal, conversation } = seeding;
  const access: Access = { principal, scopes: new Set(['chat']), via: 'system', credential: 'test' };
  const { record, lease } = await store.acceptTurn({
    access,
    turn: ids('turn'),
    conversation,
    message: {
      ...common(seeding),
      type: 'message_received',
      message: ids('message'),
      author: principal,
      parts: [{ type: 'words', text: said }],
      label,
      options: {},
    },
    searchText: said,
    outbox: [],
    claimFor: { owner: 'test', leaseMs: 60_000 },
    ...(isFirst && { createConversation: { title: said.slice(0, 60), hidden: false } }),
  });
  if (!lease) throw new Error('A seeded conversation is idle between its turns.');
  const call = ids('modelCall');
  const [asked, ...rest] = answerSteps(seeding, call, answered);
  const append = { lease, outbox: [] };
  await store.appendSteps({
    ...append,
    expectedSeq: record.seq,
    steps: asked === undefined ? [] : [asked],
    hold: { call, scopes: [], micros: 0 },
    leaseAfter: 'keep',
  });
  await store.appendSteps({
    ...append,
    expectedSeq: record.seq + 1,
    steps: rest,
    settlement: { call, micros: 0 },
    leaseAfter: 'ended',
    searchText: answered,
  });
}

function answerSteps(seeding: Seeding, call: string, text: string): Step[] {
  const place = { call, attempt: 1, label };
  const asked = {
    role: 'agent' as const,
    model: 'test/m',
    holdMicros: 0,
    promptHash: '',
    toolsHash: '',
    estimatedInputTokens: 10,
  };
  const ended = {
    outcome: 'completed' as const,
    parts: [{ type: 'text' as const, text }],
    usage,
    usageSource: 'reported' as const,
    costMicros: 0,
    durationMs: 1,
  };
  return [
    { ...common(seeding), ...place, ...asked, type: 'model_started' },
    { ...common(seeding), ...place, ...ended, type: 'model_ended' },
    { ...common(seeding), type: 'turn_ended', status: 'completed' },
  ];
}

function common({ ids, principal }: Seeding) {
  const at = new Date().toISOString();
  return { v: 1 as const, id: ids('step'), at, actor: principal, onBehalfOf: principal };
}
