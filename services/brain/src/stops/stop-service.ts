import type { CreatedStop, CreateStopRequest } from '@bakerst/shared/api/guard';
import type { AuditEvent } from '@bakerst/shared/audit';
import type { Bus } from '@bakerst/shared/bus';
import type { ChangeEvent } from '@bakerst/shared/events';
import type { Stop } from '@bakerst/shared/guard';
import type { Access } from '@bakerst/shared/identity';
import type { IdSource } from '@bakerst/shared/ids';
import type { StopStore } from '@bakerst/shared/store/guard-store';
import type { IdentityStore } from '@bakerst/shared/store/system-store';
import type { TurnStore } from '@bakerst/shared/store/turn-store';
import { subjects } from '@bakerst/shared/subjects';
import type { Logger } from 'pino';
import type { StopService, ToolDirectory, TurnService } from '../http/parts.ts';
import { cancelTurns } from './cancel-turns.ts';
import { checkTarget } from './check-target.ts';
import type { StopBoard } from './stop-board.ts';

export interface StopParts {
  readonly store: StopStore & Pick<TurnStore, 'listUnfinishedTurns'> & Pick<IdentityStore, 'listPrincipals'>;
  readonly bus: Bus;
  readonly ids: IdSource;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log: Logger;
  readonly auditEvent: (event: Omit<AuditEvent, 'v' | 'id' | 'at'>) => AuditEvent;
  readonly board: StopBoard;
  readonly turns: Pick<TurnService, 'cancel'>;
  readonly tools: Pick<ToolDirectory, 'list'>;
}

const MOST_PEOPLE = 1_000;

/** The kill switch. Durable first, then in force here, then what runs is cut off. */
export function createStopService(parts: StopParts): StopService {
  return {
    list: (access) => parts.store.listStops(access),
    put: (access, request) => put(parts, access, request),
    lift: async (access, id) => {
      const stop = parts.store.listStops(access).find((one) => one.id === id);
      const event = eventOf(parts, access, {
        type: 'admin.resumed',
        body: { stop: id, by: access.credential },
      });
      await parts.store.liftStop(access, id, [event]);
      parts.board.refresh();
      if (stop) tell(parts, stop);
    },
  };
}

async function put(parts: StopParts, access: Access, request: CreateStopRequest): Promise<CreatedStop> {
  checkTarget(request, parts.tools.list());
  const { scope, target, reason } = request;
  const wanted: Stop = {
    id: parts.ids('stop'),
    scope,
    target,
    by: access.principal,
    at: new Date(parts.now()).toISOString(),
    ...(reason !== undefined && { reason }),
  };
  const body = { stop: wanted.id, scope, target, by: access.credential };
  const event = eventOf(parts, access, { type: 'admin.stopped', body });
  const stop = await parts.store.putStop(access, wanted, [event]);
  parts.board.refresh();
  const cancelledTurns = await cancelTurns(parts, access, stop);
  tell(parts, stop);
  return { ...stop, cancelledTurns, note: NOTES[scope] };
}

const NOTES: Readonly<Record<Stop['scope'], string>> = {
  conversation:
    'The turns of this conversation were cancelled and its tools are refused. Messages are still answered, without tools, until the stop is lifted.',
  tool: 'Every call of this tool is refused, and running ones are cut off, until the stop is lifted. Chat goes on.',
  server:
    'Every tool of this server is refused, and running calls are cut off, until the stop is lifted. Chat goes on.',
  everything:
    'All running turns were cancelled and every tool is refused until the stop is lifted. Messages are still answered, without tools.',
};

function eventOf(
  parts: StopParts,
  { principal }: Access,
  told: Pick<AuditEvent, 'type' | 'body'>,
): AuditEvent {
  return parts.auditEvent({ ...told, actor: principal, onBehalfOf: principal });
}

/** Whoever has a console open sees at once that something is stopped, or goes on. */
function tell({ bus, store }: StopParts, { id, scope, by }: Stop): void {
  const change: ChangeEvent = { type: 'changed', what: 'stop', id };
  const people =
    scope === 'conversation' ? [by] : store.listPrincipals('human', MOST_PEOPLE).map((one) => one.id);
  for (const person of people) bus.publish(subjects.changes(person), change);
}
