import type { KnownProvider } from '@bakerst/models/catalog';
import { createAnthropicProvider } from '@bakerst/providers/anthropic/anthropic-provider';
import { createChatCompletionsProvider } from '@bakerst/providers/chat-completions/chat-provider';
import type { CredentialSource } from '@bakerst/providers/credential';
import type { HttpProvider } from '@bakerst/providers/http-provider';
import type { Provider } from '@bakerst/shared/models';
import type { BootSettings, ProviderSettings } from '@bakerst/shared/settings';
import type { SecretStore } from '../secrets/secret-store.ts';
import { DEFAULT_OLLAMA_URL, KNOWN_PROVIDERS, typeOfProvider } from './provider-names.ts';

export interface BuiltProvider {
  readonly provider: Provider;
  readonly known: KnownProvider;
}

export interface BuiltProviders {
  /** Everything that the settings configure, and the demo model. */
  readonly configured: ReadonlyMap<string, BuiltProvider>;
  /** An Ollama at its usual address that nobody configured: used once it has answered. */
  readonly candidate: BuiltProvider | undefined;
  close(): Promise<void>;
}

export interface BuildProvidersParts {
  readonly settings: Pick<BootSettings, 'providers'>;
  readonly secrets: SecretStore;
  /** The built-in demo model; it needs no network. */
  readonly demo: Provider;
}

const CANDIDATE_SETTINGS: ProviderSettings = {
  type: 'ollama',
  baseUrl: DEFAULT_OLLAMA_URL,
  idleTimeoutMs: 120_000,
};

export function buildProviders({ settings, secrets, demo }: BuildProvidersParts): BuiltProviders {
  const opened: HttpProvider[] = [];
  const build = (name: string, said: ProviderSettings, configured: boolean): BuiltProvider => {
    const provider = openProvider(name, said, secrets);
    opened.push(provider);
    return { provider, known: describeProvider(name, said, configured) };
  };
  const configured = new Map<string, BuiltProvider>();
  for (const [name, said] of Object.entries(settings.providers)) {
    if (canBeCalled(name, said)) configured.set(name, build(name, said, true));
  }
  configured.set('demo', {
    provider: demo,
    known: { type: 'demo', unmetered: true, configured: true, offers: [] },
  });
  return {
    configured,
    candidate: configured.has('ollama') ? undefined : build('ollama', CANDIDATE_SETTINGS, true),
    close: async () => {
      await Promise.all(opened.map((provider) => provider.close()));
    },
  };
}

/** Providers that have a name of their own are known even without a key, so that a remedy can say what is missing. */
export function unconfiguredProviders(
  settings: Pick<BootSettings, 'providers'>,
): ReadonlyMap<string, KnownProvider> {
  const missing = KNOWN_PROVIDERS.filter((name) => {
    const said = settings.providers[name];
    return said === undefined || !canBeCalled(name, said);
  });
  return new Map(
    missing.map((name) => [name, describeProvider(name, settings.providers[name] ?? IDLE, false)]),
  );
}

const IDLE: ProviderSettings = { idleTimeoutMs: 120_000 };

/** Only a cloud needs a key; a base URL alone (from the environment, say) does not make one usable. */
function canBeCalled(name: string, said: ProviderSettings): boolean {
  const type = typeOfProvider(name, said);
  if (type === 'ollama' || type === 'openai-compatible') return true;
  return said.apiKey !== undefined || said.oauthToken !== undefined;
}

function openProvider(name: string, said: ProviderSettings, secrets: SecretStore): HttpProvider {
  const options = {
    name,
    idleTimeoutMs: said.idleTimeoutMs,
    credential: credentialOf(name, said, secrets),
    ...(said.baseUrl === undefined ? {} : { baseUrl: said.baseUrl }),
  };
  const type = typeOfProvider(name, said);
  return type === 'anthropic'
    ? createAnthropicProvider(options)
    : createChatCompletionsProvider({ ...options, type });
}

/** Read at each call; an OAuth token goes before an API key. */
function credentialOf(name: string, said: ProviderSettings, secrets: SecretStore): CredentialSource {
  return async () => {
    const purpose = `provider ${name}`;
    const token = said.oauthToken === undefined ? undefined : await secrets.read(said.oauthToken, purpose);
    if (token !== undefined) return { kind: 'oauth', value: token };
    const key = said.apiKey === undefined ? undefined : await secrets.read(said.apiKey, purpose);
    return key === undefined ? undefined : { kind: 'apiKey', value: key };
  };
}

function describeProvider(name: string, said: ProviderSettings, configured: boolean): KnownProvider {
  const type = typeOfProvider(name, said);
  const address = said.baseUrl ?? DEFAULT_OLLAMA_URL;
  return { type, configured, unmetered: type === 'ollama' && isLoopback(address), offers: [] };
}

/** Whether an address can only be this machine. A name that would have to be looked up is not one. */
export function isLoopback(url: string): boolean {
  const host = URL.parse(url)?.hostname ?? '';
  return host === 'localhost' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}
