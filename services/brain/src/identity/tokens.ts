import type { Access, Scope } from '@bakerst/shared/identity';
import type { CredentialRecord } from '@bakerst/shared/store/system-store';
import type { IdentityParts } from './identity-parts.ts';
import { sessionName } from './login.ts';
import { hashSecret, makeSecret } from './secret.ts';

const DAY_MS = 86_400_000;

/** A token of `person`. The caller's scopes were checked before: a token never holds more than its maker. */
export async function createToken(
  parts: IdentityParts,
  access: Access,
  input: {
    readonly name: string;
    readonly scopes: readonly Scope[];
    readonly expiresInDays?: number | undefined;
    /** Id of whom it is for. */
    readonly person: string;
  },
): Promise<{ readonly record: CredentialRecord; readonly secret: string }> {
  const secret = makeSecret('token');
  const now = parts.now();
  const record: CredentialRecord = {
    id: parts.ids('token'),
    kind: 'token',
    principal: input.person,
    name: input.name,
    scopes: [...new Set(input.scopes)],
    createdAt: new Date(now).toISOString(),
    ...(input.expiresInDays === undefined
      ? {}
      : { expiresAt: new Date(now + input.expiresInDays * DAY_MS).toISOString() }),
  };
  const event = parts.auditEvent({
    type: 'auth.token_created',
    actor: access.principal,
    onBehalfOf: input.person,
    body: { token: record.id, name: record.name, scopes: [...record.scopes], by: access.credential },
  });
  await parts.store.createCredential(record, hashSecret(secret), [event]);
  return { record, secret };
}

/**
 * Ends a token, then every session that was opened with it.
 * @returns the ids of all credentials that ended
 */
export async function revokeToken(
  parts: IdentityParts,
  access: Access,
  { token, person }: { readonly token: string; readonly person: string },
): Promise<readonly string[]> {
  const event = parts.auditEvent({
    type: 'auth.token_revoked',
    actor: access.principal,
    onBehalfOf: person,
    body: { token, by: access.credential },
  });
  const theirs = inTheNameOf(access, person);
  await parts.store.revokeCredential(theirs, token, [event]);
  const name = sessionName(token);
  const ended = [token];
  for (const session of parts.store.listCredentials(theirs, 'session')) {
    if (session.name === name && session.revokedAt === undefined) {
      await parts.store.revokeCredential(theirs, session.id, []);
      ended.push(session.id);
    }
  }
  return ended;
}

export function tokensOf(parts: IdentityParts, access: Access, person: string): readonly CredentialRecord[] {
  return parts.store.listCredentials(inTheNameOf(access, person), 'token');
}

/** Exactly that person's rows, whoever the caller is: the store finds no others under it. */
function inTheNameOf({ credential }: Access, person: string): Access {
  return { principal: person, scopes: new Set(), via: 'token', credential };
}
