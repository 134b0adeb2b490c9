import { RuntimeConfig } from '@bakerst/shared/settings';
import type { ConfigStore, RuntimeConfigRecord } from '@bakerst/shared/store/system-store';
import { z } from 'zod';
import { isTree } from './setting-sources.ts';
import { oneLine } from './settings-problem.ts';

export interface RuntimeInForce {
  /** The newest stored version, also where an older one is served. */
  readonly version: number;
  readonly value: RuntimeConfig;
  /** Who wrote the version that is served; absent where nothing is stored. */
  readonly author?: string;
  readonly servedVersion: number;
  readonly warning?: string;
}

const HOW_FAR_BACK = 100;

/** The newest version that this release can read: one that it cannot must not keep the brain from starting. */
export function readRuntimeInForce(store: ConfigStore): RuntimeInForce {
  const newest = store.readRuntimeConfig();
  if (newest === undefined) return { version: 0, value: RuntimeConfig.parse({}), servedVersion: 0 };
  const parsed = parseRecord(newest);
  if (parsed.success) return inForce(newest, { record: newest, value: parsed.data });

  const problem = `Version ${newest.version} of the runtime configuration cannot be read (${oneLine(z.prettifyError(parsed.error))})`;
  for (const record of store.listRuntimeConfig(HOW_FAR_BACK)) {
    const older = parseRecord(record);
    if (!older.success) continue;
    const warning = `${problem}; version ${record.version} is served instead. Save it again in the console.`;
    return { ...inForce(newest, { record, value: older.data }), warning };
  }
  const warning = `${problem}, nor any before it; the configuration file alone is served. Save it again in the console.`;
  return { version: newest.version, value: RuntimeConfig.parse({}), servedVersion: 0, warning };
}

function parseRecord(record: RuntimeConfigRecord) {
  return RuntimeConfig.safeParse(withoutFormerKeys(record.value));
}

/** Rows of former releases hold `reads` and `idempotent`, always empty here: the policy says these now. */
function withoutFormerKeys(value: unknown): unknown {
  if (!isTree(value) || !isTree(value.mcpServers)) return value;
  const servers = Object.entries(value.mcpServers).map(([name, server]) => {
    if (!isTree(server)) return [name, server] as const;
    const { reads: _, idempotent: __, ...kept } = server;
    return [name, kept] as const;
  });
  return { ...value, mcpServers: Object.fromEntries(servers) };
}

function inForce(
  newest: RuntimeConfigRecord,
  served: { readonly record: RuntimeConfigRecord; readonly value: RuntimeConfig },
): RuntimeInForce {
  const { author, version } = served.record;
  return { version: newest.version, value: served.value, author, servedVersion: version };
}
