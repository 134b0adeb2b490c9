import { CreatedToken, CreateTokenRequest, Token } from '@bakerst/shared/api/auth';
import { z } from 'zod';
import { createToken, revokeToken } from '../../identity/tokens.ts';
import { httpError } from '../errors.ts';
import { type Answer, type AuthedExchange, json, noContent } from '../exchange.ts';
import { ownedId } from '../owned-id.ts';
import { tokenView } from '../records.ts';
import { type Route, route } from '../route.ts';

export const tokenRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/tokens',
    id: 'listTokens',
    tag: 'tokens',
    access: 'admin',
    summary: 'List API tokens, without their secrets',
    answers: { 200: { description: 'Tokens', schema: z.object({ items: z.array(Token) }) } },
    handle: ({ parts, access }) =>
      json(200, { items: parts.store.listCredentials(access, 'token').map(tokenView) }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/tokens',
    id: 'createToken',
    tag: 'tokens',
    access: 'admin',
    summary: 'Make an API token; its secret is shown this once',
    body: { schema: CreateTokenRequest, limit: () => 16_384 },
    answers: { 201: { description: 'The token with its secret', schema: CreatedToken } },
    errors: ['scope_not_held'],
    handle: makeToken,
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/tokens/:id',
    id: 'revokeToken',
    tag: 'tokens',
    access: 'admin',
    summary: 'Revoke a token at once, with the sessions that were opened with it',
    answers: { 204: { description: 'Revoked' } },
    errors: ['not_found', 'store_not_found'],
    handle: async ({ parts, access, edge, param }) => {
      const ended = await revokeToken(parts, access, ownedId('token', param('id')));
      for (const credential of ended) edge.streams.endAll(credential);
      return noContent();
    },
  }),
];

async function makeToken(exchange: AuthedExchange<undefined, CreateTokenRequest>): Promise<Answer> {
  const { parts, access, body } = exchange;
  const missing = body.scopes.filter((scope) => !access.scopes.has(scope));
  if (missing.length > 0) {
    throw httpError({
      code: 'scope_not_held',
      message: `You do not hold ${missing.join(', ')} and cannot give it to a token.`,
      remedy: 'Leave these scopes out, or log in with the link printed at start, which holds all of them.',
    });
  }
  const { record, secret } = await createToken(parts, access, body);
  return json(201, { ...tokenView(record), secret });
}
