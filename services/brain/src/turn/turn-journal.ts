import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditEvent } from '@bakerst/shared/audit';
import { CodedError } from '@bakerst/shared/coded-error';
import type { ChangeEvent, TurnEvent } from '@bakerst/shared/events';
import type { Hold, Settlement } from '@bakerst/shared/money';
import type { RecordedStep, Step, StepOf, StepType } from '@bakerst/shared/steps';
import type { AppendOutcome, ClaimedTurn, StepAppend, TurnRecord } from '@bakerst/shared/store/turn-store';
import { subjects } from '@bakerst/shared/subjects';
import { tellDeciders } from '../approvals/tell-deciders.ts';
import { auditEventsOf, moneyEvent } from './step-audit.ts';
import type { TurnParts } from './turn-parts.ts';

type Common = 'v' | 'id' | 'at' | 'actor' | 'onBehalfOf' | 'type';
export type StepFields<T extends StepType> = Omit<StepOf<T>, Common>;

export interface JournalAppend {
  readonly steps: readonly Step[];
  readonly hold?: Hold;
  readonly settlement?: Settlement;
  readonly leaseAfter?: StepAppend['leaseAfter'];
  readonly parkedFor?: string;
  readonly searchText?: string;
  readonly outbox?: readonly AuditEvent[];
}

const RETRY_MS = [100, 250, 500, 1_000, 2_000, 5_000];

/**
 * The only pen of a running turn: appends steps under its lease, with their audit events, and tells whoever follows.
 * A store that cannot write just now (full disk) holds the turn where it is until it can, or until `signal` says stop.
 */
export class TurnJournal {
  readonly record: TurnRecord;
  readonly #parts: TurnParts;
  readonly #claimed: ClaimedTurn;
  readonly #steps: RecordedStep[];
  readonly #signal: AbortSignal;

  constructor(options: {
    readonly parts: TurnParts;
    readonly claimed: ClaimedTurn;
    readonly steps: readonly RecordedStep[];
    readonly signal: AbortSignal;
  }) {
    this.#parts = options.parts;
    this.#claimed = options.claimed;
    this.record = options.claimed.record;
    this.#steps = [...options.steps];
    this.#signal = options.signal;
  }

  get steps(): readonly RecordedStep[] {
    return this.#steps;
  }

  get seq(): number {
    return this.#steps.at(-1)?.seq ?? 0;
  }

  /** A step of this turn, made now by this brain on behalf of the turn's owner. */
  step<T extends StepType>(type: T, fields: StepFields<T>): StepOf<T> {
    const step = {
      v: 1,
      type,
      id: this.#parts.ids('step'),
      at: new Date(this.#parts.now()).toISOString(),
      actor: this.#parts.instance,
      onBehalfOf: this.record.owner,
      ...fields,
    };
    // TypeScript cannot see that `fields` belongs to `type`; the signature holds it.
    return step as unknown as StepOf<T>;
  }

  /** An audit event of this turn that belongs to no step. */
  moneyEvent(type: 'budget.refused' | 'budget.overdrawn', body: AuditEvent['body']): AuditEvent {
    const { ids, now, instance } = this.#parts;
    const { id: turn, conversation, owner } = this.record;
    const who = {
      id: ids('auditEvent'),
      at: new Date(now()).toISOString(),
      actor: instance,
      onBehalfOf: owner,
    };
    return moneyEvent(who, { turn, conversation }, { type, body });
  }

  /** @throws CodedError `store_fenced` where the lease is lost; the signal's reason where told to stop. */
  async append(request: JournalAppend): Promise<AppendOutcome> {
    const { steps, outbox = [], leaseAfter = 'keep', ...rest } = request;
    const place = { turn: this.record.id, conversation: this.record.conversation };
    const append: StepAppend = {
      lease: this.#claimed.lease,
      expectedSeq: this.seq,
      steps,
      outbox: [...outbox, ...auditEventsOf(steps, place, this.#steps)],
      leaseAfter,
      ...rest,
    };
    const outcome = await this.#appendPatiently(append);
    if (outcome.outcome === 'appended') {
      this.#recorded(steps);
      if (leaseAfter === 'parked') this.#tellParked(request.parkedFor ?? '');
      this.#tellDeciders(steps);
    }
    return outcome;
  }

  async #appendPatiently(append: StepAppend): Promise<AppendOutcome> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#parts.store.appendSteps(append);
      } catch (error) {
        if (!(error instanceof CodedError) || !error.retryable) throw error;
        this.#parts.log.error({ code: error.code, turn: this.record.id }, error.message);
        const pause = RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)];
        await sleep(pause, undefined, { signal: this.#signal });
      }
    }
  }

  #tellParked(reason: string): void {
    const approval: { approval?: string } = reason.startsWith('apr_') ? { approval: reason } : {};
    const event: TurnEvent = { type: 'state', seq: this.seq, status: 'parked', reason, ...approval };
    const { bus } = this.#parts;
    const { id, conversation, owner } = this.record;
    bus.publish(subjects.turnEvents(id), event);
    if (approval.approval === undefined) return;
    // Who looks at another conversation, or at none, must learn that something waits for them.
    const change: ChangeEvent = { type: 'changed', what: 'approval', id: reason, conversation };
    bus.publish(subjects.changes(owner), change);
  }

  /** Where a second person decides, whoever may be it learns that something waits. */
  #tellDeciders(steps: readonly Step[]): void {
    for (const step of steps) {
      if (step.type !== 'approval_requested' || step.fourEyes !== true) continue;
      tellDeciders(this.#parts, { approval: step.approval, owner: this.record.owner });
    }
  }

  #recorded(steps: readonly Step[]): void {
    const { bus } = this.#parts;
    for (const step of steps) {
      const seq = this.seq + 1;
      this.#steps.push({ seq, step });
      const event: TurnEvent = { type: 'step', seq, step };
      bus.publish(subjects.turnEvents(this.record.id), event);
    }
  }
}
