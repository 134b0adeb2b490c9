import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { subjects } from '@bakerst/shared/subjects';
import { buildAgent } from './build-agent.ts';
import { buildApp } from './build-app.ts';
import { Closers } from './closers.ts';
import type { LoadedConfig } from './config.ts';
import { type Ground, openGround, recordEvent } from './ground.ts';
import { listen } from './http/listen.ts';
import { createMetrics } from './http/metrics.ts';
import { ensureCliToken } from './identity/cli-token.ts';
import { issueLoginCode, loginLink } from './identity/login.ts';
import { ensureOwner } from './identity/owner.ts';
import { startModels } from './start-models.ts';
import { startPolicy } from './start-policy.ts';
import { startPruning } from './start-pruning.ts';
import { startToolServers } from './start-tool-servers.ts';
import { TurnRunner } from './turn/turn-runner.ts';

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
  const policy = startPolicy(ground, owner.id, closers);
  const metrics = createMetrics();
  const agent = await buildAgent(ground, {
    models,
    policy,
    servers,
    metrics,
    version: options.version,
  });
  const { parts, configuration } = agent;
  const runner = new TurnRunner(parts);
  closers.add('turns', () => runner.drain(DRAIN_MS));
  const app = buildApp({ ground, options, models, policy, servers, metrics, agent, runner });
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

/** Tells the CLI where this brain is; removed when it stops. */
async function announce(ground: Ground, url: string, closers: Closers): Promise<void> {
  const file = join(ground.config.home, 'brain.json');
  await writeFile(file, `${JSON.stringify({ url, pid: process.pid })}\n`, { mode: 0o600 });
  await chmod(file, 0o600);
  closers.add('address file', () => rm(file, { force: true }));
}
