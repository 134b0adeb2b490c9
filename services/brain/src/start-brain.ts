import { chmod, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UnifiedToolRegistry } from '@bakerst/agent/unified-tool-registry';
import { createArgumentValidator } from '@bakerst/agent/validate-arguments';
import { createListedToolsGuard } from '@bakerst/guard/listed-tools-guard';
import { subjects } from '@bakerst/shared/subjects';
import { createApprovalService } from './approvals/approval-service.ts';
import { Closers } from './closers.ts';
import type { LoadedConfig } from './config.ts';
import { createConfigurationService } from './configuration/configuration-service.ts';
import { createModelDirectory } from './configuration/model-directory.ts';
import { type Ground, openGround, recordEvent } from './ground.ts';
import { createApp } from './http/app.ts';
import { listen } from './http/listen.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { ensureCliToken } from './identity/cli-token.ts';
import { issueLoginCode, loginLink } from './identity/login.ts';
import { ensureOwner } from './identity/owner.ts';
import { createPromptSource } from './prompts/prompt-source.ts';
import { type Models, startModels } from './start-models.ts';
import { startPruning } from './start-pruning.ts';
import { startToolServers, type ToolServers } from './start-tool-servers.ts';
import { readStatus } from './status.ts';
import { createGuardFacts } from './stops/guard-facts.ts';
import { StopBoard } from './stops/stop-board.ts';
import { createStopService } from './stops/stop-service.ts';
import { createCoreTools } from './tools/core-tools.ts';
import { createToolDirectory } from './tools/tool-directory.ts';
import { KeptContents } from './turn/kept-contents.ts';
import { LiveTurns } from './turn/live-turns.ts';
import type { TurnParts } from './turn/turn-parts.ts';
import { TurnRunner } from './turn/turn-runner.ts';
import { createTurnService } from './turn/turn-service.ts';

export interface StartOptions {
  readonly config: LoadedConfig;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** One line for the person at the terminal. */
  readonly show: (line: string) => void;
  /** Folder of the built console. */
  readonly consoleDir?: string;
  /** How fast the demo model writes; 0 in tests. */
  readonly demoDelayMs?: number;
}

export interface RunningBrain {
  readonly url: string;
  /** The model that answers, as `<provider>/<model>`. */
  readonly model: string;
  /** A link that opens the console logged in, once, within 15 minutes. */
  loginLink(): Promise<string>;
  /** Lets running turns end for a moment, gives the rest back, and closes everything. */
  stop(): Promise<void>;
}

const DRAIN_MS = 5_000;
/** How long the first turns wait for MCP servers to start. */
const TOOL_SERVERS_MS = 5_000;
const PROMPT_FOLDER = fileURLToPath(new URL('../../../operating_system', import.meta.url));

/** Builds the brain and starts serving. Where that fails, everything opened so far is closed again. */
export async function startBrain(options: StartOptions): Promise<RunningBrain> {
  const closers = new Closers();
  let ground: Ground | undefined;
  try {
    ground = await openGround(options, closers);
    return await start(ground, options, closers);
  } catch (error) {
    if (ground) await closers.closeAll(ground.log);
    throw error;
  }
}

