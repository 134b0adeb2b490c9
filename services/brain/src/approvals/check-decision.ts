import type { DecideApprovalRequest } from '@bakerst/shared/api/guard';
import type { StepOf } from '@bakerst/shared/steps';
import type { CredentialRecord } from '@bakerst/shared/store/system-store';
import type { Decider } from '../http/parts.ts';
import { isFreshSession } from '../identity/freshness.ts';
import { type ApprovalParts, cardOf, destinationOf, type FoundApproval } from './approval-parts.ts';
import { obstacleTo } from './approval-view.ts';
import type { DecisionPace } from './decision-pace.ts';
import { type Endorsements, endorsementsOf } from './endorsements.ts';
import { nonceInvalid, otherDigest, stepUpRequired, typingRequired } from './refusals.ts';
import type { Showings } from './showings.ts';

/** What is remembered of those who decide, in memory. */
export interface DecidingMemory {
  readonly showings: Showings;
  readonly pace: DecisionPace;
}

export interface WantedDecision {
  readonly decider: Decider;
  readonly approval: string;
  readonly request: DecideApprovalRequest;
}

/** A decision that may be recorded. */
export interface CheckedDecision extends Endorsements {
  readonly found: FoundApproval;
  readonly decider: Decider;
  readonly request: DecideApprovalRequest;
  readonly proof: NonNullable<StepOf<'approval_decided'>['proof']>;
  /** From the showing to the decision. */
  readonly elapsedMs: number;
}

/**
 * Everything that must hold before a decision is recorded. A denial needs neither typing nor a fresh sign-in: saying
 * no is never made hard.
 * @throws CodedError an `ApprovalErrorCode`; `store_not_found` where the caller may not even read it
 */
export function checkDecision(
  parts: ApprovalParts,
  { showings, pace }: DecidingMemory,
  { decider, approval, request }: WantedDecision,
): CheckedDecision {
  const { access } = decider;
  const { principal, credential } = access;
  const now = parts.now();
  const found = parts.store.readApproval(access, approval);
  const obstacle = obstacleTo(found, access, now);
  if (obstacle) throw obstacle;
  const elapsedMs = showings.ageOf(request.nonce, { approval, principal, credential });
  if (elapsedMs === undefined) throw nonceInvalid();
  if (found.pending.digest !== request.digest) throw otherDigest(approval);
  const proof = proofOf(decider, now);
  if (request.decision === 'approved') {
    requireTyping(found, pace.mustType(principal), request.typed);
    if (cardOf(found)?.stepUp === true && !proof.fresh) throw stepUpRequired();
  }
  const endorsements = endorsementsOf(request, { found, ids: parts.ids, now });
  return { ...endorsements, found, decider, request, proof, elapsedMs };
}

function requireTyping(found: FoundApproval, wasQuick: boolean, typed: string | undefined): void {
  if (!wasQuick && cardOf(found)?.typing !== true) return;
  const destination = destinationOf(found);
  if (typed !== destination) throw typingRequired(destination);
}

/** A token that was shown beside the decision is the fresher proof, and the one that is recorded. */
function proofOf({ access, credential, proof }: Decider, now: number): CheckedDecision['proof'] {
  if (proof !== undefined && provesPerson(proof, access.principal)) {
    return { via: 'token', credential: proof.id, fresh: true };
  }
  return { via: access.via, credential: access.credential, fresh: isFreshSession(credential, now) };
}

/** Whether this live token is somebody's fresh proof: it is theirs, and may approve. */
export function provesPerson({ kind, principal, scopes }: CredentialRecord, person: string): boolean {
  return kind === 'token' && principal === person && scopes.includes('approve');
}
