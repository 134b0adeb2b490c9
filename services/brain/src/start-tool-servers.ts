import { homedir } from 'node:os';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMcpServers } from '@bakerst/mcp/mcp-servers';
import type { ToolServer } from '@bakerst/shared/api/system';
import type { SandboxAvailability } from '@bakerst/shared/sandbox';
import type { ToolSource } from '@bakerst/shared/tools';
import { createBubblewrapLauncher } from '@bakerst/task-executor/bubblewrap-launcher';
import { createUnconfinedLauncher } from '@bakerst/task-executor/unconfined-launcher';
import type { Closers } from './closers.ts';
import type { ConfiguredMcpServer } from './configuration/configuration-service.ts';
import type { Ground } from './ground.ts';
import { policyFile } from './policy/policy-place.ts';
import type { SecretStore } from './secrets/secret-store.ts';

const PROGRAM_FOLDER = fileURLToPath(new URL('../../..', import.meta.url));

/** The MCP servers of the configuration, running. */
export interface ToolServers {
  sources(): readonly ToolSource[];
  states(): readonly ToolServer[];
  /** Starts what is new, stops what is gone, restarts what has changed; in the background. */
  apply(wanted: ReadonlyMap<string, ConfiguredMcpServer>): void;
  /** Resolves once no server is starting for the first time any more, at the latest after `timeoutMs`. */
  settled(timeoutMs: number): Promise<void>;
  restart(name: string): Promise<void>;
  sandbox(): Promise<SandboxAvailability>;
}

export interface ToolServersOptions {
  readonly version: string;
  readonly secrets: SecretStore;
  readonly searchPath: string;
  /** Tools or states changed. */
  readonly onChange: () => void;
  readonly closers: Closers;
}

/** Prepares the sandbox and the pool of servers; nothing is started before `apply`. */
export function startToolServers(ground: Ground, options: ToolServersOptions): ToolServers {
  const { config, log } = ground;
  // The program's own node comes first, so that `npx`-style servers run on it.
  const searchPath = [dirname(process.execPath), options.searchPath].join(delimiter);
  const forbiddenPaths = [dirname(config.configFile), policyFile(config)];
  const confined = createBubblewrapLauncher({
    dataFolder: config.home,
    home: homedir(),
    searchPath,
    forbiddenPaths,
    programFolders: [PROGRAM_FOLDER, config.settings.agent.operatingSystem ?? PROGRAM_FOLDER],
  });
  const pool = createMcpServers({
    version: options.version,
    confined,
    unconfined: createUnconfinedLauncher({ searchPath }),
    resolveSecret: async (ref) => (await options.secrets.read(ref, 'MCP server')) ?? '',
    searchPath,
    egress: { allowedHosts: config.settings.egress.allowedHosts },
    maxResultBytes: config.settings.limits.toolResultBytes,
    onChange: options.onChange,
  });
  options.closers.add('MCP servers', () => pool.close());
  let applied: Promise<void> = Promise.resolve();
  return {
    sources: () => pool.sources(),
    states: () => pool.states().map((state) => ({ ...state })),
    apply: (wanted) => {
      const servers = [...wanted].map(
        ([name, { server, origin }]) => [name, { settings: server, origin }] as const,
      );
      applied = pool
        .apply(Object.fromEntries(servers))
        .catch((error: unknown) => log.error({ err: error }, 'The MCP servers could not be changed.'));
    },
    settled: async (timeoutMs) => {
      await applied;
      await untilSettled(() => pool.states().map((state) => state.state), timeoutMs);
    },
    restart: (name) => pool.restart(name),
    sandbox: () => confined.probe(),
  };
}

const LOOK_EVERY_MS = 25;

async function untilSettled(states: () => readonly ToolServer['state'][], timeoutMs: number): Promise<void> {
  const looks = Math.ceil(timeoutMs / LOOK_EVERY_MS);
  for (let look = 0; look < looks && states().includes('starting'); look += 1) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
