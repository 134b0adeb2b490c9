import { isDeepStrictEqual } from 'node:util';
import type { SandboxLauncher } from '@bakerst/shared/sandbox';
import type { McpServer } from '@bakerst/shared/settings';
import type { ToolSource, ToolSourceState } from '@bakerst/shared/tools';
import { type BackoffOptions, DEFAULT_BACKOFF } from './backoff.ts';
import { createSystemClock, type McpClock } from './clock.ts';
import type { EgressRules } from './egress-rules.ts';
import { mcpError } from './errors.ts';
import { forbiddenLauncher } from './forbidden-launcher.ts';
import { createGuardedFetch } from './guarded-fetch.ts';
import { DEFAULT_MCP_LIMITS, type McpLimits } from './limits.ts';
import { McpToolSource } from './mcp-tool-source.ts';
import type { ResolveSecret } from './resolve-secrets.ts';

/** Where a server was configured. Only the configuration file may loosen anything. */
export interface ConfiguredMcpServer {
  readonly settings: McpServer;
  readonly origin: 'file' | 'runtime';
}

export interface McpServersOptions {
  /** Version of the product, told to servers. */
  readonly version: string;
  /** Every stdio server starts through this one ... */
  readonly confined: SandboxLauncher;
  /** ... unless the configuration file says `unconfined: true`. */
  readonly unconfined: SandboxLauncher;
  /** Reads `env:NAME` and `file:/path` at the time of use. */
  readonly resolveSecret: ResolveSecret;
  /** Bytes of one result the registry keeps. */
  readonly maxResultBytes: number;
  /** Tools or states changed. Must not throw. */
  readonly onChange: () => void;
  readonly clock?: McpClock;
  /** For servers of the configuration file, which may be anywhere. */
  readonly fetch?: typeof fetch;
  /** What servers of the runtime configuration may reach; default: public addresses only. */
  readonly egress?: EgressRules;
  /** `PATH` in which a bare command is looked for, so that a pin holds the program's hash. */
  readonly searchPath?: string;
  readonly limits?: Partial<McpLimits>;
  readonly backoff?: Partial<BackoffOptions>;
  /** How long a server may take to end. */
  readonly graceMs?: number;
  readonly healthIntervalMs?: number;
}

/** All MCP servers of the brain. */
export interface McpServers {
  /** Starts what is new, stops what is gone, restarts what changed, leaves the rest alone. Resolves when done. */
  apply(servers: Readonly<Record<string, ConfiguredMcpServer>>): Promise<void>;
  sources(): readonly ToolSource[];
  states(): readonly (ToolSourceState & { readonly origin: ConfiguredMcpServer['origin'] })[];
  /** Rejects with `mcp_unknown_server`. */
  restart(name: string): Promise<void>;
  close(): Promise<void>;
}

export function createMcpServers(options: McpServersOptions): McpServers {
  const running = new Map<string, Running>();
  let work: Promise<void> = Promise.resolve();
  // One change after another: two at once would start a server twice.
  const inOrder = (change: () => Promise<void>): Promise<void> => {
    const done = work.then(change);
    work = done.catch(() => undefined);
    return done;
  };
  return {
    apply: (servers) => inOrder(() => applyServers(running, servers, options)),
    sources: () => [...running.values()].map(({ source }) => source),
    states: () =>
      [...running.values()].map(({ source, configured }) => ({
        ...source.state(),
        origin: configured.origin,
      })),
    restart: async (name) => {
      const found = running.get(name);
      if (!found) throw unknownServer(name);
      await found.source.restart();
    },
    close: () => inOrder(() => applyServers(running, {}, options)),
  };
}

interface Running {
  readonly configured: ConfiguredMcpServer;
  readonly source: McpToolSource;
}

async function applyServers(
  running: Map<string, Running>,
  servers: Readonly<Record<string, ConfiguredMcpServer>>,
  options: McpServersOptions,
): Promise<void> {
  const over = [...running].filter(([name, { configured }]) => !isDeepStrictEqual(configured, servers[name]));
  for (const [name] of over) running.delete(name);
  await Promise.all(over.map(([, { source }]) => source.close()));
  for (const [name, configured] of Object.entries(servers)) {
    if (running.has(name)) continue;
    const source = createMcpServerConnection(name, configured, options);
    running.set(name, { configured, source });
    source.start();
  }
  options.onChange();
}

/** One server, not started yet. */
export function createMcpServerConnection(
  name: string,
  configured: ConfiguredMcpServer,
  options: McpServersOptions,
): McpToolSource {
  const { settings, origin } = configured;
  const isOperators = origin === 'file';
  return new McpToolSource({
    name,
    // The schema refuses secrets there too; this is what holds if a row was written around the schema.
    settings: isOperators ? settings : { ...settings, secrets: {} },
    version: options.version,
    confined: options.confined,
    unconfined: isOperators ? options.unconfined : forbiddenLauncher(name),
    resolveSecret: options.resolveSecret,
    fetch: isOperators
      ? (options.fetch ?? fetch)
      : createGuardedFetch(options.egress ?? { allowedHosts: [] }),
    searchPath: options.searchPath ?? '',
    limits: { ...DEFAULT_MCP_LIMITS, ...options.limits },
    backoff: { ...DEFAULT_BACKOFF, ...options.backoff },
    clock: options.clock ?? createSystemClock(),
    maxResultBytes: options.maxResultBytes,
    graceMs: options.graceMs ?? 4_000,
    healthIntervalMs: options.healthIntervalMs ?? 30_000,
    onChange: options.onChange,
  });
}

function unknownServer(name: string) {
  return mcpError({
    code: 'mcp_unknown_server',
    message: `There is no MCP server named ${name.slice(0, 40)}.`,
    remedy: 'Use one of the names in the list of servers.',
  });
}
