import type { RoleSettings } from '@bakerst/shared/settings';
import { DEMO_MODEL, type ProviderType } from './catalog.ts';

/** A provider that could be called, in the operator's naming. */
export interface UsableProvider {
  readonly name: string;
  readonly type: ProviderType;
  readonly offers: readonly string[];
}

/** Best first. An `openai-compatible` server has no model that could be guessed. */
const PREFERENCE = ['anthropic', 'openai', 'openrouter', 'ollama', 'demo'] as const;

/** `observer` does much small work, so it gets the cheap model of the same provider. */
const CHOICE: Record<'anthropic' | 'openai' | 'openrouter', { agent: string; observer: string }> = {
  anthropic: { agent: 'claude-sonnet-5-5', observer: 'claude-haiku-5-5' },
  openai: { agent: 'gpt-5.4', observer: 'gpt-6-luna' },
  openrouter: { agent: 'anthropic/claude-sonnet-5.5', observer: 'anthropic/claude-haiku-5.5' },
};

/** Roles where the operator chose none: the best provider that could be called, the demo model where there is none. */
export function defaultRoles(providers: readonly UsableProvider[]): RoleSettings {
  for (const type of PREFERENCE) {
    const provider = providers.find((candidate) => candidate.type === type);
    const roles = provider === undefined ? undefined : rolesOf(provider);
    if (roles !== undefined) return roles;
  }
  return { agent: [DEMO_MODEL] };
}

function rolesOf(provider: UsableProvider): RoleSettings | undefined {
  switch (provider.type) {
    case 'anthropic':
    case 'openai':
    case 'openrouter': {
      const { agent, observer } = CHOICE[provider.type];
      return { agent: [`${provider.name}/${agent}`], observer: [`${provider.name}/${observer}`] };
    }
    case 'ollama': {
      const [first] = provider.offers;
      return first === undefined ? undefined : { agent: [`${provider.name}/${first}`] };
    }
    case 'demo':
      return { agent: [DEMO_MODEL] };
    default:
      return undefined;
  }
}
