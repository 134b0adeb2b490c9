import type { Access, Scope } from '@bakerst/shared/identity';
import type { CredentialRecord } from '@bakerst/shared/store/system-store';
import type { IdentityParts } from './identity-parts.ts';
import { sessionName } from './login.ts';
import { hashSecret, makeSecret } from './secret.ts';

const DAY_MS = 86_400_000;

/** A token of the caller. The caller's scopes were checked before: a token never holds more than its maker. */
export async function createToken(
  parts: IdentityParts,
  access: Access,
  input: {
    readonly name: string;
    readonly scopes: readonly Scope[];
    readonly expiresInDays?: number | undefined;
  },
): Promise<{ readonly record: CredentialRecord; readonly secret: string }> {
  const secret = makeSecret('token');
  const now = parts.now();
  const record: CredentialRecord = {
    id: parts.ids('token'),
    kind: 'token',
    principal: access.principal,
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
    onBehalfOf: access.principal,
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
  token: string,
): Promise<readonly string[]> {
  const event = parts.auditEvent({
    type: 'auth.token_revoked',
    actor: access.principal,
    onBehalfOf: access.principal,
    body: { token, by: access.credential },
  });
  await parts.store.revokeCredential(access, token, [event]);
  const name = sessionName(token);
  const ended = [token];
  for (const session of parts.store.listCredentials(access, 'session')) {
    if (session.name === name && session.revokedAt === undefined) {
      await parts.store.revokeCredential(access, session.id, []);
      ended.push(session.id);
    }
  }
  return ended;
}
