import { createApprovalService } from './approvals/approval-service.ts';
import type { buildAgent } from './build-agent.ts';
import { createModelDirectory } from './configuration/model-directory.ts';
import type { Ground } from './ground.ts';
import { createApp } from './http/app.ts';
import type { Metrics } from './http/metrics.ts';
import type { PolicyKeeper } from './policy/policy-keeper.ts';
import { createPolicyService } from './policy/policy-service.ts';
import type { Models } from './start-models.ts';
import type { ToolServers } from './start-tool-servers.ts';
import { readStatus } from './status.ts';
import { createStopService } from './stops/stop-service.ts';
import { createToolDirectory } from './tools/tool-directory.ts';
import type { TurnRunner } from './turn/turn-runner.ts';
import { createTurnService } from './turn/turn-service.ts';

export interface AppPieces {
  readonly ground: Ground;
  readonly options: { readonly version: string; readonly consoleDir?: string };
  readonly models: Models;
  readonly policy: PolicyKeeper;
  readonly servers: ToolServers;
  readonly metrics: Metrics;
  readonly agent: Awaited<ReturnType<typeof buildAgent>>;
  readonly runner: TurnRunner;
}

/** The HTTP edge over everything that was started. */
export function buildApp(pieces: AppPieces): ReturnType<typeof createApp> {
  const { ground, options, models, policy, servers, metrics, agent, runner } = pieces;
  const { version, consoleDir } = options;
  const { registry, parts, configuration, board } = agent;
  const turns = createTurnService(parts, runner);
  const tools = createToolDirectory({ registry, servers: servers.states, restart: servers.restart });
  const startedAt = new Date(ground.now()).toISOString();
  return createApp({
    ...ground,
    settings: ground.config.settings,
    version,
    turns,
    approvals: createApprovalService({ ...ground, wake: () => runner.wake() }),
    stops: createStopService({ ...ground, board, turns, tools }),
    policy: createPolicyService({
      ...ground,
      keeper: policy,
      definitions: () => registry.definitions(),
      servers: () => [...configuration.mcpServers().keys()],
    }),
    models: createModelDirectory(models.router, () => models.tables.references()),
    configuration,
    tools,
    metrics,
    status: () =>
      readStatus({
        ground,
        models,
        policy,
        version,
        startedAt,
        toolServers: servers.states,
        sandbox: servers.sandbox,
      }),
    notReady: () => (runner.stopping ? ['The brain is stopping.'] : []),
    ...(consoleDir !== undefined && { consoleDir }),
  });
}
