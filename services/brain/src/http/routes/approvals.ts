import { Approval, Turn } from '@bakerst/shared/api/conversations';
import { ApprovalDetail, DecideApprovalRequest } from '@bakerst/shared/api/guard';
import type { CredentialRecord } from '@bakerst/shared/store/system-store';
import { z } from 'zod';
import { provesPerson } from '../../approvals/check-decision.ts';
import { findLive } from '../../identity/authenticate.ts';
import { requireOneOf } from '../authorize.ts';
import { addressKey } from '../client-address.ts';
import { type Answer, type AuthedExchange, json } from '../exchange.ts';
import { ownedId } from '../owned-id.ts';
import { turnView } from '../records.ts';
import { type Route, route } from '../route.ts';
import { countFailedLogin, requireLoginRoom } from '../throttled-login.ts';

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
    access: 'authenticated',
    summary: 'List what waits, or waited, for a person',
    description:
      'One’s own with the scope `chat` or `approve`; with `approve` also what others ask for and the policy wants a ' +
      'second person for.',
    query: ApprovalsQuery,
    answers: { 200: { description: 'Approvals', schema: z.object({ items: z.array(Approval) }) } },
    errors: ['scope_missing'],
    handle: ({ parts, access, query }) => {
      requireOneOf(access, ['chat', 'approve']);
      const { limit, status } = query;
      const items = parts.approvals.list(access, { limit, ...(status === undefined ? {} : { status }) });
      return json(200, { items });
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/approvals/:id',
    id: 'readApproval',
    tag: 'approvals',
    access: 'authenticated',
    summary: 'Show one approval, with what is needed to decide it',
    description:
      'Each reading is a showing: its nonce serves one decision of the same credential within 15 minutes. `obstacle` ' +
      'says why the caller cannot decide it.',
    answers: { 200: { description: 'The approval', schema: ApprovalDetail } },
    errors: ['scope_missing', 'not_found', 'store_not_found'],
    handle: ({ parts, access, param }) => {
      requireOneOf(access, ['chat', 'approve']);
      return json(200, parts.approvals.read(access, ownedId('approval', param('id'))));
    },
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
      'store_second_person',
      'login_throttled',
      'approval_not_open',
      'approval_nonce_invalid',
      'approval_digest_mismatch',
      'approval_typing_required',
      'approval_step_up_required',
      'approval_needs_second_person',
      'approval_endorsement_refused',
    ],
    handle: decide,
  }),
];

async function decide(exchange: AuthedExchange<undefined, DecideApprovalRequest>): Promise<Answer> {
  const { parts, access, credential, body, param } = exchange;
  const approval = ownedId('approval', param('id'));
  const proof = await proofOf(exchange);
  const decider = { access, credential, ...(proof && { proof }) };
  return json(200, turnView(await parts.approvals.decide(decider, approval, body)));
}

/**
 * The live token that was sent as proof. A wrong one counts as a failed login, and the decision is then judged as if
 * none had been sent.
 */
async function proofOf(
  exchange: AuthedExchange<undefined, DecideApprovalRequest>,
): Promise<CredentialRecord | undefined> {
  const { parts, access, body } = exchange;
  if (body.proof === undefined) return undefined;
  const key = addressKey(exchange.clientAddress);
  requireLoginRoom(exchange, key);
  const found = findLive(parts, 'token', body.proof.token);
  if (found.ok && provesPerson(found.record, access.principal)) return found.record;
  await countFailedLogin(exchange, key, 'proof');
  return undefined;
}
