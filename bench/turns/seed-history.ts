import { join } from 'node:path';
import type { Access } from '@bakerst/shared/identity';
import { createIdSource } from '@bakerst/shared/ids';
import type { Step } from '@bakerst/shared/steps';
import { openSqliteStore } from '@bakerst/store/open-sqlite-store';

const TURNS_A_CONVERSATION = 20;
const SIDE_BY_SIDE = 64;
const label = { integrity: 'trusted', confidentiality: 'internal' } as const;
const usage = { inputTokens: 10, outputTokens: 10, cacheReadTokens: 0, cacheWriteTokens: 0 };

/** Fills a stopped brain's database through the store's own units: `messages` old messages, half of them answers. */
export async function seedHistory(home: string, messages: number): Promise<void> {
  const ids = createIdSource();
  const store = await openSqliteStore({ file: join(home, 'bakerst.db') });
  const owner = await store.ensurePrincipal({
    id: ids('principal'),
    kind: 'human',
    name: 'Owner',
    issuer: 'local',
    subject: 'owner',
  });
  const access: Access = {
    principal: owner.id,
    scopes: new Set(['chat']),
    via: 'system',
    credential: 'bench',
  };
  let left = Math.ceil(messages / 2 / TURNS_A_CONVERSATION);
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await seedConversation({ store, ids, access });
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  const waiting = store.readOutbox(1_000_000).at(-1);
  if (waiting) await store.ackOutbox(waiting.position);
  await store.close();
}

interface Seeding {
  readonly store: Awaited<ReturnType<typeof openSqliteStore>>;
  readonly ids: ReturnType<typeof createIdSource>;
  readonly access: Access;
}

async function seedConversation(seeding: Seeding): Promise<void> {
  const conversation = seeding.ids('conversation');
  for (let n = 0; n < TURNS_A_CONVERSATION; n += 1) await seedTurn(seeding, conversation, n);
}

async function seedTurn({ store, ids, access }: Seeding, conversation: string, n: number): Promise<void> {
  const common = {
    v: 1 as const,
    at: new Date().toISOString(),
    actor: access.principal,
    onBehalfOf: access.principal,
  };
  const text = `Question ${n} about ${Math.random().toString(36)} and the weather in London`;
  const parts = [{ type: 'words' as const, text }];
  const received = {
    ...common,
    type: 'message_received' as const,
    id: ids('step'),
    message: ids('message'),
    author: access.principal,
  };
  const { record, lease } = await store.acceptTurn({
    access,
    turn: ids('turn'),
    conversation,
    message: { ...received, parts, label, options: {} },
    searchText: text,
    outbox: [],
    claimFor: { owner: 'bench', leaseMs: 60_000 },
    ...(n === 0 && { createConversation: { title: text.slice(0, 60), hidden: false } }),
  });
  if (!lease) throw new Error('A seeded conversation is idle between its turns.');
  const call = ids('modelCall');
  const answer = `Answer ${n}: it depends.`;
  const place = { call, attempt: 1, label };
  const started = {
    ...place,
    role: 'agent' as const,
    model: 'bench/model',
    holdMicros: 0,
    promptHash: '',
    toolsHash: '',
    estimatedInputTokens: 10,
  };
  const ended = {
    ...place,
    outcome: 'completed' as const,
    parts: [{ type: 'text' as const, text: answer }],
    usage,
    usageSource: 'reported' as const,
  };
  const begun: Step[] = [{ ...common, ...started, type: 'model_started', id: ids('step') }];
  const hold = { call, scopes: [], micros: 0 };
  await store.appendSteps({
    lease,
    expectedSeq: record.seq,
    steps: begun,
    outbox: [],
    hold,
    leaseAfter: 'keep',
  });
  const steps: Step[] = [
    { ...common, ...ended, type: 'model_ended', id: ids('step'), costMicros: 0, durationMs: 1 },
    { ...common, type: 'turn_ended', id: ids('step'), status: 'completed' },
  ];
  const settlement = { call, micros: 0 };
  const append = { lease, expectedSeq: record.seq + 1, outbox: [], leaseAfter: 'ended' as const };
  await store.appendSteps({ ...append, steps, settlement, searchText: answer });
}
