import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalBusHub } from '@bakerst/bus/local-bus';
import type { AuditEvent } from '@bakerst/shared/audit';
import { ALL_SCOPES, type Scope } from '@bakerst/shared/identity';
import { createIdSource } from '@bakerst/shared/ids';
import { BootSettings } from '@bakerst/shared/settings';
import { openSqliteStore } from '@bakerst/store/open-sqlite-store';
import { pino } from 'pino';
import { createApprovalService } from '../../approvals/approval-service.ts';
import { issueLoginCode } from '../../identity/login.ts';
import { ensureOwner } from '../../identity/owner.ts';
import { hashSecret, makeSecret } from '../../identity/secret.ts';
import { PolicyKeeper } from '../../policy/policy-keeper.ts';
import { createPolicyService } from '../../policy/policy-service.ts';
import { StopBoard } from '../../stops/stop-board.ts';
import { createStopService } from '../../stops/stop-service.ts';
import { createApp } from '../app.ts';
import { type Listening, listen } from '../listen.ts';
import { createMetrics } from '../metrics.ts';
import type { AppParts } from '../parts.ts';
import { checkContract } from './check-contract.ts';
import { ScriptedTurns, type TurnScript } from './scripted-turns.ts';
import { CONFIGURATION, MODELS, STATUS, TOOLS } from './still-parts.ts';

export interface RigOptions {
  readonly settings?: unknown;
  readonly script?: TurnScript;
  readonly consoleDir?: string;
  readonly notReady?: readonly string[];
}

export interface RigRequest {
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
  readonly body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
}

/** Says "Hello, world." in two pieces and ends. */
export const HELLO: TurnScript = async (turn) => {
  await turn.begin();
  turn.say('Hello, ');
  turn.say('world.');
  await turn.answer('Hello, world.');
  await turn.end('completed');
};

/** The edge over a real store and bus, for tests; every answer is held against its route's own schema. */
export class EdgeRig {
  readonly parts: AppParts;
  readonly turns: ScriptedTurns;
  readonly owner: string;
  /** Everything that was logged, one JSON line each. */
  readonly logged: string[];
  readonly app: ReturnType<typeof createApp>;
  readonly #clock: { skew: number };
  readonly #folder: string;
  readonly #keeper: PolicyKeeper;
  readonly #open: Listening[] = [];

  constructor(made: {
    readonly parts: AppParts;
    readonly turns: ScriptedTurns;
    readonly keeper: PolicyKeeper;
    readonly owner: string;
    readonly logged: string[];
    readonly clock: { skew: number };
    readonly folder: string;
  }) {
    this.parts = made.parts;
    this.turns = made.turns;
    this.owner = made.owner;
    this.logged = made.logged;
    this.#clock = made.clock;
    this.#folder = made.folder;
    this.#keeper = made.keeper;
    this.app = createApp(made.parts);
  }

  advance(ms: number): void {
    this.#clock.skew += ms;
  }

  async token(scopes: readonly Scope[] = ALL_SCOPES, principal = this.owner): Promise<string> {
    const { ids, now, store } = this.parts;
    const secret = makeSecret('token');
    const createdAt = new Date(now()).toISOString();
    const record = { id: ids('token'), kind: 'token' as const, principal, name: 'test', scopes, createdAt };
    await store.createCredential(record, hashSecret(secret), []);
    return secret;
  }

  /** A token of somebody else, with every scope. */
  async stranger(): Promise<string> {
    const { ids, store } = this.parts;
    const id = ids('principal');
    const input = { id, kind: 'human' as const, name: 'Stranger', issuer: 'test', subject: 'stranger' };
    return this.token(ALL_SCOPES, (await store.ensurePrincipal(input)).id);
  }

  loginCode(): Promise<string> {
    return issueLoginCode(this.parts, this.owner);
  }

  async request(method: string, path: string, request: RigRequest = {}): Promise<Response> {
    const response = await this.app.request(`http://localhost:4221${path}`, requestInit(method, request));
    await checkContract(method, path, response);
    return response;
  }

  async listen(): Promise<Listening> {
    const listening = await listen({ app: this.app, host: '127.0.0.1', port: 0 });
    this.#open.push(listening);
    return listening;
  }

  audited(): AuditEvent[] {
    return this.parts.store.readOutbox(10_000).map(({ event }) => event);
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((listening) => listening.close(2_000)));
    await this.turns.settled();
    await this.#keeper.close();
    await this.parts.bus.close();
    await this.parts.store.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export async function startRig(options: RigOptions = {}): Promise<EdgeRig> {
  const folder = mkdtempSync(join(tmpdir(), 'bakerst-edge-'));
  const clock = { skew: 0 };
  const now = (): number => Date.now() + clock.skew;
  const store = await openSqliteStore({ file: join(folder, 'store.db'), now });
  const bus = new LocalBusHub((error) => assert.fail(String(error))).connect('brain');
  const ids = createIdSource(now);
  const logged: string[] = [];
  const turns = new ScriptedTurns({ store, bus, ids, now }, options.script ?? HELLO);
  const auditEvent: AppParts['auditEvent'] = (event) => ({
    v: 1,
    id: ids('auditEvent'),
    at: new Date(now()).toISOString(),
    ...event,
  });
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const guarding = { store, bus, ids, now, log, auditEvent, turns, tools: TOOLS };
  const keeper = new PolicyKeeper({
    place: { file: join(folder, 'policy.yaml'), named: false, builtIn: 'version: 1\n' },
    store,
    now,
    instance: ids('brain'),
    auditEvent,
    wakeRelay: () => undefined,
    warn: (message) => log.warn(message),
    fail: (error) => assert.fail(String(error)),
    onChange: () => undefined,
  });
  const parts: AppParts = {
    settings: BootSettings.parse(options.settings ?? {}),
    version: '0.0.0-test',
    ids,
    now,
    log,
    store,
    bus,
    turns,
    approvals: createApprovalService({ ...guarding, wake: () => undefined }),
    stops: createStopService({ ...guarding, board: new StopBoard(store, ids('brain')) }),
    policy: createPolicyService({ keeper, store, auditEvent, definitions: () => [], servers: () => [] }),
    models: MODELS,
    configuration: CONFIGURATION,
    tools: TOOLS,
    metrics: createMetrics(),
    status: async () => STATUS,
    notReady: () => options.notReady ?? [],
    auditEvent,
    ...(options.consoleDir === undefined ? {} : { consoleDir: options.consoleDir }),
  };
  const owner = (await ensureOwner(parts)).id;
  return new EdgeRig({ parts, turns, keeper, owner, logged, clock, folder });
}

function requestInit(method: string, request: RigRequest): RequestInit {
  const headers = new Headers(request.headers);
  if (request.token !== undefined) headers.set('authorization', `Bearer ${request.token}`);
  if (request.json !== undefined && !headers.has('content-type'))
    headers.set('content-type', 'application/json');
  const body = request.json === undefined ? request.body : JSON.stringify(request.json);
  const duplex = body instanceof ReadableStream ? { duplex: 'half' as const } : {};
  return { method, headers, ...(body === undefined ? {} : { body }), ...duplex };
}
