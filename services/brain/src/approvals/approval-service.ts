import type { ApprovalDetail } from '@bakerst/shared/api/guard';
import type { Access } from '@bakerst/shared/identity';
import type { ApprovalService } from '../http/parts.ts';
import { type ApprovalParts, cardOf } from './approval-parts.ts';
import { approvalView, obstacleTo, obstacleView, togetherWith } from './approval-view.ts';
import { checkDecision, type DecidingMemory } from './check-decision.ts';
import { DecisionPace } from './decision-pace.ts';
import { recordDecision } from './record-decision.ts';
import { Showings } from './showings.ts';

const MOST_GRANTS = 1_000;

/**
 * The one way an approval is read and decided. Nothing is decided that was not shown, to the very credential that
 * decides, a moment ago; and never by the brain or by a credential without `approve`.
 */
export function createApprovalService(parts: ApprovalParts): ApprovalService {
  const memory: DecidingMemory = { showings: new Showings(parts.now), pace: new DecisionPace() };
  return {
    list: (access, filter) =>
      parts.store
        .listApprovals(access, filter)
        .map(({ approval }) => approvalView(parts, parts.store.readApproval(access, approval))),
    read: (access, approval) => show(parts, memory, { access, approval }),
    decide: async (decider, approval, request) => {
      const checked = checkDecision(parts, memory, { decider, approval, request });
      const record = await recordDecision(parts, checked);
      memory.showings.forget(request.nonce);
      memory.pace.note(decider.access.principal, checked.elapsedMs);
      parts.wake();
      return record;
    },
    grants: (access) => parts.store.listGrants(access, { limit: MOST_GRANTS }),
    revokeGrant: (access, grant) => revokeGrant(parts, access, grant),
  };
}

function show(
  parts: ApprovalParts,
  { showings, pace }: DecidingMemory,
  { access, approval }: { readonly access: Access; readonly approval: string },
): ApprovalDetail {
  const { principal, credential } = access;
  const found = parts.store.readApproval(access, approval);
  return {
    ...approvalView(parts, found),
    nonce: showings.show({ approval, principal, credential }),
    ...obstacleView(obstacleTo(found, access, parts.now())),
    typing: pace.mustType(principal) || cardOf(found)?.typing === true,
    together: togetherWith(parts, access, found),
  };
}

async function revokeGrant(parts: ApprovalParts, access: Access, grant: string): Promise<void> {
  const { principal, credential } = access;
  const about = { type: 'grant.revoked', actor: principal, onBehalfOf: principal } as const;
  const event = parts.auditEvent({ ...about, body: { grant, by: credential } });
  await parts.store.revokeGrant(access, grant, [event]);
}
