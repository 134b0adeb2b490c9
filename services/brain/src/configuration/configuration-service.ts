import type { ConfigurableModelRouter } from '@bakerst/models/create-model-router';
import type { AuditEvent } from '@bakerst/shared/audit';
import type { IdSource } from '@bakerst/shared/ids';
import { type McpServer, RuntimeConfig } from '@bakerst/shared/settings';
import type { ConfigStore } from '@bakerst/shared/store/system-store';
import { z } from 'zod';
import type { LoadedConfig } from '../config.ts';
import type { ConfigurationService } from '../http/parts.ts';
import { configChanged } from './config-change.ts';
import { effectiveSettings } from './effective-settings.ts';
import { configurationError, unknownServer } from './errors.ts';
import type { ModelTables } from './model-tables.ts';
import { checkNetworked, checkRuntimeConfig, type RuntimeRules, serverProblem } from './runtime-rules.ts';
import { oneLine } from './settings-problem.ts';
import { type RuntimeInForce, readRuntimeInForce } from './stored-runtime-config.ts';

export interface ConfigurationParts {
  readonly loaded: Pick<LoadedConfig, 'settings' | 'sources'>;
  readonly store: ConfigStore;
  readonly tables: ModelTables;
  readonly router: Pick<ConfigurableModelRouter, 'update'>;
  readonly ids: IdSource;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly auditEvent: (event: Omit<AuditEvent, 'v' | 'id' | 'at'>) => AuditEvent;
  /** Folders that no runtime server may see: the data folder, the configuration file's. */
  readonly protectedFolders: readonly string[];
  /** The MCP servers of file and runtime together, whenever they change. Must not throw. */
  readonly applyMcpServers: (servers: ReadonlyMap<string, ConfiguredMcpServer>) => void;
  readonly warn: (message: string) => void;
}

export interface ConfiguredMcpServer {
  readonly server: McpServer;
  readonly origin: 'file' | 'runtime';
}

export interface RunningConfiguration extends ConfigurationService {
  readonly mcpServers: () => ReadonlyMap<string, ConfiguredMcpServer>;
  readonly agentName: () => string;
  /** Puts what is in force into the router again, after something was discovered. */
  refreshModels(): void;
}

/** Runtime configuration over the boot settings; applies what is stored as soon as it is made. */
export function createConfigurationService(parts: ConfigurationParts): RunningConfiguration {
  const { loaded, store, tables, router, warn } = parts;
  let runtime = readRuntimeInForce(store);
  if (runtime.warning !== undefined) warn(runtime.warning);
  for (const warning of staleWarnings(runtime, parts)) warn(warning);
  const mcpServers = () => allServers(runtime, parts);
  const refreshModels = () => router.update(tables.current(runtime.value.roles));
  refreshModels();

  const service: RunningConfiguration = {
    mcpServers,
    refreshModels,
    agentName: () => runtime.value.agentName ?? loaded.settings.agent.name,
    effective: () => ({
      items: effectiveSettings({ loaded, runtime, tables, router: tables.current(runtime.value.roles) }),
      runtimeVersion: runtime.version,
    }),
    runtime: () => ({ version: runtime.version, value: runtime.value }),
    history: (limit) => store.listRuntimeConfig(limit),
    async replaceRuntime(access, expectedVersion, value) {
      const next = parseRuntime(value);
      checkRuntimeConfig(next, rulesOf(parts));
      checkNetworked(access, runtime.value, next);
      const version = expectedVersion + 1;
      const event = parts.auditEvent(configChanged(access, { before: runtime.value, after: next, version }));
      const author = access.principal;
      const at = new Date(parts.now()).toISOString();
      const record = { id: parts.ids('runtimeConfig'), version, author, at, value: next };
      await store.writeRuntimeConfig(record, expectedVersion, [event]);
      // Two writes may resolve in any order; the newer one stays.
      if (version <= runtime.version) return { version };
      runtime = { version, value: next, author, servedVersion: version };
      refreshModels();
      parts.applyMcpServers(mcpServers());
      return { version };
    },
    putMcpServer(access, name, server) {
      const servers = { ...runtime.value.mcpServers, [name]: server };
      return service.replaceRuntime(access, runtime.version, { ...runtime.value, mcpServers: servers });
    },
    async deleteMcpServer(access, name) {
      if (!Object.hasOwn(runtime.value.mcpServers, name))
        throw noSuchServer(name, loaded.settings.mcpServers);
      const { [name]: _, ...servers } = runtime.value.mcpServers;
      return service.replaceRuntime(access, runtime.version, { ...runtime.value, mcpServers: servers });
    },
  };
  return service;
}

function parseRuntime(value: unknown): RuntimeConfig {
  const parsed = RuntimeConfig.safeParse(value);
  if (parsed.success) return parsed.data;
  throw configurationError({
    code: 'runtime_config_refused',
    message: `The runtime configuration is not accepted: ${oneLine(z.prettifyError(parsed.error))}.`,
    remedy: 'Correct it; what is in force stays as it was.',
  });
}

function rulesOf({ loaded, tables, protectedFolders }: ConfigurationParts): RuntimeRules {
  const fileServers = new Set(Object.keys(loaded.settings.mcpServers));
  const { allowedHosts } = loaded.settings.egress;
  return { ...tables.references(), fileServers, protectedFolders, allowedHosts };
}

/** What was allowed when it was stored and is no longer: it is said, and left out. */
function staleWarnings({ value }: RuntimeInForce, parts: ConfigurationParts): readonly string[] {
  const rules = rulesOf(parts);
  const warnings = Object.entries(value.mcpServers).flatMap(([name, server]) => {
    const problem = serverProblem(name, server, rules);
    return problem === undefined
      ? []
      : [`A stored MCP server is left out. ${problem.message} ${problem.remedy}`];
  });
  try {
    checkRuntimeConfig({ ...value, mcpServers: {} }, rules);
  } catch (error) {
    // The router passes over a model that cannot be called and says why.
    warnings.push(
      `The stored runtime configuration: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return warnings;
}

/** Servers of the file, and those of the runtime configuration that are still allowed. */
function allServers(
  { value }: RuntimeInForce,
  parts: ConfigurationParts,
): ReadonlyMap<string, ConfiguredMcpServer> {
  const rules = rulesOf(parts);
  const servers = new Map<string, ConfiguredMcpServer>();
  for (const [name, server] of Object.entries(value.mcpServers)) {
    if (serverProblem(name, server, rules) === undefined) servers.set(name, { server, origin: 'runtime' });
  }
  for (const [name, server] of Object.entries(parts.loaded.settings.mcpServers)) {
    servers.set(name, { server, origin: 'file' });
  }
  return servers;
}

function noSuchServer(name: string, file: Readonly<Record<string, McpServer>>) {
  return Object.hasOwn(file, name)
    ? configurationError({
        code: 'runtime_config_refused',
        message: `The MCP server ${name} is set in the configuration file.`,
        remedy: 'Remove it there and restart.',
      })
    : unknownServer(name);
}
