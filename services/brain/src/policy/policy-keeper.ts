import type { AuditEvent } from '@bakerst/shared/audit';
import type { Guard } from '@bakerst/shared/guard';
import type { PolicyProblem } from '@bakerst/shared/policy';
import type { PolicyStore } from '@bakerst/shared/store/system-store';
import { invalidPolicy, policyError } from './errors.ts';
import { compile, hashOf, noPolicy, type PolicyInForce, type PolicyPlace, readPolicy } from './in-force.ts';
import { createLiveGuard } from './live-guard.ts';
import { type PolicyAuthor, policyChanged, policyRefused } from './policy-events.ts';
import { readPolicyFile } from './policy-file.ts';
import { type PolicyFileWatch, watchPolicyFile } from './watch-policy-file.ts';
import { isWritablePolicyFile, writePolicyFile } from './write-policy-file.ts';

export interface PolicyKeeperParts {
  readonly place: PolicyPlace;
  readonly store: PolicyStore & { enqueueOutbox(events: readonly AuditEvent[]): Promise<void> };
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly instance: string;
  readonly auditEvent: (event: Omit<AuditEvent, 'v' | 'id' | 'at'>) => AuditEvent;
  readonly wakeRelay: () => void;
  readonly warn: (message: string) => void;
  readonly fail: (error: unknown, message: string) => void;
  /** Another policy, or other problems. Must not throw. */
  readonly onChange: () => void;
  readonly pollMs?: number;
}

/** A change that a person makes through the API, with the events that go out besides the change itself. */
export interface PolicyChange {
  readonly author: Required<PolicyAuthor>;
  readonly events: readonly AuditEvent[];
}

/**
 * Holds the policy in force. What cannot be read or is wrong never counts: at start everything but reads is denied then,
 * later the last good policy stays. A policy that vanished is not replaced by a looser one either.
 */
export class PolicyKeeper {
  readonly guard: Guard;
  readonly #parts: PolicyKeeperParts;
  readonly #watch: PolicyFileWatch;
  #inForce: PolicyInForce;
  #loadedAt: string;
  #problems: readonly PolicyProblem[] = [];
  /** The text of the file that was looked at last, right or wrong. */
  #seenText: string | undefined;
  /** Notes of changes, one after another; never rejects. */
  #noting: Promise<void> = Promise.resolve();
  /** Changes through the API, one after another; never rejects. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(parts: PolicyKeeperParts) {
    this.#parts = parts;
    this.#loadedAt = this.#time();
    // Before the file is read, so that no change of it falls in between; a change of our own is in force before it is read.
    this.#watch = watchPolicyFile({
      file: parts.place.file,
      onChange: () => void this.#changing.then(() => this.#reload()),
      ...(parts.pollMs !== undefined && { pollMs: parts.pollMs }),
    });
    const reading = readPolicy(parts.place);
    this.#seenText = reading.ok ? fileText(reading.inForce) : reading.text;
    this.#inForce = reading.ok ? reading.inForce : noPolicy();
    this.guard = createLiveGuard(() => this.#inForce.guard);
    if (!reading.ok) this.#refuse(reading.text, reading.problems);
    this.#note('start', { actor: parts.instance });
  }

  get inForce(): PolicyInForce {
    return this.#inForce;
  }

  get problems(): readonly PolicyProblem[] {
    return this.#problems;
  }

  get loadedAt(): string {
    return this.#loadedAt;
  }

  get file(): string {
    return this.#parts.place.file;
  }

  get writable(): boolean {
    return isWritablePolicyFile(this.file);
  }

  /** Reads the file without waiting until something is noticed. */
  look(): void {
    this.#watch.look();
  }

  /** Everything noted so far is on disk. */
  settled(): Promise<void> {
    return this.#noting;
  }

  async close(): Promise<void> {
    this.#watch.close();
    await this.#changing;
    await this.#noting;
  }

