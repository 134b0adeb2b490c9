import type { UnifiedToolRegistry } from '@bakerst/agent/unified-tool-registry';
import type { Budget } from '@bakerst/models/budget';
import type { ModelRouter } from '@bakerst/models/model-router';
import type { Bus } from '@bakerst/shared/bus';
import type { Grant, Stop } from '@bakerst/shared/guard';
import type { Access } from '@bakerst/shared/identity';
import type { IdSource } from '@bakerst/shared/ids';
import type { BootSettings } from '@bakerst/shared/settings';
import type { Store } from '@bakerst/shared/store';
import type { Logger } from 'pino';
import type { Prompts } from '../prompts/prompts.ts';
import type { StopBoard } from '../stops/stop-board.ts';
import type { KeptContents } from './kept-contents.ts';
import type { LiveTurns } from './live-turns.ts';
import type { OutboxRelay } from './outbox-relay.ts';

/** Everything the turn needs; there is no default for any of it. */
export interface TurnParts {
  readonly store: Store;
  readonly bus: Bus;
  readonly relay: OutboxRelay;
  readonly budget: Budget;
  readonly router: ModelRouter;
  readonly registry: UnifiedToolRegistry;
  readonly guardFacts: GuardFacts;
  readonly stops: StopBoard;
  readonly prompts: () => Prompts;
  readonly live: LiveTurns;
  readonly contents: KeptContents;
  readonly ids: IdSource;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: Logger;
  readonly limits: BootSettings['limits'];
  /** Instance id of this brain: owner of leases, actor of its steps. */
  readonly instance: string;
  readonly onMetric: (metric: TurnMetric) => void;
}

/** What verdicts rest on besides the recorded steps; answered from memory or by a quick read. */
export interface GuardFacts {
  stops(): readonly Stop[];
  grants(access: Access): readonly Grant[];
}

/** What the metrics page counts. */
export type TurnMetric =
  | { readonly type: 'turn_ended'; readonly status: string; readonly durationMs: number }
  | {
      readonly type: 'model_ended';
      readonly model: string;
      readonly outcome: string;
      readonly costMicros: number;
      readonly inputTokens: number;
      readonly outputTokens: number;
      readonly firstTokenMs?: number;
    }
  | {
      readonly type: 'tool_ended';
      readonly server: string;
      readonly outcome: string;
      readonly durationMs: number;
    };
