import type { Approval } from '@bakerst/shared/api/conversations';
import type {
  ApprovalDetail,
  CreatedStop,
  CreateStopRequest,
  DecideApprovalRequest,
} from '@bakerst/shared/api/guard';
import type { EffectiveSettings, ModelList, Status, ToolList } from '@bakerst/shared/api/system';
import type { AuditEvent } from '@bakerst/shared/audit';
import type { Bus } from '@bakerst/shared/bus';
import type { MessagePart } from '@bakerst/shared/content';
import type { TurnCursor, TurnEvent } from '@bakerst/shared/events';
import type { Grant, Stop } from '@bakerst/shared/guard';
import type { Access } from '@bakerst/shared/identity';
import type { IdSource } from '@bakerst/shared/ids';
import type { BootSettings, McpServer, RuntimeConfig } from '@bakerst/shared/settings';
import type { Store } from '@bakerst/shared/store';
import type { CredentialRecord, RuntimeConfigRecord } from '@bakerst/shared/store/system-store';
import type { AcceptedTurn, TurnRecord } from '@bakerst/shared/store/turn-store';
import type { Logger } from 'pino';
import type { Metrics } from './metrics.ts';
import type { PolicyService } from './policy-part.ts';

/** Everything the HTTP edge needs from the rest of the brain; `main.ts` builds it. */
export interface AppParts {
  readonly settings: BootSettings;
  readonly version: string;
  readonly ids: IdSource;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: Logger;
  readonly store: Store;
  readonly bus: Bus;
  readonly turns: TurnService;
  readonly approvals: ApprovalService;
  readonly stops: StopService;
  readonly policy: PolicyService;
  readonly models: ModelDirectory;
  readonly configuration: ConfigurationService;
  readonly tools: ToolDirectory;
  /** Made with `createMetrics()`; the turn's `onMetric` is its `turn`. */
  readonly metrics: Metrics;
  readonly status: () => Promise<Status>;
  /** Why the brain is not ready to serve, or an empty list. */
  readonly notReady: () => readonly string[];
  /** Makes a complete audit event of a body; the caller puts it into an outbox. */
  readonly auditEvent: (event: Omit<AuditEvent, 'v' | 'id' | 'at'>) => AuditEvent;
  /** Folder of the built console; absent where it was not built. */
  readonly consoleDir?: string;
}

export interface AcceptMessage {
  readonly access: Access;
  /** Absent: a new conversation is made. */
  readonly conversation?: string;
  /** A new conversation that is not listed (API clients without a conversation header). */
  readonly hidden?: boolean;
  /** `words` parts count as the user's own words only where the credential holds `speaks-for-user`. */
  readonly parts: readonly MessagePart[];
  readonly model?: string;
  readonly maxOutputTokens?: number;
  readonly clientTools?: readonly {
    readonly name: string;
    readonly description: string;
    readonly parameters: unknown;
  }[];
  readonly idempotency?: { readonly route: string; readonly key: string; readonly digest: string };
}

/** The one way a turn is made, followed, stopped. Rejects with `StoreErrorCode` and `TurnErrorCode`. */
export interface TurnService {
  /** Resolves once the turn and its message are durable. */
  accept(input: AcceptMessage): Promise<AcceptedTurn & { readonly message: string }>;
  /** Durable events after the cursor, then live ones; ends after `turn_ended` was delivered, or on abort. */
  follow(
    access: Access,
    turn: string,
    options: { readonly after?: TurnCursor; readonly signal: AbortSignal },
  ): AsyncIterable<TurnEvent>;
  /** Resolves when the turn has ended or parked, or after `timeoutMs` with whatever it is then. */
  wait(
    access: Access,
    turn: string,
    options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<TurnRecord>;
  /** By its owner, or by the brain (`via: 'system'`) in the name of the principal that the access names. */
  cancel(access: Access, turn: string): Promise<TurnRecord>;
}

/** Who decides an approval, and with what. */
export interface Decider {
  readonly access: Access;
  /** The credential behind the access: its age tells whether the person is there just now. */
  readonly credential: CredentialRecord;
  /** A live token that was sent as fresh proof. */
  readonly proof?: CredentialRecord;
}

/** Reading and deciding approvals. Rejects with `StoreErrorCode` and `ApprovalErrorCode`. */
export interface ApprovalService {
  list(
    access: Access,
    filter: { readonly status?: Approval['status']; readonly limit: number },
  ): readonly Approval[];
  /** Each reading is a showing with a nonce of its own. */
  read(access: Access, approval: string): ApprovalDetail;
  decide(decider: Decider, approval: string, request: DecideApprovalRequest): Promise<TurnRecord>;
  /** Values that the caller accepted for longer than a request, newest first. */
  grants(access: Access): readonly Grant[];
  revokeGrant(access: Access, grant: string): Promise<void>;
}

/** The kill switch. Rejects with `StoreErrorCode` and `StopErrorCode`; whether the caller may is checked by the route. */
export interface StopService {
  list(access: Access): readonly Stop[];
  put(access: Access, request: CreateStopRequest): Promise<CreatedStop>;
  lift(access: Access, id: string): Promise<void>;
}

export interface ModelDirectory {
  list(): Promise<ModelList>;
  /** Throws `CodedError` with a remedy where the model cannot be used by name. */
  requireKnown(ref: string): void;
}

export interface ConfigurationService {
  effective(): EffectiveSettings;
  runtime(): { readonly version: number; readonly value: RuntimeConfig };
  history(limit: number): readonly RuntimeConfigRecord[];
  /** Validates against what the boot settings allow, then writes a new version with its audit event and applies it. */
  replaceRuntime(
    access: Access,
    expectedVersion: number,
    value: RuntimeConfig,
  ): Promise<{ readonly version: number }>;
  putMcpServer(access: Access, name: string, server: McpServer): Promise<{ readonly version: number }>;
  deleteMcpServer(access: Access, name: string): Promise<{ readonly version: number }>;
}

export interface ToolDirectory {
  list(): ToolList;
  /** Starts a server again at once, without waiting for its backoff. */
  restartServer(name: string): Promise<void>;
}
