import type { AuditEvent } from '../audit.ts';
import type { Access, PrincipalKind, Scope } from '../identity.ts';
import type { BudgetState } from '../money.ts';

export interface PrincipalRecord {
  readonly id: string;
  readonly kind: PrincipalKind;
  readonly name: string;
  readonly createdAt: string;
}

/** An API token or a browser session. Only the SHA-256 of the secret is stored. */
export interface CredentialRecord {
  readonly id: string;
  readonly kind: 'token' | 'session' | 'login_code';
  readonly principal: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: string;
  /**
   * When the person behind a session last proved itself; absent: when it was made. A session that another session
   * opened is as old as that one.
   */
  readonly provenAt?: string;
  readonly expiresAt?: string;
  readonly lastUsedAt?: string;
  readonly revokedAt?: string;
}

export interface IdentityStore {
  /** Finds or makes the principal of an (issuer, subject) identity; the events go out only where it was made. */
  ensurePrincipal(
    input: {
      readonly id: string;
      readonly kind: PrincipalKind;
      readonly name: string;
      readonly issuer: string;
      readonly subject: string;
    },
    outbox?: readonly AuditEvent[],
  ): Promise<PrincipalRecord>;
  /** Oldest first. */
  listPrincipals(kind: PrincipalKind, limit: number): readonly PrincipalRecord[];
  readPrincipal(id: string): PrincipalRecord | undefined;
  createCredential(
    record: CredentialRecord,
    secretHash: Uint8Array,
    outbox: readonly AuditEvent[],
  ): Promise<void>;
  /** By hash of the secret; revoked and expired ones too, so that the caller can say why. */
  findCredential(kind: CredentialRecord['kind'], secretHash: Uint8Array): CredentialRecord | undefined;
  /** Consumes a login code: true for the first caller only. */
  consumeLoginCode(id: string, outbox: readonly AuditEvent[]): Promise<boolean>;
  revokeCredential(access: Access, id: string, outbox: readonly AuditEvent[]): Promise<void>;
  listCredentials(access: Access, kind: CredentialRecord['kind']): readonly CredentialRecord[];
  /** Best effort, batched: not durable. */
  touchCredential(id: string, at: string): void;
}

/** One version of the runtime configuration; the newest is in force. `value` is parsed by its owner's schema. */
export interface RuntimeConfigRecord {
  readonly id: string;
  readonly version: number;
  readonly author: string;
  readonly at: string;
  readonly value: unknown;
}

export interface ConfigStore {
  readRuntimeConfig(): RuntimeConfigRecord | undefined;
  listRuntimeConfig(limit: number): readonly RuntimeConfigRecord[];
  /** Refused with `store_conflict` where `expectedVersion` is not the newest (0: none yet). */
  writeRuntimeConfig(
    record: RuntimeConfigRecord,
    expectedVersion: number,
    outbox: readonly AuditEvent[],
  ): Promise<void>;
}

/**
 * Prompts, policies and tool lists by the SHA-256 (hex) of their text, kept because steps name them by it. Operator
 * text, never a person's.
 */
export interface ContentRecord {
  readonly hash: string;
  readonly kind: 'prompt' | 'policy' | 'tools';
  readonly text: string;
}

export interface ContentStore {
  /** Resolves when it is on disk; a content that is kept already is left as it is. `store_misuse` for another hash. */
  keepContent(content: ContentRecord): Promise<void>;
  readContent(hash: string): ContentRecord | undefined;
}

/** Since when a policy has been in force, and by whom. Its text is the content of that hash. */
export interface PolicyRecord {
  readonly hash: string;
  readonly at: string;
  /** Id of a principal, or the path of the file that somebody has changed. */
  readonly author: string;
  readonly how: 'start' | 'file' | 'api';
}

export interface PolicyStore {
  /** Keeps the text, notes it as in force and sends the events, all or nothing. `store_misuse` for another hash. */
  recordPolicy(
    policy: PolicyRecord & { readonly text: string },
    outbox: readonly AuditEvent[],
  ): Promise<void>;
  /** Newest first. */
  listPolicies(limit: number): readonly PolicyRecord[];
}

export interface BudgetStore {
  readBudget(key: string): Omit<BudgetState, 'limitMicros'>;
  /** Holds without a live call, left by a crash: released when the turn resumes with `model_ended: interrupted`. */
  listHolds(): readonly { readonly call: string; readonly micros: number }[];
}

/** Events waiting for the audit log, in the order of their commits. */
export interface OutboxStore {
  /** Oldest first. */
  readOutbox(limit: number): readonly { readonly position: number; readonly event: AuditEvent }[];
  /** Removes what the log has acknowledged, up to and including `position`. */
  ackOutbox(position: number): Promise<void>;
  /** Appends events that belong to no state change (a failed login). */
  enqueueOutbox(events: readonly AuditEvent[]): Promise<void>;
  outboxDepth(): number;
}

export interface StoreHealth {
  readonly ok: boolean;
  readonly detail: string;
  readonly bytes: number;
  readonly schemaVersion: number;
}

export interface StoreLifecycle {
  health(): Promise<StoreHealth>;
  /** A consistent copy of the database into `file` (must not exist), while the store is in use. */
  backup(file: string): Promise<{ readonly bytes: number }>;
  /** Deletes expired sessions, login codes and idempotency keys. */
  prune(now: string): Promise<void>;
  close(): Promise<void>;
}
