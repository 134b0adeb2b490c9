import { ProviderError } from './errors.ts';

/** Read anew for every call, so that a rotated key works without a restart. */
export interface Credential {
  readonly kind: 'apiKey' | 'oauth';
  readonly value: string;
}
export type CredentialSource = () => Promise<Credential | undefined>;

export interface CredentialPolicy {
  /** The provider's name in the settings. */
  readonly provider: string;
  readonly required: boolean;
  /** Environment variables that would supply it, best first. */
  readonly environment: readonly string[];
}

/**
 * The credential of this call, fit to stand in a header.
 * @throws ProviderError `provider_not_configured`
 */
export async function readCredential(
  source: CredentialSource,
  policy: CredentialPolicy,
): Promise<Credential | undefined> {
  const found = await source();
  const value = found?.value.trim() ?? '';
  if (found === undefined || value === '') {
    if (!policy.required) return undefined;
    throw notConfigured(policy, `No credential is set for the provider ${policy.provider}.`);
  }
  // A line break or a curly quote that came along with a paste would be a broken header, or a second one.
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw notConfigured(
      policy,
      `The credential of the provider ${policy.provider} holds characters that no key has.`,
    );
  }
  return { kind: found.kind, value };
}

/** What an operator sets to supply the credential, for remedies. */
export function credentialHint(policy: CredentialPolicy): string {
  const names = policy.environment.join(' or ');
  const setting = `providers.${policy.provider}.apiKey`;
  return names === '' ? `\`${setting}\` in the configuration file` : `${names}, or \`${setting}\``;
}

function notConfigured(policy: CredentialPolicy, message: string): ProviderError {
  return new ProviderError({
    code: 'provider_not_configured',
    message,
    remedy: `Set ${credentialHint(policy)}, or choose a model of another provider.`,
  });
}
