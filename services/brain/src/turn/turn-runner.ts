import { CodedError } from '@bakerst/shared/coded-error';
import type { RecordedStep } from '@bakerst/shared/steps';
import type { AcceptedTurn, ClaimedTurn, Lease } from '@bakerst/shared/store/turn-store';
import { subjects } from '@bakerst/shared/subjects';
import { runTurn } from './run-turn.ts';
import { readHistory } from './turn-history.ts';
import { TurnJournal } from './turn-journal.ts';
import type { TurnParts } from './turn-parts.ts';
import { interruptionOf, systemAccess, TurnInterruption, type TurnRun } from './turn-run.ts';
import { unheardCall } from './unheard-call.ts';

export const LEASE_MS = 30_000;
/** Turns are also looked for without being told, so that a lost hint only delays. */
const SWEEP_MS = 5_000;
/** A turn that failed in a way that should not be is left alone for this long. */
const CRASH_PAUSE_MS = 5_000;

interface Started {
  readonly claimed: ClaimedTurn;
  readonly steps: readonly RecordedStep[] | undefined;
  /** For a run that began before its turn was accepted: whether it was, under the expected lease. */
  readonly ahead: Promise<boolean> | undefined;
}

interface Running {
  readonly claimed: ClaimedTurn;
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/**
 * Runs turns under leases: one at a time in a conversation (the store sees to it), side by side across conversations
 * up to a limit. After a crash the next start takes the unfinished ones up by itself.
 */
export class TurnRunner {
  readonly #parts: TurnParts;
  readonly #running = new Map<string, Running>();
  readonly #waiters = new Map<string, Set<() => void>>();
  #timers: NodeJS.Timeout[] = [];
  #claiming = false;
  #claimAgain = false;
  #renewedAt = 0;
  #started = false;
  #stopping = false;

  constructor(parts: TurnParts) {
    this.#parts = parts;
  }

