import type { AuditEvent } from '../audit.ts';
import type { Grant } from '../guard.ts';
import type { Access } from '../identity.ts';
import type { Hold, Settlement } from '../money.ts';
import type { RecordedStep, Step, StepOf } from '../steps.ts';

export type TurnStatus = 'queued' | 'running' | 'parked' | 'completed' | 'failed' | 'cancelled';
export const ENDED_STATUSES: readonly TurnStatus[] = ['completed', 'failed', 'cancelled'];

/** One turn's row: its place and its lease, not its contents. */
export interface TurnRecord {
  readonly id: string;
  readonly conversation: string;
  readonly owner: string;
  /** Place in the conversation, from 1. */
  readonly position: number;
  readonly status: TurnStatus;
  /** Why a parked turn waits: an approval id, or `newer_release`. */
  readonly parkedFor?: string;
  readonly createdAt: string;
  readonly endedAt?: string;
  /** Sequence number of the last step. */
  readonly seq: number;
  readonly costMicros: number;
  /** Set once a person asked to stop it; survives a crash. */
  readonly cancelRequestedBy?: string;
}

/** Proof of holding the lease. Every append carries it; an older fence is refused (`store_fenced`). */
export interface Lease {
  readonly turn: string;
  readonly owner: string;
  readonly fence: number;
}

export interface ClaimedTurn {
  readonly record: TurnRecord;
  readonly lease: Lease;
}

export interface AcceptTurn {
  readonly access: Access;
  readonly turn: string;
  readonly conversation: string;
  /** Created in the same transaction where the conversation does not exist yet. */
  readonly createConversation?: { readonly title: string; readonly hidden: boolean; readonly model?: string };
  readonly message: StepOf<'message_received'>;
  /** Plain text for the search index: the user's words. */
  readonly searchText: string;
  /** Makes a retried request the same turn. `digest` is SHA-256 of the canonical request. Kept 7 days. */
  readonly idempotency?: { readonly route: string; readonly key: string; readonly digest: string };
  /** Take the lease at once where the conversation is idle: saves a commit on the way to the first token. */
  readonly claimFor?: { readonly owner: string; readonly leaseMs: number };
  readonly outbox: readonly AuditEvent[];
}

export interface AcceptedTurn {
  readonly record: TurnRecord;
  /** False where the idempotency key had made this turn before. */
  readonly created: boolean;
  /** Open approvals of this conversation that the new message withdrew. */
  readonly withdrawn: readonly string[];
  readonly lease?: Lease;
}

export interface StepAppend {
  readonly lease: Lease;
  /** `seq` of the last step the caller has seen; another value is refused (`store_conflict`). */
  readonly expectedSeq: number;
  readonly steps: readonly Step[];
  /** Audit events that go out if and only if the steps are stored. */
  readonly outbox: readonly AuditEvent[];
  /** Required exactly when `steps` holds a `model_started`; refused as a whole if the hold is not granted. */
  readonly hold?: Hold;
  /** Required exactly when `steps` holds a `model_ended`. */
  readonly settlement?: Settlement;
  /** What happens to the lease with this append. `ended` needs a `turn_ended` among the steps. */
  readonly leaseAfter: 'keep' | 'ended' | 'parked';
  readonly parkedFor?: string;
  /** Plain text of the answer, for the search index. */
  readonly searchText?: string;
}

export type AppendOutcome =
  | {
      readonly outcome: 'appended';
      readonly seq: number;
      /**
       * Asks that were withdrawn because a newer message waits behind the turn that was to park, or somebody asked to
       * stop it: it is queued again instead, with the `approval_decided` steps appended (`seq` counts them).
       */
      readonly withdrawn?: readonly string[];
    }
  | {
      readonly outcome: 'hold_refused';
      readonly scope: string;
      readonly limitMicros: number;
      readonly spentMicros: number;
      readonly reservedMicros: number;
      readonly blocked: boolean;
    };

/** What a turn's predecessors left for the context, newest first. */
export interface HistoryTurn {
  readonly record: TurnRecord;
  readonly steps: readonly RecordedStep[];
}

export interface PendingApproval {
  readonly approval: string;
  readonly turn: string;
  readonly conversation: string;
  readonly call: string;
  readonly digest: string;
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly status: 'open' | 'approved' | 'denied' | 'expired' | 'withdrawn' | 'consumed';
  /** Whose turn asks. */
  readonly owner: string;
  /** Decided by somebody else than its owner. */
  readonly fourEyes: boolean;
}

