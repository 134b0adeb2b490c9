import type { Status, ToolServer } from '@bakerst/shared/api/system';
import type { SandboxAvailability } from '@bakerst/shared/sandbox';
import type { Ground } from './ground.ts';
import type { PolicyKeeper } from './policy/policy-keeper.ts';
import { policyWarnings } from './policy/policy-warnings.ts';
import type { Models } from './start-models.ts';

export interface StatusParts {
  readonly ground: Ground;
  readonly models: Models;
  readonly policy: PolicyKeeper;
  readonly version: string;
  readonly startedAt: string;
  readonly toolServers: () => readonly ToolServer[];
  readonly sandbox: () => Promise<SandboxAvailability>;
}

type Warning = Status['warnings'][number];

/** One look at everything, for `bakerst status`, doctor and the console. */
export async function readStatus(parts: StatusParts): Promise<Status> {
  const { ground, models, version, startedAt } = parts;
  const { store, audit, relay, config } = ground;
  const [health, sandbox] = await Promise.all([store.health(), parts.sandbox()]);
  const waiting = store.outboxDepth();
  const [scope] = models.budget.scopes();
  const budget = { limitMicros: 0, ...store.readBudget(scope?.key ?? 'none'), ...scope };
  const toolServers = [...parts.toolServers()];
  const model = modelStatus(models);
  return {
    version,
    startedAt,
    node: process.version,
    dataFolder: config.home,
    turns: { ...store.countTurns() },
    store: { ...health },
    audit: {
      assurance: audit.assurance,
      waiting,
      ...(relay.lastError !== undefined && { lastError: relay.lastError }),
    },
    budget: {
      key: budget.key,
      limitMicros: budget.limitMicros,
      spentMicros: budget.spentMicros,
      reservedMicros: budget.reservedMicros,
      blocked: budget.blocked,
    },
    model,
    toolServers,
    sandbox: { ...sandbox },
    warnings: [
      ...policyWarnings(parts.policy),
      ...(model.demo ? [demoWarning()] : []),
      ...toolServers.filter((server) => server.confinement === 'unconfined').map(unconfinedWarning),
      ...(budget.blocked ? [blockedWarning(budget.key)] : []),
      ...(relay.lastError === undefined ? [] : [auditWarning(relay.lastError)]),
    ],
  };
}

function modelStatus({ router }: Models): Status['model'] {
  const [ref = 'none'] = router.chain('agent');
  const health = router.list().find(({ info }) => info.ref === ref)?.health;
  return {
    ref,
    state: health?.state ?? 'unknown',
    demo: ref === 'demo/demo',
    ...(health?.detail !== undefined && { detail: health.detail }),
  };
}

function demoWarning(): Warning {
  return {
    code: 'demo_model',
    message: 'No language model is connected: the demo model answers.',
    remedy: 'Set ANTHROPIC_API_KEY, OPENAI_API_KEY or OPENROUTER_API_KEY, or start Ollama, and restart.',
  };
}

function unconfinedWarning({ server }: ToolServer): Warning {
  return {
    code: 'unconfined_server',
    message: `The MCP server ${server} runs without a sandbox: it can do whatever this user can.`,
    remedy: `Remove "unconfined" from mcpServers.${server} in the configuration file and install bubblewrap.`,
  };
}

function blockedWarning(key: string): Warning {
  return {
    code: 'budget_blocked',
    message: `More was used under ${key} than its limit allows.`,
    remedy: 'Raise budget.monthlyLimitUsd, or wait for the next month.',
  };
}

function auditWarning(error: string): Warning {
  return {
    code: 'audit_unavailable',
    message: `The audit log does not take events, so tools with an effect do not run: ${error}`,
    remedy: 'Free disk space or mend the data folder; it goes on by itself.',
  };
}
