import type { Approval } from '@bakerst/shared/api/conversations';
import type { EffectiveSettings, ModelList, Status, ToolList } from '@bakerst/shared/api/system';
import type { AuditEvent } from '@bakerst/shared/audit';
import type { Bus } from '@bakerst/shared/bus';
import type { MessagePart } from '@bakerst/shared/content';
import type { TurnCursor, TurnEvent } from '@bakerst/shared/events';
import type { Access } from '@bakerst/shared/identity';
import type { IdSource } from '@bakerst/shared/ids';
import type { BootSettings, McpServer, RuntimeConfig } from '@bakerst/shared/settings';
import type { Store } from '@bakerst/shared/store';
import type { RuntimeConfigRecord } from '@bakerst/shared/store/system-store';
import type { AcceptedTurn, TurnRecord } from '@bakerst/shared/store/turn-store';
import type { Logger } from 'pino';
import type { Metrics } from './metrics.ts';

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
  cancel(access: Access, turn: string): Promise<TurnRecord>;
  decideApproval(
    access: Access,
    approval: string,
    decision: { readonly decision: 'approved' | 'denied'; readonly digest: string; readonly reason?: string },
  ): Promise<TurnRecord>;
  listApprovals(
    access: Access,
    filter: { readonly status?: Approval['status']; readonly limit: number },
  ): readonly Approval[];
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
