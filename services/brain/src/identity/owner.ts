import { ALL_SCOPES } from '@bakerst/shared/identity';
import type { PrincipalRecord } from '@bakerst/shared/store/system-store';
import type { IdentityParts } from './identity-parts.ts';

/** The person at this machine: made at the first start, found at every later one. */
export function ensureOwner(parts: IdentityParts): Promise<PrincipalRecord> {
  return parts.store.ensurePrincipal({
    id: parts.ids('principal'),
    kind: 'human',
    name: 'Owner',
    issuer: 'local',
    subject: 'owner',
  });
}

/** All that the CLI may do: it cannot approve, since whatever runs on the machine could read its file. */
export const CLI_SCOPES = ALL_SCOPES.filter((scope) => scope !== 'approve');
