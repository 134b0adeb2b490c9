import type { Receipt } from '@bakerst/shared/audit';
import type { StepOf } from '@bakerst/shared/steps';
import { type CallPlace, digestOfCall, runEffect } from './call-facts.ts';
import { agentError } from './errors.ts';

/** Proof that one call may run once: verdict, approval and the receipt of its intent were seen. */
export interface RunPermit {
  readonly decided: StepOf<'tool_decided'>;
  readonly intended: StepOf<'tool_intended'>;
}

export interface PermitEvidence {
  readonly decided: StepOf<'tool_decided'>;
  readonly approval?: StepOf<'approval_decided'>;
  readonly intended: StepOf<'tool_intended'>;
  /** Required for everything but reads. */
  readonly receipt?: Receipt;
  /** Digest of the intent event as we computed it ourselves. */
  readonly intentDigest: string;
}

/** Permits that were given and not used yet. One that somebody else made, or that was used, is none. */
export class RunPermits {
  readonly #unused = new WeakSet<RunPermit>();

  /**
   * Checks the whole chain of a call.
   * @throws CodedError `tool_not_permitted`.
   */
  give(evidence: PermitEvidence): RunPermit {
    const { decided, intended } = evidence;
    const reasons = missingLinks(evidence);
    if (reasons.length > 0) throw notPermitted(decided, reasons.join(', '));
    const permit: RunPermit = { decided, intended };
    this.#unused.add(permit);
    return permit;
  }

  /**
   * Takes a permit back, for the one run of the very call that it was given for.
   * @throws CodedError `tool_not_permitted`.
   */
  use(permit: RunPermit, place: CallPlace): void {
    const { decided } = permit;
    if (!this.#unused.delete(permit)) throw notPermitted(decided, 'its permit is not valid');
    if (digestOfCall(place, decided, decided.arguments ?? {}) !== decided.digest)
      throw notPermitted(decided, 'its arguments have changed');
  }
}

/** What the chain of verdict, approval, intent and receipt lacks, in words. */
function missingLinks(evidence: PermitEvidence): readonly string[] {
  const { decided, approval, intended, receipt, intentDigest } = evidence;
  return [
    decided.problem && 'the call was never valid',
    decided.verdict.decision === 'deny' && 'it was denied',
    decided.verdict.decision === 'ask' && approval?.decision !== 'approved' && 'it was not approved',
    decided.verdict.decision === 'ask' &&
      intended.approval !== approval?.approval &&
      'its intent names another approval',
    (intended.call !== decided.call || intended.digest !== decided.digest) &&
      'its intent is for another call',
    !receipt && runEffect(decided) !== 'read' && 'its intent has no receipt',
    receipt && receipt.event !== intended.event && 'the receipt is for another event',
    receipt && receipt.digest !== intentDigest && 'the receipt is for another content',
  ].filter((reason) => typeof reason === 'string');
}

function notPermitted(decided: StepOf<'tool_decided'>, why: string): Error {
  return agentError({
    code: 'tool_not_permitted',
    message: `Call ${decided.call} of ${decided.tool} may not run: ${why}.`,
    remedy: 'This is a defect or an attack: stop the turn and look at its steps and audit events.',
  });
}
