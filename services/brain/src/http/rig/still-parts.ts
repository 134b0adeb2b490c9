import type { Status, ToolServer } from '@bakerst/shared/api/system';
import { RuntimeConfig } from '@bakerst/shared/settings';
import { httpError } from '../errors.ts';
import type { ConfigurationService, ModelDirectory, ToolDirectory } from '../parts.ts';

/** Parts of other rooms that only have to be there: they answer the same thing always. */
export const MODELS: ModelDirectory = {
  list: async () => ({
    items: [
      {
        ref: 'demo/demo',
        contextWindow: 100_000,
        maxOutputTokens: 4_096,
        accepts: ['text'],
        tools: true,
        unmetered: true,
        provider: 'demo',
        state: 'ready',
        roles: ['agent'],
      },
    ],
    roles: {
      agent: ['demo/demo'],
      worker: ['demo/demo'],
      observer: ['demo/demo'],
      planner: ['demo/demo'],
      reflector: ['demo/demo'],
    },
  }),
  requireKnown: (ref) => {
    if (ref === 'demo/demo') return;
    throw httpError({
      code: 'not_found',
      message: `The model ${ref} is not known.`,
      remedy: 'Choose another.',
    });
  },
};

export const CONFIGURATION: ConfigurationService = {
  effective: () => ({ items: [], runtimeVersion: 0 }),
  runtime: () => ({ version: 0, value: RuntimeConfig.parse({}) }),
  history: () => [
    { id: 'cfg_1', version: 1, author: 'prn_1', at: '2026-01-01T00:00:00.000Z', value: { roles: {} } },
  ],
  replaceRuntime: async (_access, expectedVersion) => ({ version: expectedVersion + 1 }),
  putMcpServer: async () => ({ version: 1 }),
  deleteMcpServer: async () => ({ version: 2 }),
};

/** A server that fails, and says so in words of its own. */
const FAILING: ToolServer = {
  server: 'mail',
  transport: 'stdio',
  state: 'backing_off',
  lastError: 'in its own words',
  toolCount: 0,
  confinement: 'sandboxed',
  restarts: 3,
  since: '2026-01-01T00:00:00.000Z',
  origin: 'file',
};

export const TOOLS: ToolDirectory = {
  list: () => ({ items: [], servers: [FAILING] }),
  restartServer: async () => undefined,
};

export const STATUS: Status = {
  version: '0.0.0-test',
  startedAt: '2026-01-01T00:00:00.000Z',
  node: process.version,
  dataFolder: '/tmp',
  turns: { queued: 0, running: 0, parked: 0 },
  store: { ok: true, detail: 'ok', bytes: 1, schemaVersion: 1 },
  audit: { assurance: 'not tamper-evident', waiting: 0 },
  budget: { key: 'global', limitMicros: 1, spentMicros: 0, reservedMicros: 0, blocked: false },
  model: { ref: 'demo/demo', state: 'ready', demo: true },
  toolServers: [FAILING],
  sandbox: { available: false, detail: 'none' },
  warnings: [],
};
