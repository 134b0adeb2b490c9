import { ALL_SCOPES, type Scope } from '@bakerst/shared/identity';
import type { CredentialRecord } from '@bakerst/shared/store/system-store';
import { findLive } from './authenticate.ts';
import type { IdentityParts } from './identity-parts.ts';
import { hashSecret, makeSecret } from './secret.ts';

export const SESSION_MS = 14 * 86_400_000;
export const LOGIN_CODE_MS = 15 * 60_000;

export interface Session {
  readonly secret: string;
  readonly record: CredentialRecord;
}

/** A login code of the start-up link: works once, for a quarter of an hour, and gives every scope. */
export async function issueLoginCode(parts: IdentityParts, principal: string): Promise<string> {
  const code = makeSecret('login_code');
  const now = parts.now();
  await parts.store.createCredential(
    {
      id: parts.ids('session'),
      kind: 'login_code',
      principal,
      name: 'start-up link',
      scopes: ALL_SCOPES,
      createdAt: new Date(now).toISOString(),
      expiresAt: new Date(now + LOGIN_CODE_MS).toISOString(),
    },
    hashSecret(code),
    [],
  );
  return code;
}

/** The link to print. The code stands in the fragment, which no browser sends and no proxy logs. */
export function loginLink(baseUrl: string, code: string): string {
  return `${baseUrl.replace(/\/$/, '')}/login#code=${code}`;
}

/** A session for a one-time code, or nothing where the code is wrong, used or old. */
export async function loginWithCode(parts: IdentityParts, code: string): Promise<Session | undefined> {
  const found = findLive(parts, 'login_code', code);
  if (!found.ok || !(await parts.store.consumeLoginCode(found.record.id, []))) return undefined;
  return openSession(parts, found.record, 'one-time code');
}

/** A session with exactly the token's scopes, ending no later than the token does. */
export async function loginWithToken(parts: IdentityParts, token: string): Promise<Session | undefined> {
  const found = findLive(parts, 'token', token);
  return found.ok ? openSession(parts, found.record, sessionName(found.record.id)) : undefined;
}

/** How a session names the token it came from; revoking the token ends it too. */
export function sessionName(token: string): string {
  return `token ${token}`;
}

async function openSession(
  parts: IdentityParts,
  from: {
    readonly principal: string;
    readonly scopes: readonly Scope[];
    readonly kind: string;
    readonly expiresAt?: string;
  },
  name: string,
): Promise<Session> {
  const secret = makeSecret('session');
  const now = parts.now();
  const tokenEnd =
    from.kind === 'token' && from.expiresAt ? Date.parse(from.expiresAt) : Number.POSITIVE_INFINITY;
  const record: CredentialRecord = {
    id: parts.ids('session'),
    kind: 'session',
    principal: from.principal,
    name,
    scopes: from.scopes,
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(Math.min(now + SESSION_MS, tokenEnd)).toISOString(),
  };
  const event = parts.auditEvent({
    type: 'auth.login_succeeded',
    actor: from.principal,
    onBehalfOf: from.principal,
    body: { session: record.id, by: from.kind, scopes: [...from.scopes] },
  });
  await parts.store.createCredential(record, hashSecret(secret), [event]);
  return { secret, record };
}
