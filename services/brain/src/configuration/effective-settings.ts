import type { RouterTables } from '@bakerst/models/create-model-router';
import { ModelRole } from '@bakerst/shared/models';
import type { EffectiveSetting, SettingSource } from '@bakerst/shared/settings';
import type { LoadedConfig } from '../config.ts';
import type { ModelTables, RoleOrigin } from './model-tables.ts';
import { leavesOf } from './setting-sources.ts';
import { dotted } from './settings-problem.ts';
import { shownValue } from './shown-value.ts';
import type { RuntimeInForce } from './stored-runtime-config.ts';

export interface EffectiveParts {
  readonly loaded: Pick<LoadedConfig, 'settings' | 'sources'>;
  readonly runtime: RuntimeInForce;
  readonly tables: ModelTables;
  readonly router: Pick<RouterTables, 'roles'>;
}

/** Every setting as it holds now, where it came from, and whether it can be changed while the brain runs. */
export function effectiveSettings(parts: EffectiveParts): EffectiveSetting[] {
  const { loaded, runtime } = parts;
  const fixed = leavesOf(loaded.settings).flatMap(({ path, value }): EffectiveSetting[] => {
    const key = dotted(path);
    if (key.startsWith('models.roles') || key === 'agent.name' || isEmptyHolder(key, value)) return [];
    const source = loaded.sources.get(key) ?? { kind: 'default' };
    return [{ key, value: shownValue(path, value), source, locked: true }];
  });
  const servers = leavesOf(runtime.value.mcpServers, ['mcpServers']).flatMap(
    ({ path, value }): EffectiveSetting[] =>
      path.length === 1
        ? []
        : [
            {
              key: dotted(path),
              value: shownValue(path, value),
              source: runtimeSource(runtime),
              locked: false,
            },
          ],
  );
  return [...fixed, agentName(parts), ...roleSettings(parts), ...servers].sort((a, b) =>
    a.key < b.key ? -1 : 1,
  );
}

/** An empty `mcpServers` of the file says nothing beside servers of the runtime configuration. */
function isEmptyHolder(key: string, value: unknown): boolean {
  return key === 'mcpServers' && typeof value === 'object';
}

function agentName({ loaded, runtime }: EffectiveParts): EffectiveSetting {
  const key = 'agent.name';
  const own = runtime.value.agentName;
  const source: SettingSource =
    own === undefined ? (loaded.sources.get(key) ?? { kind: 'default' }) : runtimeSource(runtime);
  return { key, value: own ?? loaded.settings.agent.name, source, locked: false };
}

function roleSettings(parts: EffectiveParts): EffectiveSetting[] {
  const { runtime, tables, router } = parts;
  return ModelRole.options.map((role) => ({
    key: `models.roles.${role}`,
    value: router.roles[role] ?? router.roles.agent ?? [],
    source: roleSource(tables.originOf(role, runtime.value.roles), parts),
    locked: false,
  }));
}

function roleSource(origin: RoleOrigin, { loaded, runtime }: EffectiveParts): SettingSource {
  switch (origin.kind) {
    case 'runtime':
      return runtimeSource(runtime);
    case 'boot':
      return loaded.sources.get(`models.roles.${origin.role}`) ?? { kind: 'default' };
    case 'chosen':
      return origin.provider === 'demo'
        ? { kind: 'default' }
        : { kind: 'discovered', how: `the best provider that is configured: ${origin.provider}` };
    default:
      return origin satisfies never;
  }
}

function runtimeSource({ servedVersion, author }: RuntimeInForce): SettingSource {
  return { kind: 'runtime', version: servedVersion, author: author ?? '' };
}
