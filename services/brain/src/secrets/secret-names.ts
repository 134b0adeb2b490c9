import { type BootSettings, SecretRef } from '@bakerst/shared/settings';
import { DISCOVERED_KEYS } from '../configuration/provider-names.ts';
import { nameOf } from './secret-register.ts';

/**
 * Names of everything secret that this house uses: variables and paths of files, as the settings refer to them, and the
 * variables that are read without being named. Nothing but the settings has a reason to name one, so a tool argument
 * that does is refused.
 */
export function secretNames(settings: Pick<BootSettings, 'providers' | 'mcpServers'>): readonly string[] {
  const providers = Object.values(settings.providers).flatMap(({ apiKey, oauthToken }) => [
    apiKey,
    oauthToken,
  ]);
  const servers = Object.values(settings.mcpServers).flatMap((server) => [
    ...Object.values(server.transport === 'stdio' ? server.env : server.headers),
    ...Object.values(server.secrets),
  ]);
  // `env` and `headers` hold plain values too.
  const referred = [...providers, ...servers].flatMap((value) => {
    const ref = SecretRef.safeParse(value);
    return ref.success ? [nameOf(ref.data)] : [];
  });
  return [...new Set([...DISCOVERED_KEYS.map(({ variable }) => variable), ...referred])];
}
