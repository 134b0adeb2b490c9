import type { AuditEvent, AuditLog, Receipt } from '@bakerst/shared/audit';
import { CodedError } from '@bakerst/shared/coded-error';
import type { OutboxStore } from '@bakerst/shared/store/system-store';
import type { Logger } from 'pino';

export interface OutboxRelayOptions {
  readonly store: OutboxStore;
  readonly audit: AuditLog;
  readonly log: Logger;
  /** How long events that nobody waits for are gathered. */
  readonly gatherMs?: number;
}

const BATCH = 512;
const RETRY_MS = 1_000;

/**
 * Carries the store's outbox to the audit log, in order and at least once (the log recognises repeats), and gets the
 * receipts that effects wait for. While the log cannot be written, the outbox keeps everything.
 */
export class OutboxRelay {
  readonly #options: OutboxRelayOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #closed = false;
  #lastError: string | undefined;

  constructor(options: OutboxRelayOptions) {
    this.#options = options;
  }

  get lastError(): string | undefined {
    return this.#lastError;
  }

  /** Tells that the outbox may hold something. Cheap; called after every append. */
  wake(): void {
    if (this.#closed || this.#timer || this.#running) return;
    this.#timer = setTimeout(() => this.#start(), this.#options.gatherMs ?? 100);
  }

  /**
   * The receipt of one event that is in the outbox already. Appends it at once, so an effect does not wait for the
   * events of other turns. Those of its own go with it, in their order: nothing runs before its verdict is on disk,
   * unless more events wait than are carried at once.
   * @throws CodedError `audit_unavailable`, `audit_conflict`.
   */
  async receipt(event: AuditEvent): Promise<Receipt> {
    const { store, audit } = this.#options;
    const own = store.readOutbox(BATCH).filter((waiting) => waiting.event.turn === event.turn);
    const appended = Promise.all(own.map((waiting) => audit.append(waiting.event)));
    const [receipt] = await Promise.all([audit.append(event), appended]);
    return receipt;
  }

  /** Stops after what is under way; what is left goes out at the next start. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
    await this.#drain().catch((error: unknown) => this.#noteFailure(error));
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #start(): void {
    this.#timer = undefined;
    this.#running = this.#drain()
      .catch((error: unknown) => {
        this.#noteFailure(error);
        if (!this.#closed) this.#timer = setTimeout(() => this.#start(), RETRY_MS);
      })
      .finally(() => {
        this.#running = undefined;
        if (!this.#timer && !this.#closed && this.#options.store.outboxDepth() > 0) this.wake();
      });
  }

  async #drain(): Promise<void> {
    for (;;) {
      const batch = this.#options.store.readOutbox(BATCH);
      const last = batch.at(-1);
      if (!last) return;
      await Promise.all(batch.map(({ event }) => this.#options.audit.append(event)));
      await this.#options.store.ackOutbox(last.position);
      this.#lastError = undefined;
    }
  }

  #noteFailure(error: unknown): void {
    this.#lastError = error instanceof Error ? error.message : String(error);
    const code = error instanceof CodedError ? error.code : 'unexpected';
    this.#options.log.error({ code }, `The audit log does not take events: ${this.#lastError}`);
  }
}
