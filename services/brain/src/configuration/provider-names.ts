import type { BootSettings, ProviderSettings } from '@bakerst/shared/settings';
import { configurationError } from './errors.ts';
import type { PathPart } from './json-document.ts';

/** Names that imply their type and address. Every other provider says both. */
export const KNOWN_PROVIDERS = ['anthropic', 'openai', 'openrouter', 'ollama'] as const;
export type KnownProviderName = (typeof KNOWN_PROVIDERS)[number];
export type ProviderSettingsType = NonNullable<ProviderSettings['type']>;

export const DEFAULT_OLLAMA_URL = 'http://127.0.0.1:11434';

/** Variables whose keys are used without configuration, best first. */
export const DISCOVERED_KEYS: readonly {
  readonly variable: string;
  readonly provider: Exclude<KnownProviderName, 'ollama'>;
  readonly field: 'oauthToken' | 'apiKey';
}[] = [
  { variable: 'ANTHROPIC_OAUTH_TOKEN', provider: 'anthropic', field: 'oauthToken' },
  { variable: 'ANTHROPIC_API_KEY', provider: 'anthropic', field: 'apiKey' },
  { variable: 'OPENAI_API_KEY', provider: 'openai', field: 'apiKey' },
  { variable: 'OPENROUTER_API_KEY', provider: 'openrouter', field: 'apiKey' },
];

export function isKnownProvider(name: string): name is KnownProviderName {
  return KNOWN_PROVIDERS.some((known) => known === name);
}

export function typeOfProvider(name: string, settings: ProviderSettings): ProviderSettingsType {
  return settings.type ?? (isKnownProvider(name) ? name : 'openai-compatible');
}

/** @throws CodedError `config_invalid` for a provider that cannot be built from what the settings say. */
export function checkProviders(
  providers: BootSettings['providers'],
  whereIs: (path: readonly PathPart[]) => string,
): void {
  for (const [name, settings] of Object.entries(providers)) {
    const problem = providerProblem(name, settings);
    if (problem === undefined) continue;
    const path = ['providers', name];
    throw configurationError({
      code: 'config_invalid',
      message: `${whereIs(path)}: providers.${name} ${problem.message}.`,
      remedy: problem.remedy,
    });
  }
}

function providerProblem(
  name: string,
  settings: ProviderSettings,
): { readonly message: string; readonly remedy: string } | undefined {
  if (name === 'demo') {
    return {
      message: 'takes the name of the built-in demo model',
      remedy: 'Give the provider another name.',
    };
  }
  const type = settings.type ?? (isKnownProvider(name) ? name : undefined);
  const needsAddress = !isKnownProvider(name) || type === 'openai-compatible';
  if (type === undefined || (needsAddress && settings.baseUrl === undefined)) {
    return {
      message: 'needs "type" and "baseUrl", because its name implies none',
      remedy: `Write for example "${name}": {"type": "openai-compatible", "baseUrl": "http://127.0.0.1:8080/v1"}; the names that imply theirs are ${KNOWN_PROVIDERS.join(', ')}.`,
    };
  }
  if (settings.oauthToken !== undefined && type !== 'anthropic') {
    return { message: `has an oauthToken, which ${type} does not take`, remedy: 'Use apiKey instead.' };
  }
  return undefined;
}
