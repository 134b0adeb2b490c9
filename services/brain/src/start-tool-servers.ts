import type { ToolServer } from '@bakerst/shared/api/system';
import type { SandboxAvailability } from '@bakerst/shared/sandbox';
import type { ToolSource } from '@bakerst/shared/tools';
import type { Closers } from './closers.ts';
import type { ConfiguredMcpServer } from './configuration/configuration-service.ts';
import type { Ground } from './ground.ts';
import type { SecretStore } from './secrets/secret-store.ts';

/** The MCP servers of the configuration, running. */
export interface ToolServers {
  sources(): readonly ToolSource[];
  states(configured: ReadonlyMap<string, ConfiguredMcpServer>): readonly ToolServer[];
  /** Starts what is new, stops what is gone, restarts what has changed. */
  apply(wanted: ReadonlyMap<string, ConfiguredMcpServer>): void;
  restart(name: string): Promise<void>;
  sandbox(): Promise<SandboxAvailability>;
}

export async function startToolServers(
  _ground: Ground,
  _secrets: SecretStore,
  _closers: Closers,
): Promise<ToolServers> {
  return {
    sources: () => [],
    states: () => [],
    apply: () => undefined,
    restart: async () => undefined,
    sandbox: async () => ({ available: false, detail: 'x' }),
  };
}
