import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { subjects } from '@bakerst/shared/subjects';
import { buildAgent } from './build-agent.ts';
import { buildApp } from './build-app.ts';
import type { Closers } from './closers.ts';
import { type Ground, recordEvent } from './ground.ts';
import { listen } from './http/listen.ts';
import { createMetrics } from './http/metrics.ts';
import { ensureCliToken } from './identity/cli-token.ts';
import { issueLoginCode, loginLink } from './identity/login.ts';
import { ensureOwner } from './identity/owner.ts';
import type { RunningBrain, StartOptions } from './start-brain.ts';
import { startModels } from './start-models.ts';
import { startPolicy } from './start-policy.ts';
import { startPruning } from './start-pruning.ts';
import { startToolServers } from './start-tool-servers.ts';
import { TurnRunner } from './turn/turn-runner.ts';

const DRAIN_MS = 5_000;
/** How long the first turns wait for MCP servers to start. */
const TOOL_SERVERS_MS = 5_000;

/** Builds everything that stands on the ground and starts serving. What was opened is closed by the caller's closers. */
export async function serveBrain(
  ground: Ground,
  options: StartOptions,
  closers: Closers,
): Promise<RunningBrain> {
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
