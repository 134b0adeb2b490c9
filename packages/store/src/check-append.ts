import type { Step } from '@bakerst/shared/steps';
import type { StepAppend } from '@bakerst/shared/store/turn-store';
import { misuse } from './errors.ts';

/**
 * What an append must look like whatever the turn's state: money goes with model calls, an end is the last step,
 * and nobody but a person approves.
 * @throws CodedError `store_misuse`
 */
export function checkAppend(append: StepAppend): void {
  checkSteps(append.steps);
  checkMoney(append);
  checkPlace(append);
}

function checkSteps(steps: readonly Step[]): void {
  for (const step of steps) {
    if (step.type === 'message_received') throw misuse('A message is stored by acceptTurn alone.');
    if (step.type === 'approval_decided' && step.decision === 'approved') {
      throw misuse('An approval is granted by decideApproval alone.');
    }
  }
}

function checkMoney({ steps, hold, settlement }: StepAppend): void {
  const started = steps.filter((step) => step.type === 'model_started');
  const ended = steps.filter((step) => step.type === 'model_ended');
  if (started.length > 1 || ended.length > 1) {
    throw misuse('An append holds at most one model_started and one model_ended.');
  }
  if (started[0]?.call !== hold?.call)
    throw misuse('A model_started needs the hold of its call, and only then.');
  if (ended[0]?.call !== settlement?.call) {
    throw misuse('A model_ended needs the settlement of its call, and only then.');
  }
  if (hold !== undefined && hold.micros !== started[0]?.holdMicros) {
    throw misuse('The hold differs from what model_started records.');
  }
  for (const micros of [hold?.micros ?? 0, settlement?.micros ?? 0]) {
    if (!Number.isSafeInteger(micros) || micros < 0)
      throw misuse(`${micros} is not an amount of micro-dollars.`);
  }
  const keys = new Set(hold?.scopes.map((scope) => scope.key));
  if (hold !== undefined && keys.size !== hold.scopes.length) throw misuse('A hold names each scope once.');
}

function checkPlace({ steps, leaseAfter, parkedFor }: StepAppend): void {
  const ends = steps.filter((step) => step.type === 'turn_ended').length;
  const isLast = steps.at(-1)?.type === 'turn_ended';
  if (leaseAfter === 'ended' ? ends !== 1 || !isLast : ends !== 0) {
    throw misuse("A turn_ended is the last step of an append with leaseAfter: 'ended', and only there.");
  }
  if ((leaseAfter === 'parked') !== (parkedFor !== undefined)) {
    throw misuse("An append with leaseAfter: 'parked' names what the turn waits for, and only then.");
  }
  if (leaseAfter === 'keep' && steps.length === 0) throw misuse('An append without steps changes nothing.');
}
