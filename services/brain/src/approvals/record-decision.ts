import type { AuditEvent } from '@bakerst/shared/audit';
import type { ChangeEvent } from '@bakerst/shared/events';
import type { Grant } from '@bakerst/shared/guard';
import type { StepOf } from '@bakerst/shared/steps';
import type { TurnRecord } from '@bakerst/shared/store/turn-store';
import { subjects } from '@bakerst/shared/subjects';
import { auditEventsOf } from '../turn/step-audit.ts';
import { type ApprovalParts, needsFourEyes } from './approval-parts.ts';
import type { CheckedDecision } from './check-decision.ts';
import { valueDigest } from './endorsements.ts';
import { tellDeciders } from './tell-deciders.ts';

/** Makes the decision durable, with its grants and events in one transaction, and tells who follows the turn. */
export async function recordDecision(parts: ApprovalParts, checked: CheckedDecision): Promise<TurnRecord> {
  const { pending } = checked.found;
  const { turn, conversation } = pending;
  const step = stepOf(parts, checked);
  const grantEvents = checked.grants.map((grant) => grantEvent(parts, checked, grant));
  const outbox = [...auditEventsOf([step], { turn, conversation }, []), ...grantEvents];
  const { access } = checked.decider;
  const record = await parts.store.decideApproval(access, step, { outbox, grants: checked.grants });
  parts.bus.publish(subjects.turnEvents(turn), { type: 'step', seq: record.seq, step });
  const change: ChangeEvent = { type: 'changed', what: 'approval', id: pending.approval, conversation };
  parts.bus.publish(subjects.changes(pending.owner), change);
  if (needsFourEyes(checked.found)) tellDeciders(parts, pending);
  return record;
}

function stepOf(parts: ApprovalParts, checked: CheckedDecision): StepOf<'approval_decided'> {
  const { found, decider, request, proof, endorsed } = checked;
  return {
    v: 1,
    type: 'approval_decided',
    id: parts.ids('step'),
    at: new Date(parts.now()).toISOString(),
    actor: decider.access.principal,
    onBehalfOf: found.pending.owner,
    approval: found.pending.approval,
    call: found.pending.call,
    decision: request.decision,
    ...(request.reason !== undefined && { reason: request.reason }),
    ...(endorsed.length > 0 && { endorsed: [...endorsed] }),
    proof,
  };
}

function grantEvent(parts: ApprovalParts, { found, decider }: CheckedDecision, grant: Grant): AuditEvent {
  const { turn, conversation, approval } = found.pending;
  return {
    ...parts.auditEvent({
      type: 'grant.created',
      actor: decider.access.principal,
      onBehalfOf: grant.principal,
      body: {
        grant: grant.id,
        approval,
        server: grant.server,
        slot: grant.slot,
        valueDigest: valueDigest(grant),
        expiresAt: grant.expiresAt,
      },
    }),
    turn,
    conversation,
  };
}
