import { createHash } from 'node:crypto';
import type { AuditEvent } from '@bakerst/shared/audit';
import type { Access } from '@bakerst/shared/identity';
import type { RuntimeConfig } from '@bakerst/shared/settings';
import { isTree, leavesOf } from './setting-sources.ts';
import { dotted } from './settings-problem.ts';

/** Together at most what an audit event may hold, at six bytes a character of JSON. */
const MAX_PATHS = 100;
const MAX_PATH_CHARS = 100;

/** Names what changed and proves to what, without repeating a value: values may be private. */
export function configChanged(
  access: Access,
  change: { readonly before: RuntimeConfig; readonly after: RuntimeConfig; readonly version: number },
): Omit<AuditEvent, 'v' | 'id' | 'at'> {
  const paths = changedPaths(change.before, change.after);
  return {
    type: 'admin.config_changed',
    actor: access.principal,
    onBehalfOf: access.principal,
    body: {
      credential: access.credential,
      version: change.version,
      before: digest(change.before),
      after: digest(change.after),
      paths: paths.slice(0, MAX_PATHS).map((path) => path.slice(0, MAX_PATH_CHARS).toWellFormed()),
      pathCount: paths.length,
    },
  };
}

export function changedPaths(before: RuntimeConfig, after: RuntimeConfig): readonly string[] {
  const old = byPath(before);
  const now = byPath(after);
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => old.get(path) !== now.get(path))
    .sort();
}

function byPath(value: unknown): ReadonlyMap<string, string> {
  const leaves = leavesOf(value).filter((leaf) => !isTree(leaf.value));
  return new Map(leaves.map((leaf) => [dotted(leaf.path), JSON.stringify(leaf.value)]));
}

function digest(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(value)))
    .digest('hex');
}

/** Keys in one order, so that the same configuration has the same digest. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isTree(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
