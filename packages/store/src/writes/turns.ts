import type { Grant } from '@bakerst/shared/guard';
import type { Access } from '@bakerst/shared/identity';
import type { StepOf } from '@bakerst/shared/steps';
import type { AcceptTurn, StepAppend, TurnStore } from '@bakerst/shared/store/turn-store';
import { callerOf } from '../caller.ts';
import { checkAppend } from '../check-append.ts';
import { misuse } from '../errors.ts';
import { toMs } from '../row.ts';
import type { AcceptInput } from '../units/accept-turn.ts';
import type { AppendInput } from '../units/append-steps.ts';
import { toEventRows, toStepRow } from '../units/step-rows.ts';
import type { WriteClient } from '../writer/write-client.ts';

type TurnWrites = Pick<
  TurnStore,
  | 'acceptTurn'
  | 'claimRunnable'
  | 'renewLease'
  | 'releaseLeasesExcept'
  | 'releaseLease'
  | 'appendSteps'
  | 'requestCancel'
  | 'decideApproval'
  | 'expireApprovals'
>;

/** Turns the port's calls into units: steps and events become JSON here, off the writer's path. */
export function turnWrites(
  writer: WriteClient,
  expiredApprovals: (now: number) => readonly string[],
): TurnWrites {
  return {
    acceptTurn: async (input) => writer.run('acceptTurn', toAcceptInput(input)),
    appendSteps: async (append) => {
      checkAppend(append);
      return writer.run('appendSteps', toAppendInput(append));
    },
    claimRunnable: (owner, leaseMs, limit) => writer.run('claimRunnable', { owner, leaseMs, limit }),
    renewLease: (lease, leaseMs) => writer.run('renewLease', { lease, leaseMs }),
    releaseLease: (lease) => writer.run('releaseLease', { lease }),
    releaseLeasesExcept: (owners) => writer.run('releaseLeasesExcept', { owners }),
    requestCancel: async (access, turn, ended) => {
      const { actor, onBehalfOf, status } = ended;
      const row = { ...toStepRow(ended), actor, onBehalfOf, status };
      return writer.run('requestCancel', { caller: callerOf(access), turn, ended: row });
    },
    decideApproval: async (access, step, { outbox, grants = [] }) => {
      checkDecision(access, step, grants);
      const row = { ...toStepRow(step), call: step.call };
      const input = { caller: callerOf(access), step: row, outbox: toEventRows(outbox), grants };
      return writer.run('decideApproval', input);
    },
    expireApprovals: async (now, make) => {
      const at = toMs(now);
      const items = expiredApprovals(at).map((approval) => ({ approval, stepId: make.stepIds() }));
      if (items.length === 0) return [];
      return writer.run('expireApprovals', { actor: make.actor, at, items });
    },
  };
}

function checkDecision(access: Access, step: StepOf<'approval_decided'>, grants: readonly Grant[]): void {
  if (step.decision !== 'approved' && step.decision !== 'denied') {
    throw misuse('A person approves or denies; the rest is decided by the store.');
  }
  if (step.actor !== access.principal) throw misuse('A decision is recorded for the one who made it.');
  if (grants.length > 0 && step.decision !== 'approved') throw misuse('A denial grants nothing.');
}

function toAcceptInput(input: AcceptTurn): AcceptInput {
  const { access, message, outbox, ...rest } = input;
  return {
    ...rest,
    caller: callerOf(access),
    message: { ...toStepRow(message), actor: message.actor, onBehalfOf: message.onBehalfOf },
    outbox: toEventRows(outbox),
  };
}

function toAppendInput(append: StepAppend): AppendInput {
  const { steps, outbox, ...rest } = append;
  const end = steps.find((step): step is StepOf<'turn_ended'> => step.type === 'turn_ended');
  return {
    ...rest,
    steps: steps.map(toStepRow),
    outbox: toEventRows(outbox),
    ...(end === undefined ? {} : { endedAs: end.status }),
  };
}
