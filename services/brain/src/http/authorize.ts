import type { Access, Scope } from '@bakerst/shared/identity';
import type { CredentialRecord } from '@bakerst/shared/store/system-store';
import { type Authentication, authenticate } from '../identity/authenticate.ts';
import type { Edge } from './edge.ts';
import { type HttpError, httpError } from './errors.ts';
import type { AppParts } from './parts.ts';
import { rateHeaders } from './rate-limiter.ts';
import type { RouteAccess } from './route.ts';
import { readSessionCookie } from './session-cookie.ts';
import { checkSessionSite, type RequestSite } from './site-check.ts';

export interface Caller {
  readonly access: Access;
  readonly credential: CredentialRecord;
}

export interface CallerRequest {
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  readonly secure: boolean;
  readonly addressKey: string;
  readonly site: RequestSite;
}

/**
 * Who is calling. A request that sends a token is judged by the token alone. Wrong credentials are counted by address,
 * and only they are throttled: whoever is valid is never locked out by a stranger behind the same address.
 */
export function identifyCaller(
  parts: Pick<AppParts, 'store' | 'now' | 'auditEvent' | 'log'>,
  edge: Edge,
  request: CallerRequest,
): Caller {
  const { authorization } = request;
  if (authorization !== undefined) {
    const token = /^bearer +(\S+) *$/i.exec(authorization)?.[1] ?? '';
    return admit(parts, edge, { request, result: authenticate(parts, 'token', token) });
  }
  const session = readSessionCookie(request.cookie, request.secure);
  if (session === undefined) throw missing();
  checkSessionSite(request.site);
  return admit(parts, edge, { request, result: authenticate(parts, 'session', session) });
}

/** @throws HttpError `scope_missing` where the caller holds none of them. */
export function requireOneOf(access: Access, scopes: readonly [Scope, ...Scope[]]): void {
  if (!scopes.some((scope) => access.scopes.has(scope))) requireScope(access, scopes[0]);
}

/** @throws HttpError `scope_missing` */
export function requireScope(access: Access, needed: RouteAccess): void {
  if (needed === 'open' || needed === 'authenticated' || access.scopes.has(needed)) return;
  throw httpError({
    code: 'scope_missing',
    message: `This needs the scope \`${needed}\`, which this credential does not hold.`,
    remedy:
      `Use a token with the scope \`${needed}\`, or log in with the link printed at start, which gives every scope; ` +
      'a link of `bakerst login-link` gives only what the token that made it holds.',
  });
}

function admit(
  parts: Pick<AppParts, 'store' | 'now' | 'auditEvent' | 'log'>,
  edge: Edge,
  attempt: { readonly request: CallerRequest; readonly result: Authentication },
): Caller {
  const { result, request } = attempt;
  if (result.ok) {
    parts.store.touchCredential(result.record.id, new Date(parts.now()).toISOString());
    return { access: result.access, credential: result.record };
  }
  const decision = edge.wrongCredentials.take(request.addressKey);
  if (!decision.allowed) {
    throw httpError({
      code: 'login_throttled',
      message: 'Too many wrong credentials came from this address.',
      remedy: 'Wait as long as Retry-After says, then try again with a valid token.',
      retryable: true,
      headers: rateHeaders(edge.wrongCredentials.policy, decision),
    });
  }
  recordDenial(parts, result.reason, request.addressKey);
  throw REFUSALS[result.reason]();
}

/** Within the throttle every denial is recorded, beyond it none: a flood cannot fill the log. */
function recordDenial(
  parts: Pick<AppParts, 'store' | 'auditEvent' | 'log'>,
  reason: string,
  address: string,
): void {
  const event = parts.auditEvent({
    type: 'auth.denied',
    actor: 'anonymous',
    onBehalfOf: 'anonymous',
    body: { reason, address },
  });
  parts.store.enqueueOutbox([event]).catch((err: unknown) => {
    parts.log.error({ err }, 'a denied request could not be recorded');
  });
}

const CHALLENGE = { 'www-authenticate': 'Bearer realm="bakerst"' };

function missing(): HttpError {
  return httpError({
    code: 'unauthenticated',
    message: 'No credential was sent.',
    remedy: 'Log in with the link printed at start, or send `Authorization: Bearer <token>`.',
    headers: CHALLENGE,
  });
}

const REFUSALS: Readonly<Record<'unknown' | 'expired' | 'revoked', () => HttpError>> = {
  unknown: () =>
    httpError({
      code: 'credential_invalid',
      message: 'This token or session is not known here.',
      remedy: 'Check that it was copied whole, or log in again with the link printed at start.',
      headers: CHALLENGE,
    }),
  expired: () =>
    httpError({
      code: 'credential_expired',
      message: 'This token or session has expired.',
      remedy: 'Log in again, or make a new token.',
      headers: CHALLENGE,
    }),
  revoked: () =>
    httpError({
      code: 'credential_revoked',
      message: 'This token or session was revoked.',
      remedy: 'Log in again, or make a new token.',
      headers: CHALLENGE,
    }),
};
