import { foldTurn, type TurnState } from '@bakerst/agent/turn-state';
import { type Access, ALL_SCOPES } from '@bakerst/shared/identity';
import type { TurnRecord } from '@bakerst/shared/store/turn-store';
import { type TurnHistory, withCompactions } from './turn-history.ts';
import type { TurnJournal } from './turn-journal.ts';
import type { TurnParts } from './turn-parts.ts';

/** One turn while this brain runs it. */
export interface TurnRun {
  readonly parts: TurnParts;
  readonly journal: TurnJournal;
  /** As the brain on behalf of the owner. */
  readonly access: Access;
  /** Aborts the work in hand: cancel, deadline, drain, lost lease. Its reason is a `TurnInterruption`. */
  readonly signal: AbortSignal;
  /** What came before this turn; read once. */
  readonly before: TurnHistory;
}

/** Why a running turn was interrupted, as the reason of its abort signal. */
export class TurnInterruption extends Error {
  readonly kind: 'cancelled' | 'deadline' | 'drain' | 'lease_lost';

  constructor(kind: TurnInterruption['kind']) {
    super(`The turn was interrupted: ${kind}.`);
    this.name = 'TurnInterruption';
    this.kind = kind;
  }
}

export function interruptionOf(signal: AbortSignal): TurnInterruption | undefined {
  return signal.aborted && signal.reason instanceof TurnInterruption ? signal.reason : undefined;
}

export function stateOf(run: TurnRun): TurnState {
  return foldTurn(run.journal.steps);
}

/** The history as this turn's own compactions have left it. */
export function historyOf(run: TurnRun): TurnHistory {
  return withCompactions(run.before, run.journal.steps);
}

export function systemAccess(instance: string, record: TurnRecord): Access {
  return { principal: record.owner, scopes: new Set(ALL_SCOPES), via: 'system', credential: instance };
}
