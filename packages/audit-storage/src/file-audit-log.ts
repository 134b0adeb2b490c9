import { type FileHandle, open } from 'node:fs/promises';
import { type SealedEvent, sealEvent } from '@bakerst/audit/event-digest';
import type { AuditEvent, AuditLog, Receipt } from '@bakerst/shared/audit';
import { auditStorageError } from './errors.ts';
import { readTail, type TailEntry } from './read-tail.ts';

export interface FileAuditLogOptions {
  readonly file: string;
  /** ISO 8601 time of writing, put beside each event. */
  readonly now: () => string;
  /** How far back a repeated event id is recognised after a restart, in bytes of the file. */
  readonly tailBytes?: number;
}

const DEFAULT_TAIL_BYTES = 2_097_152;
/** Receipts remembered for repeated appends; older ones were acknowledged long ago. */
const REMEMBERED = 4_096;

interface Waiting {
  readonly sealed: SealedEvent;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens (or makes) the local audit file: one JSON line `{index, digest, at, event}` an event, mode 0600, written in
 * groups and fsynced before any receipt is given. Its owner can rewrite it, so its receipts say `not tamper-evident`.
 * A torn last line, left by a crash before its receipt, is cut off.
 * @throws CodedError `audit_file_damaged`, `audit_unavailable`.
 */
export async function openFileAuditLog(options: FileAuditLogOptions): Promise<AuditLog> {
  const handle = await open(options.file, 'a+', 0o600).catch((cause: unknown) => {
    throw auditStorageError({
      code: 'audit_unavailable',
      message: `The audit file ${options.file} cannot be opened: ${String(cause)}`,
      remedy: 'Make the folder writable for the user that runs Baker Street.',
      cause,
    });
  });
  try {
    const tail = await readTail(handle, options.tailBytes ?? DEFAULT_TAIL_BYTES);
    if (tail.tornBytes > 0) await handle.truncate(tail.size - tail.tornBytes);
    return new FileAuditLog(handle, options, tail.entries);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

class FileAuditLog implements AuditLog {
  readonly assurance = 'not tamper-evident';
  readonly #handle: FileHandle;
  readonly #options: FileAuditLogOptions;
  readonly #receipts = new Map<string, Receipt>();
  #nextIndex: number;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  #closed = false;

  constructor(handle: FileHandle, options: FileAuditLogOptions, tail: readonly TailEntry[]) {
    this.#handle = handle;
    this.#options = options;
    this.#nextIndex = (tail.at(-1)?.index ?? -1) + 1;
    for (const entry of tail.slice(-REMEMBERED)) {
      this.#receipts.set(entry.id, this.#receipt(entry.id, entry.digest, entry.index));
    }
  }

  append(event: AuditEvent): Promise<Receipt> {
    if (this.#closed) return Promise.reject(unavailable('The audit log is closed.'));
    const sealed = sealEvent(event);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ sealed, resolve, reject });
      this.#flushing ??= this.#flush().finally(() => {
        this.#flushing = undefined;
      });
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#flushing;
    await this.#handle.close();
  }

  async #flush(): Promise<void> {
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#writeBatch(batch);
    }
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    const fresh = new Map<string, Receipt>();
    const lines: Buffer[] = [];
    const settled: (() => void)[] = [];
    for (const { sealed, resolve, reject } of batch) {
      const known = this.#receipts.get(sealed.event.id) ?? fresh.get(sealed.event.id);
      if (known && known.digest !== sealed.digest) {
        reject(conflict(sealed.event.id));
        continue;
      }
      const receipt = known ?? this.#receipt(sealed.event.id, sealed.digest, this.#nextIndex + fresh.size);
      if (!known) {
        fresh.set(sealed.event.id, receipt);
        lines.push(this.#line(sealed, receipt.index));
      }
      settled.push(() => resolve(receipt));
    }
    const failure = await this.#writeDurably(lines);
    if (failure) {
      for (const { reject } of batch) reject(failure);
      return;
    }
    this.#nextIndex += fresh.size;
    for (const [id, receipt] of fresh) this.#remember(id, receipt);
    for (const settle of settled) settle();
  }

  /** Writes and syncs, or takes back what it had half written; a failure is a value, since others wait on it. */
  async #writeDurably(lines: readonly Buffer[]): Promise<Error | undefined> {
    if (lines.length === 0) return undefined;
    let size: number | undefined;
    try {
      size = (await this.#handle.stat()).size;
      await this.#handle.appendFile(Buffer.concat(lines));
      await this.#handle.datasync();
      return undefined;
    } catch (cause) {
      if (size !== undefined) await this.#handle.truncate(size).catch(() => this.#poison());
      return unavailable(`The audit file ${this.#options.file} cannot be written: ${String(cause)}`, cause);
    }
  }

  /** A file whose end is not known may not be appended to: only a restart, which reads it again, may go on. */
  #poison(): void {
    this.#closed = true;
  }

  #line(sealed: SealedEvent, index: number): Buffer {
    const head = `{"index":${index},"digest":"${sealed.digest}","at":"${this.#options.now()}","event":`;
    return Buffer.concat([Buffer.from(head), sealed.bytes, Buffer.from('}\n')]);
  }

  #receipt(event: string, digest: string, index: number): Receipt {
    return { event, digest, index, assurance: this.assurance };
  }

  #remember(id: string, receipt: Receipt): void {
    this.#receipts.set(id, receipt);
    if (this.#receipts.size <= REMEMBERED) return;
    const oldest = this.#receipts.keys().next();
    if (!oldest.done) this.#receipts.delete(oldest.value);
  }
}

function conflict(id: string): Error {
  return auditStorageError({
    code: 'audit_conflict',
    message: `Audit event ${id} was appended before with other content.`,
    remedy: 'This is a defect or an attempt at forgery: compare the event in the audit file with its source.',
  });
}

function unavailable(message: string, cause?: unknown): Error {
  return auditStorageError({
    code: 'audit_unavailable',
    message,
    remedy: 'Free disk space and check the folder; effects go on by themselves once the log can be written.',
    retryable: true,
    cause,
  });
}
