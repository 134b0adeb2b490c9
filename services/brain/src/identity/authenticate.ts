import type { Access } from '@bakerst/shared/identity';
import type { CredentialRecord } from '@bakerst/shared/store/system-store';
import type { IdentityParts } from './identity-parts.ts';
import { hashSecret, isSecret, type SecretKind } from './secret.ts';

export type Authentication =
  | { readonly ok: true; readonly access: Access; readonly record: CredentialRecord }
  | { readonly ok: false; readonly reason: 'unknown' | 'expired' | 'revoked' };

/** Who holds this token or session. Never throws on any string. */
export function authenticate(
  parts: Pick<IdentityParts, 'store' | 'now'>,
  kind: Exclude<SecretKind, 'login_code'>,
  secret: string,
): Authentication {
  const found = findLive(parts, kind, secret);
  if (!found.ok) return found;
  const { record } = found;
  return {
    ok: true,
    record,
    access: {
      principal: record.principal,
      scopes: new Set(record.scopes),
      via: kind === 'token' ? 'token' : 'session',
      credential: record.id,
    },
  };
}

export type LiveCredential =
  | { readonly ok: true; readonly record: CredentialRecord }
  | Extract<Authentication, { ok: false }>;

export function findLive(
  parts: Pick<IdentityParts, 'store' | 'now'>,
  kind: SecretKind,
  secret: string,
): LiveCredential {
  if (!isSecret(kind, secret)) return { ok: false, reason: 'unknown' };
  const record = parts.store.findCredential(kind, hashSecret(secret));
  if (!record) return { ok: false, reason: 'unknown' };
  if (record.revokedAt !== undefined) return { ok: false, reason: 'revoked' };
  if (record.expiresAt !== undefined && Date.parse(record.expiresAt) <= parts.now()) {
    return { ok: false, reason: 'expired' };
  }
  return { ok: true, record };
}

export function isLive(record: CredentialRecord, now: number): boolean {
  return (
    record.revokedAt === undefined && (record.expiresAt === undefined || Date.parse(record.expiresAt) > now)
  );
}
