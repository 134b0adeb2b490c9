import type { AuditEvent } from '@bakerst/shared/audit';
import type { Bus } from '@bakerst/shared/bus';
import type { ApprovalCard } from '@bakerst/shared/guard';
import type { IdSource } from '@bakerst/shared/ids';
import type { StepOf } from '@bakerst/shared/steps';
import type { GrantStore } from '@bakerst/shared/store/guard-store';
import type { IdentityStore } from '@bakerst/shared/store/system-store';
import type { PendingApproval, TurnStore } from '@bakerst/shared/store/turn-store';

/** What reading and deciding approvals needs of the brain. */
export interface ApprovalParts {
  readonly store: Pick<TurnStore, 'listApprovals' | 'readApproval' | 'decideApproval'> &
    Pick<IdentityStore, 'readPrincipal' | 'listPrincipals'> &
    Pick<GrantStore, 'listGrants' | 'revokeGrant'>;
  readonly bus: Bus;
  readonly ids: IdSource;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly auditEvent: (event: Omit<AuditEvent, 'v' | 'id' | 'at'>) => AuditEvent;
  /** Turns may be runnable: one that waited was decided. */
  readonly wake: () => void;
}

/** An approval as the store has it. */
export interface FoundApproval {
  readonly pending: PendingApproval;
  readonly decided?: StepOf<'tool_decided'>;
}

export function cardOf({ decided }: FoundApproval): ApprovalCard | undefined {
  return decided?.verdict.decision === 'ask' ? decided.verdict.card : undefined;
}

/** The row says it or the card does: where they differ, the stricter one holds. */
export function needsFourEyes(found: FoundApproval): boolean {
  return found.pending.fourEyes || cardOf(found)?.fourEyes === true;
}

export function isOpen({ status, expiresAt }: PendingApproval, now: number): boolean {
  return status === 'open' && Date.parse(expiresAt) > now;
}

/** What must be typed where decisions were too quick. */
export function destinationOf(found: FoundApproval): string {
  const card = cardOf(found);
  return card?.destination ?? card?.tool ?? found.pending.call;
}
