import type { PrincipalKind, Scope } from '@bakerst/shared/identity';
import { ALL_SCOPES } from '@bakerst/shared/identity';
import type { CredentialRecord, PrincipalRecord } from '@bakerst/shared/store/system-store';
import { isoOf, optionalInt, textOf, toIso } from '../row.ts';
import type { Row } from '../statements.ts';

export function toPrincipalRecord(row: Row): PrincipalRecord {
  return {
    id: textOf(row, 'public_id'),
    // The table's CHECK holds the column to this union.
    kind: textOf(row, 'kind') as PrincipalKind,
    name: textOf(row, 'name'),
    createdAt: isoOf(row, 'created_at'),
  };
}

export function toCredentialRecord(row: Row): CredentialRecord {
  const provenAt = optionalInt(row, 'proven_at');
  const expiresAt = optionalInt(row, 'expires_at');
  const lastUsedAt = optionalInt(row, 'last_used_at');
  const revokedAt = optionalInt(row, 'revoked_at');
  return {
    id: textOf(row, 'public_id'),
    // The table's CHECK holds the column to this union.
    kind: textOf(row, 'kind') as CredentialRecord['kind'],
    principal: textOf(row, 'owner_id'),
    name: textOf(row, 'name'),
    scopes: readScopes(textOf(row, 'scopes')),
    createdAt: isoOf(row, 'created_at'),
    ...(provenAt === undefined ? {} : { provenAt: toIso(provenAt) }),
    ...(expiresAt === undefined ? {} : { expiresAt: toIso(expiresAt) }),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: toIso(lastUsedAt) }),
    ...(revokedAt === undefined ? {} : { revokedAt: toIso(revokedAt) }),
  };
}

/** A scope that this release does not know grants nothing. */
function readScopes(json: string): readonly Scope[] {
  const stored: unknown = JSON.parse(json);
  return Array.isArray(stored) ? ALL_SCOPES.filter((scope) => stored.includes(scope)) : [];
}
