import type { Approval } from '@bakerst/shared/api/conversations';
import type { ApprovalCard, Effect, Reason } from '@bakerst/shared/guard';

/** What is put before a person: the card as it was recorded, and what a decision of it must name. */
export interface ShownApproval {
  readonly id: string;
  readonly digest: string;
  readonly expiresAt: string;
  readonly card: ApprovalCard;
  readonly reasons: readonly Reason[];
  /** Id of the principal the agent acts for. */
  readonly onBehalfOf: string;
  /** Their name, where the server said it. */
  readonly requester?: string;
}

/** Absent where the record holds no card: it was written by another release. */
export function shownOf(approval: Approval): ShownApproval | undefined {
  const { decided, id, digest, expiresAt } = approval;
  if (decided?.type !== 'tool_decided' || decided.verdict.decision !== 'ask') return undefined;
  const { card, reasons } = decided.verdict;
  const { onBehalfOf } = decided;
  return { id, digest, expiresAt, card, reasons, onBehalfOf, ...nameOf(approval) };
}

function nameOf({ requester }: Approval): Pick<ShownApproval, 'requester'> {
  return requester === undefined ? {} : { requester: requester.name };
}

export function approvalTitle(approval: Approval): string {
  const { decided } = approval;
  return shownOf(approval)?.card.title ?? (decided?.type === 'tool_decided' ? decided.tool : 'An approval');
}

/** Approvals of one turn and one effect stand together and are still decided one by one. */
export interface ApprovalGroup {
  readonly key: string;
  readonly items: readonly Approval[];
}

/** Oldest request first, for it expires first; within a group in the order they were asked. */
export function groupApprovals(approvals: readonly Approval[]): readonly ApprovalGroup[] {
  const groups = new Map<string, Approval[]>();
  const sorted = [...approvals].sort((a, b) => a.requestedAt.localeCompare(b.requestedAt));
  for (const approval of sorted) {
    const key = `${approval.turn} ${effectOf(approval) ?? approval.id}`;
    groups.set(key, [...(groups.get(key) ?? []), approval]);
  }
  return [...groups].map(([key, items]) => ({ key, items }));
}

function effectOf(approval: Approval): Effect | undefined {
  return shownOf(approval)?.card.effect;
}
