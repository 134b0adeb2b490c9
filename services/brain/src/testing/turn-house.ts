import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { digestOf } from '@bakerst/agent/call-digest';
import { UnifiedToolRegistry } from '@bakerst/agent/unified-tool-registry';
import { createArgumentValidator } from '@bakerst/agent/validate-arguments';
import { openFileAuditLog } from '@bakerst/audit-storage/file-audit-log';
import { LocalBusHub } from '@bakerst/bus/local-bus';
import { createPolicyGuard } from '@bakerst/guard/policy-guard';
import { createModelRouter } from '@bakerst/models/create-model-router';
import { createBudget } from '@bakerst/models/monthly-budget';
import type { Approval } from '@bakerst/shared/api/conversations';
import type { DecideApprovalRequest } from '@bakerst/shared/api/guard';
import type { AuditEvent, AuditLog } from '@bakerst/shared/audit';
import type { Guard } from '@bakerst/shared/guard';
import { type Access, ALL_SCOPES } from '@bakerst/shared/identity';
import { createIdSource, type IdSource } from '@bakerst/shared/ids';
import type { ModelInfo } from '@bakerst/shared/models';
import { Policy } from '@bakerst/shared/policy';
import { BootSettings } from '@bakerst/shared/settings';
import type { Store } from '@bakerst/shared/store';
import type { CredentialRecord } from '@bakerst/shared/store/system-store';
import type { ToolSource } from '@bakerst/shared/tools';
import { openSqliteStore } from '@bakerst/store/open-sqlite-store';
import { pino } from 'pino';
import type { z } from 'zod';
import { createApprovalService } from '../approvals/approval-service.ts';
import type { TurnService } from '../http/parts.ts';
import { createGuardFacts } from '../stops/guard-facts.ts';
import { StopBoard } from '../stops/stop-board.ts';
import { createStopService } from '../stops/stop-service.ts';
import { createCoreTools } from '../tools/core-tools.ts';
import { createResultInspector } from '../tools/result-inspector.ts';
import { createToolDirectory } from '../tools/tool-directory.ts';
import { KeptContents } from '../turn/kept-contents.ts';
import { LiveTurns } from '../turn/live-turns.ts';
import { OutboxRelay } from '../turn/outbox-relay.ts';
import type { TurnParts } from '../turn/turn-parts.ts';
import { TurnRunner } from '../turn/turn-runner.ts';
import { createTurnService } from '../turn/turn-service.ts';
import { PLANNER, ScriptedProvider } from './scripted-provider.ts';

export interface HouseOptions {
  readonly folder?: string;
  /** The policy, as its file would say it; without one nothing is accepted but the house's own tools. */
  readonly policy?: z.input<typeof Policy>;
  readonly guard?: Guard;
  readonly sources?: readonly ToolSource[];
  readonly model?: Partial<ModelInfo>;
  readonly limitUsd?: number;
  readonly limits?: Partial<BootSettings['limits']>;
  /** A fallback after the first model. */
  readonly backup?: ScriptedProvider;
  readonly audit?: AuditLog;
  /** Secrets that this process has read. */
  readonly secrets?: readonly string[];
  /** The brain's clock, epoch milliseconds; the store has its own. */
  readonly now?: () => number;
  /** False: turns wait until the test calls `runner.start()`. */
  readonly autoStart?: boolean;
}

/** The turn with everything real around it but the network: store, audit file, bus, guard, registry, router. */
export async function openHouse(t: TestContext, options: HouseOptions = {}) {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'bakerst-turn-')));
  const settings = BootSettings.parse({});
  const store = await openSqliteStore({ file: join(folder, 'bakerst.db') });
  const audit =
    options.audit ??
    (await openFileAuditLog({ file: join(folder, 'audit.jsonl'), now: () => new Date().toISOString() }));
  const ids = createIdSource();
  const board = new StopBoard(store, ids('brain'));
  const provider = new ScriptedProvider('fake');
  const backup = options.backup ?? new ScriptedProvider('backup');
  const parts = buildParts({ store, audit, provider, backup, ids, board }, options, settings);
  const runner = new TurnRunner(parts);
  await store.releaseLeasesExcept([]);
  if (options.autoStart ?? true) runner.start();
  const owner = await store.ensurePrincipal({
    id: parts.ids('principal'),
    kind: 'human',
    name: 'Owner',
    issuer: 'local',
    subject: 'owner',
  });
  const access: Access = {
    principal: owner.id,
    scopes: new Set(ALL_SCOPES),
    via: 'session',
    credential: 'ses_1',
  };
  let open = true;
  const close = async (graceMs = 2_000) => {
    if (!open) return;
    open = false;
    await runner.drain(graceMs);
    await parts.relay.close();
    await store.close();
    await audit.close();
  };
  t.after(async () => {
    await close();
    await rm(folder, { recursive: true, force: true });
  });
  const turns = createTurnService(parts, runner);
  const guarding = { ...parts, auditEvent: (event: Unmade) => makeEvent(parts, event) };
  const approvals = createApprovalService({ ...guarding, wake: () => runner.wake() });
  const tools = createToolDirectory({
    registry: parts.registry,
    servers: () => [],
    restart: async () => undefined,
  });
  const stops = createStopService({ ...guarding, board, turns, tools });
  const services = { turns, approvals, stops };
  const house = { folder, store, audit, provider, backup, parts, runner, ...services, access, close };
  return {
    ...house,
    /** Sends words and resolves with the turn's steps once it has ended or parked. */
    async say(text: string, conversation?: string) {
      const accepted = await turns.accept({
        access,
        parts: [{ type: 'words', text }],
        ...(conversation !== undefined && { conversation }),
      });
      return settledTurn(house, accepted.record.id, accepted.record.conversation);
    },
    settled: (turn: string, conversation: string) => settledTurn(house, turn, conversation),
    /** Reads the card and decides on what it shows, but for what differs. */
    decide(approval: Pick<Approval, 'id'>, change: Partial<DecideApprovalRequest> = {}) {
      const { nonce, digest } = approvals.read(access, approval.id);
      const credential = credentialOf(access, parts);
      const decision = { decision: 'approved', digest, nonce, ...change } as const;
      return approvals.decide({ access, credential }, approval.id, decision);
    },
  };
}

