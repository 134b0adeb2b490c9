import { createCatalog, type KnownProvider, type ModelCatalog } from '@bakerst/models/catalog';
import type { RouterTables } from '@bakerst/models/create-model-router';
import { defaultRoles } from '@bakerst/models/default-roles';
import type { ModelRole } from '@bakerst/shared/models';
import type { BootSettings, RoleSettings } from '@bakerst/shared/settings';
import { type BuiltProvider, type BuiltProviders, unconfiguredProviders } from './build-providers.ts';
import type { Discovery } from './discover-models.ts';
import type { ReferenceContext } from './model-reference.ts';

/** What the router works with, made anew whenever the runtime configuration or what was discovered changes. */
export interface ModelTables {
  current(runtime: RoleSettings): RouterTables;
  /** Where the effective chain of a role comes from. */
  originOf(role: ModelRole, runtime: RoleSettings): RoleOrigin;
  references(): ReferenceContext;
  /** Takes in what providers said they offer; true where something changed. */
  learn(found: readonly Discovery[]): boolean;
  /** Providers whose models are only known by asking. */
  toAsk(): readonly BuiltProvider[];
}

export type RoleOrigin =
  | { readonly kind: 'runtime' | 'boot'; readonly role: ModelRole }
  | { readonly kind: 'chosen'; readonly provider: string };

export interface ModelTablesParts {
  readonly settings: Pick<BootSettings, 'providers' | 'models'>;
  readonly built: BuiltProviders;
}

export function createModelTables({ settings, built }: ModelTablesParts): ModelTables {
  const offers = new Map<string, readonly string[]>();
  const inUse = (): ReadonlyMap<string, BuiltProvider> => {
    if (built.candidate === undefined || !offers.has('ollama')) return built.configured;
    return new Map([...built.configured, ['ollama', built.candidate]]);
  };
  const catalog = (): ModelCatalog => {
    const providers = new Map<string, KnownProvider>(unconfiguredProviders(settings));
    for (const [name, { known }] of inUse()) {
      providers.set(name, { ...known, offers: offers.get(name) ?? known.offers });
    }
    return createCatalog({ providers, operator: settings.models.catalog });
  };
  const chosen = (): RoleSettings =>
    defaultRoles(
      [...inUse()].map(([name, { known }]) => ({ name, type: known.type, offers: offers.get(name) ?? [] })),
    );
  return {
    current: (runtime) => ({
      catalog: catalog(),
      roles: effectiveRoles({ runtime, boot: settings.models.roles, chosen: chosen() }),
      providers: new Map([...inUse()].map(([name, { provider }]) => [name, provider])),
    }),
    originOf: (role, runtime) => originOf(role, { runtime, boot: settings.models.roles, chosen: chosen() }),
    references: () => ({
      catalog: catalog(),
      providers: new Set([...unconfiguredProviders(settings).keys(), ...inUse().keys()]),
    }),
    learn(found) {
      let changed = false;
      for (const { provider, offers: ids } of found) {
        if (JSON.stringify(offers.get(provider)) === JSON.stringify(ids)) continue;
        offers.set(provider, ids);
        changed = true;
      }
      return changed;
    },
    toAsk: () =>
      [...built.configured.values(), ...(built.candidate === undefined ? [] : [built.candidate])].filter(
        ({ known }) => known.type === 'ollama' || known.type === 'openai-compatible',
      ),
  };
}

interface RoleLayers {
  readonly runtime: RoleSettings;
  readonly boot: RoleSettings;
  /** Used where nobody chose a model for `agent`. */
  readonly chosen: RoleSettings;
}

/** Runtime before boot; the chosen default only where no `agent` is set, since left-out roles follow `agent`. */
function effectiveRoles({ runtime, boot, chosen }: RoleLayers): RoleSettings {
  const set = { ...boot, ...definedOnly(runtime) };
  return set.agent === undefined ? { ...chosen, ...definedOnly(set) } : set;
}

function originOf(role: ModelRole, layers: RoleLayers): RoleOrigin {
  for (const candidate of [role, 'agent'] as const) {
    if (layers.runtime[candidate] !== undefined) return { kind: 'runtime', role: candidate };
    if (layers.boot[candidate] !== undefined) return { kind: 'boot', role: candidate };
  }
  return { kind: 'chosen', provider: layers.chosen.agent?.[0]?.split('/')[0] ?? 'demo' };
}

function definedOnly(roles: RoleSettings): RoleSettings {
  return Object.fromEntries(Object.entries(roles).filter(([, chain]) => chain !== undefined));
}