/** A decision with what becomes durable together with it. */
export interface ApprovalWrites {
  readonly outbox: readonly AuditEvent[];
  /** Of the turn's owner; only beside `approved`. */
  readonly grants?: readonly Grant[];
}

/**
 * Turns and their steps. Each operation is one complete unit: it checks and writes in one durable transaction and
 * resolves after the commit is on disk. Reads see everything committed before they were called.
 *
 * Every operation rejects with a `StoreErrorCode`: `store_not_found` (also for another owner's rows),
 * `store_conflict`, `store_fenced`, `store_idempotency_mismatch`, `store_full` (disk; retryable), `store_closed`.
 */
export interface TurnStore {
  acceptTurn(input: AcceptTurn): Promise<AcceptedTurn>;
  /** The oldest turns that may run: queued, nothing unfinished before them in their conversation. */
  claimRunnable(owner: string, leaseMs: number, limit: number): Promise<readonly ClaimedTurn[]>;
  /** False where the lease was lost. */
  renewLease(lease: Lease, leaseMs: number): Promise<boolean>;
  /** At start: frees leases of brains that are gone. `owners` are the instances known to live. */
  releaseLeasesExcept(owners: readonly string[]): Promise<number>;
  /** Gives a turn back untouched (drain): it becomes `queued` again. */
  releaseLease(lease: Lease): Promise<void>;
  appendSteps(append: StepAppend): Promise<AppendOutcome>;
  /** Records the wish; a queued or parked turn ends at once, a running one is stopped by its runner. */
  requestCancel(access: Access, turn: string, ended: StepOf<'turn_ended'>): Promise<TurnRecord>;
  /**
   * Appends `approval_decided` to a parked turn and queues it again. `store_conflict` where it was decided already.
   * With `decision: 'approved'` the approval is consumed later, by the `tool_intended` that names it.
   * By its owner; where four eyes are asked, by any other principal that holds `approve` and not by the owner
   * (`store_second_person`). Never by the brain itself, nor without `approve` (`store_misuse`).
   */
  decideApproval(
    access: Access,
    step: StepOf<'approval_decided'>,
    writes: ApprovalWrites,
  ): Promise<TurnRecord>;
  /** Expires open approvals whose time is over; returns the turns that woke. */
  expireApprovals(now: string, make: ApprovalExpiry): Promise<readonly string[]>;
  /** One's own, and with `approve` those of others that ask for four eyes. Newest first. */
  listApprovals(
    access: Access,
    filter: { readonly status?: PendingApproval['status']; readonly limit: number },
  ): readonly PendingApproval[];
  /** One of those, with the step its card was recorded in: all that a second person sees of the conversation. */
  readApproval(
    access: Access,
    approval: string,
  ): { readonly pending: PendingApproval; readonly decided?: StepOf<'tool_decided'> };
  /** Turns that have not ended, oldest first: of one conversation, or (for the brain itself) all in that status. */
  listUnfinishedTurns(access: Access, filter: UnfinishedTurns): readonly TurnRecord[];

  readTurn(access: Access, turn: string): TurnRecord;
  readSteps(access: Access, turn: string, afterSeq?: number): readonly RecordedStep[];
  /** Turns of a conversation before `beforePosition`, newest first. */
  readHistory(
    access: Access,
    conversation: string,
    page: { readonly beforePosition?: number; readonly limit: number },
  ): readonly HistoryTurn[];
  /** Position of the newest turn whose compaction summarises what came before, with its step. */
  readCompaction(
    access: Access,
    conversation: string,
  ): { readonly position: number; readonly step: StepOf<'context_compacted'> } | undefined;
  /** Turns that are not ended, for the runner and for `status`. */
  countTurns(): Readonly<Record<'queued' | 'running' | 'parked', number>>;
}

export type UnfinishedTurns =
  | { readonly conversation: string; readonly limit: number }
  | { readonly status: 'queued' | 'running' | 'parked'; readonly limit: number };

/** Makes the step and its event for an approval that expires; called inside the unit, so it must be pure. */
export interface ApprovalExpiry {
  readonly actor: string;
  readonly stepIds: () => string;
}
