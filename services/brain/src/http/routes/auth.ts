import { LoginLink, LoginRequest, Me } from '@bakerst/shared/api/auth';
import type { CredentialRecord } from '@bakerst/shared/store/system-store';
import {
  issueLesserLoginCode,
  loginLink,
  loginWithCode,
  loginWithToken,
  type Session,
} from '../../identity/login.ts';
import { addressKey } from '../client-address.ts';
import { httpError } from '../errors.ts';
import { type Answer, type AuthedExchange, type Exchange, json, noContent } from '../exchange.ts';
import { openRoute, type Route, route } from '../route.ts';
import { clearedSessionCookie, sessionCookie } from '../session-cookie.ts';
import { countFailedLogin, requireLoginRoom } from '../throttled-login.ts';

export const authRoutes: readonly Route[] = [
  openRoute({
    method: 'POST',
    path: '/api/v1/auth/login',
    id: 'login',
    tag: 'auth',
    summary: 'Open a browser session with the one-time code or a token',
    body: { schema: LoginRequest, limit: () => 4_096 },
    answers: { 200: { description: 'Logged in; the session is a cookie', schema: Me } },
    errors: ['login_failed', 'login_throttled'],
    handle: login,
  }),
  route({
    method: 'POST',
    path: '/api/v1/auth/login-code',
    id: 'createLoginLink',
    tag: 'auth',
    access: 'admin',
    summary: 'Make a one-time link that logs a browser in',
    description:
      'The session it opens holds the scopes of the credential that asked, ends no later than it, and is over with ' +
      'it. Only the link that is printed at start gives every scope.',
    answers: { 201: { description: 'The link; this once', schema: LoginLink } },
    handle: makeLoginLink,
  }),
  route({
    method: 'POST',
    path: '/api/v1/auth/logout',
    id: 'logout',
    tag: 'auth',
    access: 'authenticated',
    summary: 'End this session',
    answers: { 204: { description: 'The session is over and its cookie gone' } },
    handle: logout,
  }),
  route({
    method: 'GET',
    path: '/api/v1/me',
    id: 'readMe',
    tag: 'auth',
    access: 'authenticated',
    summary: 'Who am I, and what may I do',
    answers: { 200: { description: 'The caller', schema: Me } },
    handle: (exchange) => json(200, me(exchange, exchange.credential)),
  }),
];

async function login(exchange: Exchange<undefined, LoginRequest>): Promise<Answer> {
  const { parts, body } = exchange;
  const key = addressKey(exchange.clientAddress);
  requireLoginRoom(exchange, key);
  const session =
    'code' in body ? await loginWithCode(parts, body.code) : await loginWithToken(parts, body.token);
  if (!session) {
    await countFailedLogin(exchange, key, 'code' in body ? 'code' : 'token');
    throw httpError({
      code: 'login_failed',
      message: 'This login code or token is wrong, used, expired or revoked.',
      remedy: 'Use the newest link: every start of Baker Street prints one.',
    });
  }
  return loggedIn(exchange, session);
}

function loggedIn(exchange: Exchange, session: Session): Answer {
  const ends = Date.parse(session.record.expiresAt ?? '');
  const maxAgeS = Math.max(1, Math.floor((ends - exchange.parts.now()) / 1_000));
  return json(200, me(exchange, session.record), {
    'set-cookie': sessionCookie(session.secret, { secure: exchange.secure, maxAgeS }),
  });
}

async function makeLoginLink(exchange: AuthedExchange): Promise<Answer> {
  const { secret, record } = await issueLesserLoginCode(exchange.parts, exchange.credential);
  const origin = `${exchange.secure ? 'https' : 'http'}://${exchange.host}`;
  const { scopes, expiresAt } = record;
  return json(201, { url: loginLink(origin, secret), expiresAt, scopes: [...scopes] });
}

async function logout(exchange: AuthedExchange): Promise<Answer> {
  const { parts, access } = exchange;
  if (access.via === 'session') {
    const event = parts.auditEvent({
      type: 'auth.logout',
      actor: access.principal,
      onBehalfOf: access.principal,
      body: { session: access.credential },
    });
    await parts.store.revokeCredential(access, access.credential, [event]);
    exchange.edge.streams.endAll(access.credential);
  }
  return noContent({ 'set-cookie': clearedSessionCookie(exchange.secure) });
}

function me(exchange: Exchange, credential: CredentialRecord): Me {
  const { parts } = exchange;
  const principal = parts.store.readPrincipal(credential.principal);
  return {
    principal: {
      id: credential.principal,
      kind: principal?.kind ?? 'human',
      name: principal?.name ?? credential.principal,
    },
    scopes: [...credential.scopes],
    via: credential.kind === 'session' ? 'session' : 'token',
    ...(credential.expiresAt === undefined ? {} : { expiresAt: credential.expiresAt }),
    agentName: parts.configuration.runtime().value.agentName ?? parts.settings.agent.name,
    version: parts.version,
  };
}