async function start(ground: Ground, options: StartOptions, closers: Closers): Promise<RunningBrain> {
  const { log, store, instance, relay } = ground;
  const models = startModels(ground, options, closers);
  const owner = await ensureOwner(ground);
  const servers = startToolServers(ground, {
    version: options.version,
    secrets: models.secrets,
    searchPath: options.env.PATH ?? '/usr/bin:/bin',
    onChange: () => tellToolsChanged(ground, owner.id),
    closers,
  });
  const metrics = createMetrics();
  const { registry, parts, configuration, board } = await buildAgent(ground, {
    models,
    servers,
    metrics,
    version: options.version,
  });
  const runner = new TurnRunner(parts);
  const turns = createTurnService(parts, runner);
  const tools = createToolDirectory({ registry, servers: servers.states, restart: servers.restart });
  closers.add('turns', () => runner.drain(DRAIN_MS));
  const startedAt = new Date(ground.now()).toISOString();
  const app = createApp({
    settings: ground.config.settings,
    version: options.version,
    ids: ground.ids,
    now: ground.now,
    log,
    store,
    bus: ground.bus,
    turns,
    approvals: createApprovalService({ ...ground, wake: () => runner.wake() }),
    stops: createStopService({ ...ground, board, turns, tools }),
    models: createModelDirectory(models.router, () => models.tables.references()),
    configuration,
    tools,
    metrics,
    status: () =>
      readStatus({
        ground,
        models,
        version: options.version,
        startedAt,
        toolServers: servers.states,
        sandbox: servers.sandbox,
      }),
    notReady: () => (runner.stopping ? ['The brain is stopping.'] : []),
    auditEvent: ground.auditEvent,
    ...(options.consoleDir !== undefined && { consoleDir: options.consoleDir }),
  });
  await ensureCliToken(ground, owner.id, ground.config.home);
  await store.releaseLeasesExcept([instance]);
  const listening = await listen({ app, ...ground.config.settings.server });
  closers.add('server', () => listening.close());
  await announce(ground, listening.url, closers);
  await recordEvent(ground, 'system.started', { version: options.version });
  servers.apply(configuration.mcpServers());
  // Turns that a former run left would meet a house without its tools.
  void servers.settled(TOOL_SERVERS_MS).then(() => runner.start());
  models.watch(() => configuration.refreshModels());
  startPruning(ground, closers);
  return {
    url: listening.url,
    get model() {
      return models.router.chain('agent')[0] ?? 'none';
    },
    loginLink: async () => loginLink(listening.url, await issueLoginCode(ground, owner.id)),
    stop: async () => {
      await recordEvent(ground, 'system.stopped', {}).catch(() => relay.wake());
      await closers.closeAll(log);
    },
  };
}

function tellToolsChanged({ bus }: Ground, owner: string): void {
  bus.publish(subjects.changes(owner), { type: 'changed', what: 'tools', id: 'servers' });
}

interface AgentPieces {
  readonly models: Models;
  readonly servers: ToolServers;
  readonly metrics: Metrics;
  readonly version: string;
}

async function buildAgent(ground: Ground, { models, servers, metrics, version }: AgentPieces) {
  const { config, store, bus, log, ids, now } = ground;
  const { settings } = config;
  const prompts = await createPromptSource(
    settings.agent.operatingSystem ?? PROMPT_FOLDER,
    settings.agent.name,
  );
  const configuration = createConfigurationService({
    loaded: config,
    store,
    tables: models.tables,
    router: models.router,
    ids,
    now,
    auditEvent: ground.auditEvent,
    protectedFolders: [config.home, dirname(config.configFile)],
    applyMcpServers: (wanted) => {
      servers.apply(wanted);
      ground.relay.wake();
      prompts
        .rename(configuration.agentName())
        .catch((error: unknown) => log.error({ err: error }, 'The prompts keep the former name.'));
    },
    warn: (message) => log.warn(message),
  });
  await prompts.rename(configuration.agentName());
  const core = createCoreTools({
    store,
    now,
    version,
    maxResultBytes: settings.limits.toolResultBytes,
  });
  const registry = new UnifiedToolRegistry({
    sources: () => [core, ...servers.sources()],
    guard: createListedToolsGuard({ allow: settings.tools.allow }),
    validator: createArgumentValidator(),
    clock: () => performance.now(),
  });
  const board = new StopBoard(store, ground.instance);
  const parts: TurnParts = {
    store,
    bus,
    relay: ground.relay,
    budget: models.budget,
    router: models.router,
    registry,
    prompts: () => prompts.current(),
    live: new LiveTurns(),
    contents: new KeptContents(store),
    stops: board,
    guardFacts: createGuardFacts(store, board, now),
    ids,
    now,
    log,
    limits: settings.limits,
    instance: ground.instance,
    onMetric: (metric) => metrics.turn(metric),
  };
  return { registry, parts, configuration, board };
}

/** Tells the CLI where this brain is; removed when it stops. */
async function announce(ground: Ground, url: string, closers: Closers): Promise<void> {
  const file = join(ground.config.home, 'brain.json');
  await writeFile(file, `${JSON.stringify({ url, pid: process.pid })}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  closers.add('address file', () => rm(file, { force: true }));
}
