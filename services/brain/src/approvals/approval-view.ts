import type { Approval } from '@bakerst/shared/api/conversations';
import type { ApprovalDetail } from '@bakerst/shared/api/guard';
import type { CodedError } from '@bakerst/shared/coded-error';
import type { Access } from '@bakerst/shared/identity';
import { type ApprovalParts, cardOf, type FoundApproval, isOpen, needsFourEyes } from './approval-parts.ts';
import type { ApprovalErrorCode } from './errors.ts';
import { needsSecondPerson, notOpen, notPermitted } from './refusals.ts';

const MOST_OPEN = 500;

export function approvalView({ store }: Pick<ApprovalParts, 'store'>, found: FoundApproval): Approval {
  const { owner, approval: id, fourEyes: _, ...shown } = found.pending;
  const requester = { id: owner, name: store.readPrincipal(owner)?.name ?? owner };
  return { id, ...shown, requester, ...(found.decided && { decided: found.decided }) };
}

/** Why this caller cannot decide it, whatever it sends; undefined where it can. */
export function obstacleTo(
  found: FoundApproval,
  access: Access,
  now: number,
): CodedError<ApprovalErrorCode> | undefined {
  if (access.via === 'system' || !access.scopes.has('approve')) return notPermitted();
  if (!isOpen(found.pending, now)) return notOpen(found.pending.approval);
  if (needsFourEyes(found) && access.principal === found.pending.owner) return needsSecondPerson();
  return undefined;
}

/** The obstacle as a client reads it. */
export function obstacleView(
  obstacle: CodedError<ApprovalErrorCode> | undefined,
): Pick<ApprovalDetail, 'obstacle'> {
  if (!obstacle) return {};
  const { code, message, remedy } = obstacle;
  return { obstacle: { code, message, remedy } };
}

/** Other open approvals of the same turn and effect, oldest first. */
export function togetherWith(
  { store }: Pick<ApprovalParts, 'store'>,
  access: Access,
  found: FoundApproval,
): string[] {
  const { approval, turn } = found.pending;
  return store
    .listApprovals(access, { status: 'open', limit: MOST_OPEN })
    .filter((other) => other.turn === turn && other.approval !== approval)
    .map((other) => store.readApproval(access, other.approval))
    .filter((other) => cardOf(other)?.effect === cardOf(found)?.effect)
    .map((other) => other.pending.approval)
    .reverse();
}
