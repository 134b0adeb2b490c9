import { CreatedToken, CreateTokenRequest, Token } from '@bakerst/shared/api/auth';
import { z } from 'zod';
import { isFreshSession } from '../../identity/freshness.ts';
import { administeredPerson } from '../../identity/people.ts';
import { createToken, revokeToken, tokensOf } from '../../identity/tokens.ts';
import { type HttpError, httpError } from '../errors.ts';
import { type Answer, type AuthedExchange, json, noContent } from '../exchange.ts';
import { ownedId } from '../owned-id.ts';
import { tokenView } from '../records.ts';
import { type Route, route } from '../route.ts';

const PersonQuery = z.object({ person: z.string().max(100).optional() });
type PersonQuery = z.infer<typeof PersonQuery>;

export const tokenRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/tokens',
    id: 'listTokens',
    tag: 'tokens',
    access: 'admin',
    summary: 'List API tokens, without their secrets',
    description: 'Your own, or those of `person`.',
    query: PersonQuery,
    answers: { 200: { description: 'Tokens', schema: z.object({ items: z.array(Token) }) } },
    errors: ['person_unknown'],
    handle: async ({ parts, access, query }) => {
      const person = await administeredPerson(parts, access, query.person);
      return json(200, { items: tokensOf(parts, access, person).map(tokenView) });
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/tokens',
    id: 'createToken',
    tag: 'tokens',
    access: 'admin',
    summary: 'Make an API token; its secret is shown this once',
    description: 'Your own, or with `person` that of somebody else. It holds no scope that you do not hold.',
    body: { schema: CreateTokenRequest, limit: () => 16_384 },
    answers: { 201: { description: 'The token with its secret', schema: CreatedToken } },
    errors: ['scope_not_held', 'fresh_login_required', 'person_unknown'],
    handle: makeToken,
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/tokens/:id',
    id: 'revokeToken',
    tag: 'tokens',
    access: 'admin',
    summary: 'Revoke a token at once, with the sessions that were opened with it',
    description: 'One of your own, or one of `person`.',
    query: PersonQuery,
    answers: { 204: { description: 'Revoked' } },
    errors: ['not_found', 'store_not_found', 'person_unknown'],
    handle: endToken,
  }),
];

async function makeToken(exchange: AuthedExchange<undefined, CreateTokenRequest>): Promise<Answer> {
  const { parts, access, body, credential } = exchange;
  const missing = body.scopes.filter((scope) => !access.scopes.has(scope));
  if (missing.length > 0) throw scopeNotHeld(missing);
  // A token that approves is a fresh proof later: an old session, perhaps a stolen one, must not make itself one.
  const isStale = access.via === 'session' && !isFreshSession(credential, parts.now());
  if (isStale && body.scopes.includes('approve')) throw freshLoginRequired();
  const person = await administeredPerson(parts, access, body.person);
  const { record, secret } = await createToken(parts, access, { ...body, person });
  return json(201, { ...tokenView(record), secret });
}

async function endToken(exchange: AuthedExchange<PersonQuery, undefined>): Promise<Answer> {
  const { parts, access, edge, query, param } = exchange;
  const token = ownedId('token', param('id'));
  const person = await administeredPerson(parts, access, query.person);
  for (const credential of await revokeToken(parts, access, { token, person })) {
    edge.streams.endAll(credential);
  }
  return noContent();
}

function scopeNotHeld(missing: readonly string[]): HttpError {
  return httpError({
    code: 'scope_not_held',
    message: `You do not hold ${missing.join(', ')} and cannot give it to a token.`,
    remedy: 'Leave these scopes out, or log in with the link printed at start, which holds all of them.',
  });
}

function freshLoginRequired(): HttpError {
  return httpError({
    code: 'fresh_login_required',
    message: 'A token that may approve is made by somebody who signed in within the last 5 minutes.',
    remedy: 'Sign in again with the link printed at start or with a token, then make it.',
  });
}