  /**
   * Writes what `make` makes of the policy in force, and puts it in force. One change after another.
   * @throws CodedError `policy_conflict`, `policy_invalid`, `policy_not_writable`
   */
  change(
    expectedHash: string,
    change: PolicyChange,
    make: (inForce: PolicyInForce) => { readonly text: string; readonly paste: string },
  ): Promise<void> {
    const done = this.#changing.then(async () => {
      this.#requireUnchanged(expectedHash);
      const { text, paste } = make(this.#inForce);
      const compiled = compile(text, 'file');
      if (!compiled.ok) throw invalidPolicy(compiled.problems);
      this.#requireWritable(paste);
      await writePolicyFile(this.file, text);
      this.#seenText = text;
      await this.#putInForce(compiled.inForce, { how: 'api', ...change });
    });
    this.#changing = done.catch(() => undefined);
    return done;
  }

  #requireUnchanged(expectedHash: string): void {
    const read = readPolicyFile(this.file);
    const text = read.state === 'read' ? read.text : undefined;
    if (expectedHash === this.#inForce.hash && (text === this.#seenText || text === this.#inForce.text))
      return;
    throw policyError({
      code: 'policy_conflict',
      message: 'The policy is not the one that was looked at any more.',
      remedy: 'Read the policy again, look at what has changed, and repeat the change.',
    });
  }

  #requireWritable(paste: string): void {
    if (this.writable) return;
    throw policyError({
      code: 'policy_not_writable',
      message: `${this.file} cannot be changed by the brain: it is mounted, a link, or another user's.`,
      remedy: `Change it where it comes from; it is read again by itself.\n${paste}`,
    });
  }

  /** Must not throw: it follows a watch. */
  #reload(): void {
    const { place } = this.#parts;
    const reading = readPolicy(place);
    this.#seenText = reading.ok ? fileText(reading.inForce) : reading.text;
    if (!reading.ok) {
      this.#refuse(reading.text, reading.problems);
      return;
    }
    const isGone = reading.inForce.source === 'built-in' && this.#inForce.source !== 'built-in';
    if (isGone) {
      const remedy = 'Put it back, or restart the brain to go on with the built-in policy.';
      this.#refuse(undefined, [{ path: '', message: `${place.file} is gone.`, remedy }]);
      return;
    }
    const isSame = reading.inForce.hash === this.#inForce.hash;
    if (isSame && this.#problems.length === 0) return;
    const author = { actor: this.#parts.instance };
    if (isSame) this.#mend();
    else void this.#putInForce(reading.inForce, { how: 'file', author, events: [] }).catch(() => undefined);
  }

  #mend(): void {
    this.#problems = [];
    this.#parts.onChange();
  }

  #refuse(text: string | undefined, problems: readonly PolicyProblem[]): void {
    const { parts, inForce } = { parts: this.#parts, inForce: this.#inForce };
    if (JSON.stringify(problems) === JSON.stringify(this.#problems)) return;
    this.#problems = problems;
    const [first] = problems;
    const where = first?.line === undefined ? '' : `, line ${first.line}`;
    const rest =
      inForce.source === 'missing'
        ? 'everything but reads of the house is denied'
        : 'the former one stays in force';
    parts.warn(
      `The policy ${parts.place.file}${where} is refused: ${first?.message ?? ''} ${first?.remedy ?? ''} Until then ${rest}.`,
    );
    const offered = text === undefined ? undefined : hashOf(text);
    const event = parts.auditEvent(
      policyRefused(parts.instance, { inForce: inForce.hash, offered, problems }),
    );
    this.#later(() => parts.store.enqueueOutbox([event]));
    parts.onChange();
  }

  /** In force at once; resolves when it is noted. */
  async #putInForce(
    inForce: PolicyInForce,
    change: {
      readonly how: 'file' | 'api';
      readonly author: PolicyAuthor;
      readonly events: readonly AuditEvent[];
    },
  ): Promise<void> {
    const before = this.#inForce.hash;
    this.#inForce = inForce;
    this.#problems = [];
    this.#loadedAt = this.#time();
    const noted = this.#note(change.how, change.author, { before, events: change.events });
    this.#parts.onChange();
    await noted;
  }

  /** What is in force, for the history and the audit log; at start only where it is not what was in force before. */
  #note(
    how: 'start' | 'file' | 'api',
    author: PolicyAuthor,
    { before, events = [] }: { readonly before?: string; readonly events?: readonly AuditEvent[] } = {},
  ): Promise<void> {
    const { store, auditEvent, place } = this.#parts;
    const { hash, text, source, policy } = this.#inForce;
    const former = before ?? store.listPolicies(1)[0]?.hash ?? '';
    if (former === hash && events.length === 0) return Promise.resolve();
    const { profile } = policy;
    const changed = auditEvent(
      policyChanged({ ...author, before: former, after: hash, how, source, profile }),
    );
    const by = how === 'api' ? author.actor : source === 'file' ? place.file : source;
    const record = { hash, text, at: this.#time(), author: by, how };
    return this.#later(() => store.recordPolicy(record, [...events, changed]));
  }

  #later(write: () => Promise<void>): Promise<void> {
    const written = this.#noting.then(write);
    this.#noting = written.then(
      () => this.#parts.wakeRelay(),
      (error: unknown) => this.#parts.fail(error, 'A change of the policy could not be noted.'),
    );
    return written;
  }

  #time(): string {
    return new Date(this.#parts.now()).toISOString();
  }
}

function fileText({ source, text }: PolicyInForce): string | undefined {
  return source === 'file' ? text : undefined;
}
