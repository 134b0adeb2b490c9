import { GrantList } from '@bakerst/shared/api/guard';
import { json, noContent } from '../exchange.ts';
import { ownedId } from '../owned-id.ts';
import { type Route, route } from '../route.ts';

export const grantRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/grants',
    id: 'listGrants',
    tag: 'approvals',
    access: 'chat',
    summary: 'List the values you accepted for longer than a request',
    description: 'Newest first, also those that were revoked or have expired.',
    answers: { 200: { description: 'Grants', schema: GrantList } },
    handle: ({ parts, access }) => json(200, { items: parts.approvals.grants(access) }),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/grants/:id',
    id: 'revokeGrant',
    tag: 'approvals',
    access: 'chat',
    summary: 'Revoke a grant: its value is asked about again',
    answers: { 204: { description: 'Revoked' } },
    errors: ['not_found', 'store_not_found'],
    handle: async ({ parts, access, param }) => {
      await parts.approvals.revokeGrant(access, ownedId('grant', param('id')));
      return noContent();
    },
  }),
];
