import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ResultInspector } from '@bakerst/agent/inspect-result';
import { UnifiedToolRegistry } from '@bakerst/agent/unified-tool-registry';
import { createArgumentValidator } from '@bakerst/agent/validate-arguments';
import { inspectAll } from '@bakerst/guard/detector';
import { createHeuristicDetector } from '@bakerst/guard/detector/heuristics';
import { createConfigurationService } from './configuration/configuration-service.ts';
import type { Ground } from './ground.ts';
import type { Metrics } from './http/metrics.ts';
import type { PolicyKeeper } from './policy/policy-keeper.ts';
import { policyFile } from './policy/policy-place.ts';
import { createPromptSource } from './prompts/prompt-source.ts';
import { secretNames } from './secrets/secret-names.ts';
import type { Models } from './start-models.ts';
import type { ToolServers } from './start-tool-servers.ts';
import { createGuardFacts } from './stops/guard-facts.ts';
import { StopBoard } from './stops/stop-board.ts';
import { createCoreTools } from './tools/core-tools.ts';
import { createResultInspector } from './tools/result-inspector.ts';
import { KeptContents } from './turn/kept-contents.ts';
import { LiveTurns } from './turn/live-turns.ts';
import type { TurnParts } from './turn/turn-parts.ts';

const PROMPT_FOLDER = fileURLToPath(new URL('../../../operating_system', import.meta.url));

interface AgentPieces {
  readonly models: Models;
  readonly policy: PolicyKeeper;
  readonly servers: ToolServers;
  readonly metrics: Metrics;
  readonly version: string;
}

/** The agent with its tools, under the policy in force. */
export async function buildAgent(ground: Ground, { models, policy, servers, metrics, version }: AgentPieces) {
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
    protectedFolders: [config.home, dirname(config.configFile), policyFile(config)],
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
    guard: policy.guard,
    validator: createArgumentValidator(),
    inspector: inspectorOf(ground, models, policy),
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

function inspectorOf({ config }: Ground, { register }: Models, policy: PolicyKeeper): ResultInspector {
  const named = secretNames(config.settings);
  const detectors = [createHeuristicDetector()];
  return createResultInspector({
    knownValues: () => register.values(),
    knownNames: () => [...new Set([...named, ...register.names()])],
    patterns: () => policy.inForce.policy.redaction.patterns,
    detect: (text) => (policy.inForce.policy.detector ? inspectAll(detectors, text) : []),
    clock: () => performance.now(),
  });
}
