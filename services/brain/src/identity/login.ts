import { type Access, ALL_SCOPES, type Scope } from '@bakerst/shared/identity';
import type { CredentialRecord } from '@bakerst/shared/store/system-store';
import { findLive, isLive } from './authenticate.ts';
import { provenAt } from './freshness.ts';
import type { IdentityParts } from './identity-parts.ts';
import { hashSecret, makeSecret } from './secret.ts';

export const SESSION_MS = 14 * 86_400_000;
export const LOGIN_CODE_MS = 15 * 60_000;
/** Live sessions that one token may have led to; another ends the oldest. */
const MOST_SESSIONS = 50;

export interface Session {
  readonly secret: string;
  readonly record: CredentialRecord;
}

/** Who a login code logs in, with what, and whose right it rests on. */
interface Grant {
  readonly principal: string;
  readonly scopes: readonly Scope[];
  /** How the code names where it came from: the start-up link, or the credential that made it. */
  readonly name: string;
  /** ISO 8601; the code ends no later. */
  readonly endsAt?: string | undefined;
  /** When the person behind it last proved itself; absent: when the code is used. */
  readonly provenAt?: string;
}

const START_UP = 'start-up link';

/** The login code of the start-up link: works once, for a quarter of an hour, and gives every scope. */
export async function issueLoginCode(parts: IdentityParts, principal: string): Promise<string> {
  const grant = { principal, scopes: ALL_SCOPES, name: START_UP };
  return (await issue(parts, grant, { actor: 'system', by: START_UP })).secret;
}

/**
 * A login code made with a credential: the session it opens holds what that credential holds, ends no later, and is
 * never opened once that credential was revoked. So a token without `approve` cannot log itself in with it.
 */
export function issueLesserLoginCode(parts: IdentityParts, maker: CredentialRecord): Promise<Session> {
  const { principal, scopes, expiresAt } = maker;
  // A token was shown just now; a session is no newer proof than what it was opened with.
  const proven = maker.kind === 'session' ? provenAt(maker) : new Date(parts.now()).toISOString();
  const grant = { principal, scopes, name: makerName(maker), endsAt: expiresAt, provenAt: proven };
  return issue(parts, grant, { actor: principal, by: maker.id });
}

async function issue(
  parts: IdentityParts,
  grant: Grant,
  told: { readonly actor: string; readonly by: string },
): Promise<Session> {
  const code = makeSecret('login_code');
  const now = parts.now();
  const record: CredentialRecord = {
    id: parts.ids('session'),
    kind: 'login_code',
    principal: grant.principal,
    name: grant.name,
    scopes: grant.scopes,
    createdAt: new Date(now).toISOString(),
    ...(grant.provenAt !== undefined && { provenAt: grant.provenAt }),
    expiresAt: endsBy(now + LOGIN_CODE_MS, grant.endsAt),
  };
  const event = parts.auditEvent({
    type: 'auth.login_code_created',
    actor: told.actor,
    onBehalfOf: grant.principal,
    body: { code: record.id, scopes: [...record.scopes], by: told.by },
  });
  await parts.store.createCredential(record, hashSecret(code), [event]);
  return { secret: code, record };
}

/** The link to print. The code stands in the fragment, which no browser sends and no proxy logs. */
export function loginLink(baseUrl: string, code: string): string {
  return `${baseUrl.replace(/\/$/, '')}/login#code=${code}`;
}

/** A session for a one-time code, or nothing where the code is wrong, used or old, or its maker was revoked. */
export async function loginWithCode(parts: IdentityParts, code: string): Promise<Session | undefined> {
  const found = findLive(parts, 'login_code', code);
  if (!found.ok || !(await parts.store.consumeLoginCode(found.record.id, []))) return undefined;
  const { principal, scopes, name } = found.record;
  if (name === START_UP)
    return openSession(parts, { principal, scopes, by: 'login_code', name: 'one-time code' });
  const maker = findMaker(parts, principal, name);
  if (!maker) return undefined;
  const session = maker.kind === 'token' ? sessionName(maker.id) : maker.name;
  const proven = provenAt(found.record);
  return openSession(parts, { principal, scopes, by: 'login_code', name: session, maker, provenAt: proven });
}

/** A session with exactly the token's scopes, ending no later than the token does. */
export async function loginWithToken(parts: IdentityParts, token: string): Promise<Session | undefined> {
  const found = findLive(parts, 'token', token);
  if (!found.ok) return undefined;
  const { record } = found;
  const { principal, scopes } = record;
  return openSession(parts, { principal, scopes, by: 'token', name: sessionName(record.id), maker: record });
}

/** How a session names the token it came from; revoking the token ends it too. */
export function sessionName(token: string): string {
  return `token ${token}`;
}

function makerName(maker: CredentialRecord): string {
  return `${maker.kind} ${maker.id}`;
}

/** The credential of that name, or nothing where it is over. */
function findMaker(parts: IdentityParts, principal: string, name: string): CredentialRecord | undefined {
  const access = themselves(principal, name);
  return (['token', 'session'] as const)
    .flatMap((kind) => parts.store.listCredentials(access, kind))
    .find((maker) => makerName(maker) === name && isLive(maker, parts.now()));
}

function themselves(principal: string, credential: string): Access {
  return { principal, scopes: new Set(), via: 'system', credential };
}

function endsBy(ms: number, iso: string | undefined): string {
  return new Date(Math.min(ms, iso === undefined ? Number.POSITIVE_INFINITY : Date.parse(iso))).toISOString();
}

interface Opening {
  readonly principal: string;
  readonly scopes: readonly Scope[];
  readonly by: 'token' | 'login_code';
  readonly name: string;
  /** What the session rests on; absent for the start-up link. */
  readonly maker?: CredentialRecord;
  readonly provenAt?: string;
}

async function openSession(parts: IdentityParts, opening: Opening): Promise<Session | undefined> {
  const { principal, scopes, by, name, maker } = opening;
  const secret = makeSecret('session');
  const now = parts.now();
  const record: CredentialRecord = {
    id: parts.ids('session'),
    kind: 'session',
    principal,
    name,
    scopes,
    createdAt: new Date(now).toISOString(),
    ...(opening.provenAt !== undefined && { provenAt: opening.provenAt }),
    expiresAt: endsBy(now + SESSION_MS, maker?.expiresAt),
  };
  const event = parts.auditEvent({
    type: 'auth.login_succeeded',
    actor: principal,
    onBehalfOf: principal,
    body: { session: record.id, by, scopes: [...scopes] },
  });
  await parts.store.createCredential(record, hashSecret(secret), [event]);
  // Whoever revoked the maker in this moment has not seen this session yet.
  if (maker && !findMaker(parts, principal, makerName(maker))) {
    await parts.store.revokeCredential(themselves(principal, record.id), record.id, []);
    return undefined;
  }
  if (maker) await endOldest(parts, record);
  return { secret, record };
}

/** So that one token never has more sessions than its revocation finds and ends. */
async function endOldest(parts: IdentityParts, { principal, name, id }: CredentialRecord): Promise<void> {
  const access = themselves(principal, id);
  const alike = parts.store
    .listCredentials(access, 'session')
    .filter((session) => session.name === name && isLive(session, parts.now()))
    .toSorted((a, b) => (a.id < b.id ? 1 : -1));
  for (const old of alike.slice(MOST_SESSIONS)) await parts.store.revokeCredential(access, old.id, []);
}