  /** Takes up what a former run left, and keeps looking. */
  start(): void {
    if (this.#stopping) return;
    this.#started = true;
    this.#timers = [
      setInterval(() => this.wake(), SWEEP_MS),
      setInterval(() => void this.#renewLeases(), LEASE_MS / 3),
      setInterval(() => void this.#expireApprovals(), 1_000),
    ];
    this.wake();
  }

  get stopping(): boolean {
    return this.#stopping;
  }

  /** Room for a turn to be claimed as it is accepted. */
  hasRoom(): boolean {
    return this.#started && !this.#stopping && this.#running.size < this.#parts.limits.concurrentTurns;
  }

  /** Runs a turn whose lease is held already; `steps` where the caller has just stored them all. */
  run(claimed: ClaimedTurn, steps?: readonly RecordedStep[]): void {
    if (this.#stopping) {
      void this.#release(claimed.lease);
      return;
    }
    this.#start({ claimed, steps, ahead: undefined });
  }

  #start(started: Started): void {
    const { claimed } = started;
    const turn = claimed.record.id;
    const abort = new AbortController();
    const former = this.#running.get(turn);
    // Claimed anew since its lease had run out here: never two runs of one turn beside each other.
    former?.abort.abort(new TurnInterruption('lease_lost'));
    const start = () => this.#runToEnd(started, abort);
    // A turn that was not made must not be waited for, however patient its journal is with a full disk.
    void started.ahead?.then((isOurs) => isOurs || abort.abort(new TurnInterruption('lease_lost')));
    const done = (former ? former.done.then(start) : start()).finally(() => {
      if (this.#running.get(turn) === running) this.#running.delete(turn);
      this.#notify(turn);
      this.wake();
    });
    const running: Running = { claimed, abort, done };
    this.#running.set(turn, running);
  }

  /**
   * Runs a turn that is being accepted just now. Its first append is behind the message in the writer's line, so it is
   * refused where the turn was not made, or made under another lease; the run is then dropped without a trace.
   */
  runAhead(expected: ClaimedTurn, steps: readonly RecordedStep[], accepting: Promise<AcceptedTurn>): void {
    const ahead = accepting.then(
      ({ record, lease }) => lease !== undefined && record.id === expected.record.id,
      () => false,
    );
    this.#start({ claimed: expected, steps, ahead });
  }

  /** Something may be runnable now. */
  wake(): void {
    this.#parts.relay.wake();
    if (this.#claiming) {
      this.#claimAgain = true;
      return;
    }
    void this.#claim();
  }

  /** Stops the work of a running turn here; false where this brain does not run it. */
  cancel(turn: string): boolean {
    const running = this.#running.get(turn);
    running?.abort.abort(new TurnInterruption('cancelled'));
    return running !== undefined;
  }

  /** Calls back once when the turn stops running here. */
  onceSettled(turn: string, callback: () => void): () => void {
    const waiters = this.#waiters.get(turn) ?? new Set();
    this.#waiters.set(turn, waiters.add(callback));
    return () => {
      waiters.delete(callback);
      if (waiters.size === 0) this.#waiters.delete(turn);
    };
  }

  /** Lets running turns finish for `graceMs`, then gives the rest back as they are. */
  async drain(graceMs: number): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#timers) clearInterval(timer);
    const all = () => Promise.all([...this.#running.values()].map((running) => running.done));
    const timeout = new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref());
    await Promise.race([all(), timeout]);
    for (const { abort } of this.#running.values()) abort.abort(new TurnInterruption('drain'));
    await all();
  }

  async #claim(): Promise<void> {
    this.#claiming = true;
    try {
      do {
        this.#claimAgain = false;
        await this.#claimRoom();
      } while (this.#claimAgain);
    } catch (error) {
      this.#parts.log.error({ err: error }, 'Turns cannot be claimed just now.');
    } finally {
      this.#claiming = false;
    }
  }

  async #claimRoom(): Promise<void> {
    const { store, limits, instance, now } = this.#parts;
    const room = limits.concurrentTurns - this.#running.size;
    if (!this.#started || this.#stopping || room <= 0 || store.countTurns().queued === 0) return;
    // After a sleep of the machine or a full disk our own leases are old: what runs here is not there to be claimed.
    if (now() - this.#renewedAt > LEASE_MS / 2) await this.#renewLeases();
    const claimed = await store.claimRunnable(instance, LEASE_MS, room);
    for (const turn of claimed) this.run(turn);
  }

  async #runToEnd(started: Started, abort: AbortController): Promise<void> {
    const { claimed } = started;
    const { log, onMetric, limits, now } = this.#parts;
    const turn = claimed.record.id;
    const cancels = this.#parts.bus.subscribe(subjects.turnCancel(turn), () => this.cancel(turn));
    const deadline = setTimeout(() => abort.abort(new TurnInterruption('deadline')), limits.turnDeadlineMs);
    const from = now();
    try {
      const run = this.#prepare(started, abort.signal);
      if (run.journal.record.cancelRequestedBy) abort.abort(new TurnInterruption('cancelled'));
      await runTurn(run);
      const last = run.journal.steps.at(-1)?.step;
      if (last?.type === 'turn_ended')
        onMetric({ type: 'turn_ended', status: last.status, durationMs: now() - from });
      this.#tellOwner(claimed);
    } catch (error) {
      const isOurs = (await started.ahead) ?? true;
      if (isOurs) await this.#handleFailure(claimed, abort.signal, error);
    } finally {
      clearTimeout(deadline);
      cancels.unsubscribe();
      this.#parts.live.end(turn);
      log.debug({ turn }, 'turn left the runner');
    }
  }

  #prepare({ claimed, steps: known }: Started, signal: AbortSignal): TurnRun {
    const { store, instance } = this.#parts;
    const { record } = claimed;
    const access = systemAccess(instance, record);
    const steps = known ?? store.readSteps(access, record.id);
    const journal = new TurnJournal({
      parts: this.#parts,
      claimed,
      steps,
      signal: this.#journalSignal(signal),
    });
    return { parts: this.#parts, journal, access, signal, before: readHistory(store, access, record) };
  }

  /** A journal goes on writing when the person cancels; it stops where the turn must be left as it is. */
  #journalSignal(signal: AbortSignal): AbortSignal {
    const stop = new AbortController();
    signal.addEventListener('abort', () => {
      const kind = interruptionOf(signal)?.kind;
      if (kind === 'drain' || kind === 'lease_lost') stop.abort(signal.reason);
    });
    return stop.signal;
  }

  async #handleFailure(claimed: ClaimedTurn, signal: AbortSignal, error: unknown): Promise<void> {
    const { log } = this.#parts;
    const turn = claimed.record.id;
    const isInterruption = interruptionOf(signal) !== undefined;
    if (isInterruption) return this.#release(claimed.lease);
    if (error instanceof CodedError && error.code === 'store_fenced') {
      log.warn({ turn }, 'Another brain has taken this turn over.');
      return;
    }
    const isUnreadable = error instanceof CodedError && error.code === 'unknown_record_version';
    log.error({ err: error, turn }, 'The turn failed unexpectedly.');
    await this.#close(claimed, isUnreadable ? 'newer_release' : 'defect');
  }

  /** A turn a newer release has written waits for it; one that hit a defect ends, so that its conversation goes on. */
  async #close(claimed: ClaimedTurn, why: 'newer_release' | 'defect'): Promise<void> {
    const { log, store, instance } = this.#parts;
    try {
      const record = store.readTurn(systemAccess(instance, claimed.record), claimed.record.id);
      if (why === 'newer_release') {
        const append = { lease: claimed.lease, expectedSeq: record.seq, steps: [], outbox: [] };
        await store.appendSteps({ ...append, leaseAfter: 'parked', parkedFor: 'newer_release' });
        return;
      }
      await this.#endWithDefect(claimed);
    } catch (error) {
      log.error({ err: error, turn: claimed.record.id }, 'The turn is tried again in a moment.');
      await new Promise((resolve) => setTimeout(resolve, CRASH_PAUSE_MS).unref());
      await this.#release(claimed.lease);
    }
  }

