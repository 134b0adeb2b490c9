import { Approval, DecideApprovalRequest, Turn } from '@bakerst/shared/api/conversations';
import { z } from 'zod';
import { json } from '../exchange.ts';
import { ownedId } from '../owned-id.ts';
import { turnView } from '../records.ts';
import { type Route, route } from '../route.ts';

const ApprovalsQuery = z.object({
  status: Approval.shape.status.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

export const approvalRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/approvals',
    id: 'listApprovals',
    tag: 'approvals',
    access: 'chat',
    summary: 'List what waits, or waited, for a person',
    query: ApprovalsQuery,
    answers: { 200: { description: 'Approvals', schema: z.object({ items: z.array(Approval) }) } },
    handle: ({ parts, access, query }) =>
      json(200, {
        items: parts.turns.listApprovals(access, {
          limit: query.limit,
          ...(query.status === undefined ? {} : { status: query.status }),
        }),
      }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/approvals/:id/decision',
    id: 'decideApproval',
    tag: 'approvals',
    access: 'approve',
    summary: 'Approve or deny exactly the call that was shown',
    body: { schema: DecideApprovalRequest, limit: () => 65_536 },
    answers: { 200: { description: 'The turn, which goes on', schema: Turn } },
    errors: [
      'not_found',
      'store_not_found',
      'store_conflict',
      'approval_not_open',
      'approval_digest_mismatch',
    ],
    handle: async ({ parts, access, body, param }) => {
      const { decision, digest, reason } = body;
      const record = await parts.turns.decideApproval(access, ownedId('approval', param('id')), {
        decision,
        digest,
        ...(reason === undefined ? {} : { reason }),
      });
      return json(200, turnView(record));
    },
  }),
];