export type House = Awaited<ReturnType<typeof openHouse>>;

async function settledTurn(
  house: { readonly turns: TurnService; readonly access: Access; readonly store: Store },
  turn: string,
  conversation: string,
) {
  const record = await house.turns.wait(house.access, turn, {
    timeoutMs: 10_000,
    signal: new AbortController().signal,
  });
  const steps = house.store.readSteps(house.access, turn).map(({ step }) => step);
  return { turn, conversation, record, steps, types: steps.map((step) => step.type) };
}

/** A session that was opened just now. */
function credentialOf({ principal, credential, scopes }: Access, { now }: TurnParts): CredentialRecord {
  const createdAt = new Date(now()).toISOString();
  return { id: credential, kind: 'session', principal, name: 'test', scopes: [...scopes], createdAt };
}

type Unmade = Omit<AuditEvent, 'v' | 'id' | 'at'>;

function makeEvent({ ids, now }: TurnParts, event: Unmade): AuditEvent {
  return { v: 1, id: ids('auditEvent'), at: new Date(now()).toISOString(), ...event };
}

interface Built {
  readonly store: Store;
  readonly ids: IdSource;
  readonly board: StopBoard;
  readonly audit: AuditLog;
  readonly provider: ScriptedProvider;
  readonly backup: ScriptedProvider;
}

function buildParts(
  { store, audit, provider, backup, ids, board }: Built,
  options: HouseOptions,
  settings: BootSettings,
): TurnParts {
  const log = pino({ level: 'silent' });
  const core = createCoreTools({ store, now: Date.now, version: 'test', maxResultBytes: 10_000 });
  const info = (ref: string): ModelInfo => ({
    ref,
    contextWindow: 100_000,
    maxOutputTokens: 4_000,
    accepts: ['text'],
    tools: true,
    unmetered: false,
    price: { input: 1_000_000, output: 5_000_000, cacheRead: 100_000, cacheWrite: 1_250_000, source: 'test' },
    ...options.model,
  });
  const known = new Map([
    ['fake/m', info('fake/m')],
    ['backup/m', info('backup/m')],
  ]);
  const router = createModelRouter({
    catalog: {
      find: (ref) => known.get(ref),
      list: () => [...known.values()],
      names: () => [...known.keys()],
    },
    roles: { agent: options.backup ? ['fake/m', 'backup/m'] : ['fake/m'] },
    providers: new Map([
      ['fake', provider],
      ['backup', backup],
    ]),
    now: Date.now,
    // No backoff in tests: full jitter of nothing.
    random: () => 0,
  });
  const text = 'You are Baker.';
  const prompts = {
    text,
    brain: [text],
    worker: [],
    observer: 'Summarise.',
    planner: PLANNER,
    hash: digestOf(text),
  };
  return {
    store,
    relay: new OutboxRelay({ store, audit, log, gatherMs: 1 }),
    bus: new LocalBusHub((error) => assertNever(error)).connect('brain'),
    budget: createBudget({ limitMicros: (options.limitUsd ?? 10) * 1_000_000, now: Date.now }),
    router,
    registry: registryOf([core, ...(options.sources ?? [])], options),
    prompts: () => prompts,
    live: new LiveTurns(),
    contents: new KeptContents(store),
    stops: board,
    guardFacts: createGuardFacts(store, board, options.now ?? Date.now),
    ids,
    now: options.now ?? Date.now,
    log,
    limits: { ...settings.limits, ...options.limits },
    instance: board.instance,
    onMetric: () => undefined,
  };
}

const NO_PATTERNS: Policy['redaction']['patterns'] = [];

function registryOf(sources: readonly ToolSource[], options: HouseOptions): UnifiedToolRegistry {
  const { guard, policy, secrets = [] } = options;
  return new UnifiedToolRegistry({
    sources: () => sources,
    guard: guard ?? guardOf(policy ?? { version: 1 }),
    validator: createArgumentValidator(),
    inspector: createResultInspector({
      knownValues: () => secrets,
      knownNames: () => [],
      patterns: () => NO_PATTERNS,
      detect: () => [],
      clock: () => performance.now(),
    }),
    clock: () => performance.now(),
  });
}

/** A guard under a policy that is written as an object. */
export function guardOf(policy: z.input<typeof Policy>): Guard {
  return createPolicyGuard({ policy: Policy.parse(policy), text: JSON.stringify(policy) });
}

function assertNever(error: unknown): never {
  throw error;
}