  async #endWithDefect(claimed: ClaimedTurn): Promise<void> {
    const never = new AbortController().signal;
    const { store, instance } = this.#parts;
    const steps = store.readSteps(systemAccess(instance, claimed.record), claimed.record.id);
    const journal = new TurnJournal({ parts: this.#parts, claimed, steps, signal: never });
    const open = steps.findLast(
      ({ step }) => step.type === 'model_started' || step.type === 'model_ended',
    )?.step;
    const remedy = 'Look into the log of the brain, and send the message again.';
    const error = { code: 'turn_internal_error', message: 'Something failed inside the platform.', remedy };
    const ended = journal.step('turn_ended', { status: 'failed', error });
    if (open?.type !== 'model_started') {
      await journal.append({ steps: [ended], leaseAfter: 'ended' });
      return;
    }
    const model = journal.step('model_ended', unheardCall(open, { outcome: 'failed', error }));
    const settlement = { call: open.call, micros: open.holdMicros };
    await journal.append({ steps: [model, ended], settlement, leaseAfter: 'ended' });
  }

  async #release(lease: Lease): Promise<void> {
    await this.#parts.store.releaseLease(lease).catch((error: unknown) => {
      this.#parts.log.warn({ err: error, turn: lease.turn }, 'The lease runs out by itself.');
    });
  }

  async #renewLeases(): Promise<void> {
    for (const { claimed, abort } of this.#running.values()) {
      const kept = await this.#parts.store.renewLease(claimed.lease, LEASE_MS).catch(() => true);
      if (!kept) abort.abort(new TurnInterruption('lease_lost'));
    }
    this.#renewedAt = this.#parts.now();
  }

  async #expireApprovals(): Promise<void> {
    const { store, instance, ids, now, log } = this.#parts;
    const expiry = { actor: instance, stepIds: () => ids('step') };
    await store
      .expireApprovals(new Date(now()).toISOString(), expiry)
      .then((woken) => woken.length > 0 && this.wake())
      .catch((error: unknown) => log.warn({ err: error }, 'Approvals cannot be expired just now.'));
  }

  #tellOwner({ record }: ClaimedTurn): void {
    const { bus } = this.#parts;
    const { id, conversation, owner } = record;
    bus.publish(subjects.changes(owner), { type: 'changed', what: 'turn', id, conversation });
  }

  #notify(turn: string): void {
    const waiters = this.#waiters.get(turn);
    this.#waiters.delete(turn);
    for (const waiter of waiters ?? []) waiter();
  }
}
