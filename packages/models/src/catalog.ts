import type { ModelInfo, ModelPrice, ModelRef } from '@bakerst/shared/models';
import type { ModelSettings } from '@bakerst/shared/settings';
import { BUILT_IN_MODELS, findBuiltIn, type PricedProvider } from './prices.ts';

export type ProviderType = PricedProvider | 'ollama' | 'openai-compatible' | 'demo';

export interface KnownProvider {
  readonly type: ProviderType;
  /** A call costs nothing by nature: the demo model, an Ollama on this machine. Decided by whoever knows its address. */
  readonly unmetered: boolean;
  /** False for a provider that could be named but has no key and no address: its models are known, not listed. */
  readonly configured: boolean;
  /** Ids that the provider was seen to offer, for providers without a built-in table. */
  readonly offers: readonly string[];
}

/** Everything that is known of models, frozen: a change makes a new catalog. */
export interface ModelCatalog {
  find(ref: string): ModelInfo | undefined;
  /** Models of configured providers, and whatever the operator described. */
  list(): readonly ModelInfo[];
  /** Names of every model that `find` knows beforehand, for "did you mean". */
  names(): readonly string[];
}

export interface CatalogSources {
  readonly providers: ReadonlyMap<string, KnownProvider>;
  /** `models.catalog` of the configuration file: goes before everything else, field by field. */
  readonly operator: Readonly<Record<ModelRef, ModelSettings>>;
}

/** What is assumed of a model that nobody described. Small on purpose: too large a window fails, too small is slow. */
const UNDESCRIBED = {
  contextWindow: 32_768,
  maxOutputTokens: 4_096,
  accepts: ['text'],
  tools: true,
} as const;
/** Ollama loads a model with a small window unless told otherwise, and cuts longer prompts silently. */
const OLLAMA = { contextWindow: 8_192, maxOutputTokens: 2_048, accepts: ['text'], tools: true } as const;
const DEMO = { contextWindow: 32_768, maxOutputTokens: 4_096, accepts: ['text'], tools: true } as const;
export const DEMO_MODEL = 'demo/demo';

export function createCatalog({ providers, operator }: CatalogSources): ModelCatalog {
  const listed = new Set<string>(Object.keys(operator));
  const names = new Set<string>(listed);
  for (const [name, provider] of providers) {
    for (const id of offeredIds(provider)) {
      names.add(`${name}/${id}`);
      if (provider.configured) listed.add(`${name}/${id}`);
    }
  }
  const find = (ref: string) => describeModel(ref, { providers, operator });
  const models = [...listed].flatMap((ref) => find(ref) ?? []);
  return { find, list: () => models, names: () => [...names] };
}

/** Merges what the operator says over the built-in table over what the kind of provider implies. */
export function describeModel(ref: string, { providers, operator }: CatalogSources): ModelInfo | undefined {
  const [name, id] = splitRef(ref);
  const provider = providers.get(name);
  const said = Object.hasOwn(operator, ref) ? operator[ref] : undefined;
  if (id === '' || (provider === undefined && said === undefined)) return undefined;
  const base = provider === undefined ? UNDESCRIBED : impliedBy(provider, id);
  if (base === undefined && said === undefined) return undefined;
  const merged = { ...UNDESCRIBED, ...base, ...withoutUndefined(said ?? {}) };
  const { contextWindow, maxOutputTokens, tools, price } = merged;
  const unmetered = provider?.unmetered === true;
  return {
    ref,
    contextWindow,
    // An answer cannot be longer than the window it is written into.
    maxOutputTokens: Math.min(maxOutputTokens, contextWindow),
    accepts: [...merged.accepts],
    tools,
    unmetered,
    ...(price === undefined || unmetered ? {} : { price }),
  };
}

/** `openrouter/anthropic/claude-opus-5` → `['openrouter', 'anthropic/claude-opus-5']`. */
export function splitRef(ref: string): readonly [provider: string, id: string] {
  const slash = ref.indexOf('/');
  return slash < 0 ? [ref, ''] : [ref.slice(0, slash), ref.slice(slash + 1)];
}

interface Description {
  readonly contextWindow?: number;
  readonly maxOutputTokens?: number;
  readonly accepts?: readonly ModelInfo['accepts'][number][];
  readonly tools?: boolean;
  readonly price?: ModelPrice;
}

function impliedBy(provider: KnownProvider, id: string): Description | undefined {
  switch (provider.type) {
    case 'anthropic':
    case 'openai':
    case 'openrouter':
      return findBuiltIn(provider.type, id) ?? (provider.offers.includes(id) ? UNDESCRIBED : undefined);
    case 'ollama':
      // Any tag may be pulled at any time, also while Ollama is down.
      return OLLAMA;
    case 'demo':
      return id === 'demo' ? DEMO : undefined;
    case 'openai-compatible':
      return provider.offers.includes(id) ? UNDESCRIBED : undefined;
    default:
      return provider.type satisfies never;
  }
}

function offeredIds(provider: KnownProvider): readonly string[] {
  switch (provider.type) {
    case 'anthropic':
    case 'openai':
    case 'openrouter':
      return [...BUILT_IN_MODELS[provider.type].map((model) => model.id), ...provider.offers];
    case 'demo':
      return ['demo'];
    default:
      return provider.offers;
  }
}

function withoutUndefined(settings: ModelSettings): Description {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
