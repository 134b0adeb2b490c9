import type { TurnCursor, TurnEvent } from '@bakerst/shared/events';
import type { Access } from '@bakerst/shared/identity';
import { ENDED_STATUSES } from '@bakerst/shared/store/turn-store';
import { subjects } from '@bakerst/shared/subjects';
import { EventQueue } from './event-queue.ts';
import type { TurnParts } from './turn-parts.ts';

type FollowParts = Pick<TurnParts, 'store' | 'bus' | 'live'>;

export interface FollowOptions {
  readonly after?: TurnCursor;
  readonly signal: AbortSignal;
}

/**
 * Everything of a turn from the cursor on: recorded steps, then what the running attempt has said so far, then
 * what comes. Ends after `turn_ended` or on abort.
 */
export async function* followTurn(
  parts: FollowParts,
  who: { readonly access: Access; readonly turn: string },
  options: FollowOptions,
): AsyncGenerator<TurnEvent> {
  const { bus } = parts;
  const { turn } = who;
  const { signal } = options;
  // Read before anything is subscribed, so that nothing is for a foreign turn; and in one go with it, without
  // awaiting, so that nothing falls between what was read and what comes.
  const known = catchUp(parts, who, options.after);
  const queue = new EventQueue();
  const subscription = bus.subscribe(subjects.turnEvents(turn), (message) =>
    queue.push(message as TurnEvent),
  );
  const onAbort = () => queue.close();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    let seq = options.after?.seq ?? 0;
    for (const event of known) {
      if (event.type === 'step') seq = event.seq;
      yield event;
      if (isLast(event)) return;
    }
    while (!signal.aborted) {
      const event = await queue.take();
      if (!event) return;
      for (const next of inOrder(parts, who, { event, seq })) {
        if (next.type === 'step') seq = next.seq;
        yield next;
        if (isLast(next)) return;
      }
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    subscription.unsubscribe();
  }
}

/**
 * What the reader gets for one event off the bus: nothing for a step it has read from the store already; the steps
 * between first, where the store wrote some that no runner told of (a withdrawn or expired approval).
 */
function inOrder(
  { store }: FollowParts,
  { access, turn }: { readonly access: Access; readonly turn: string },
  { event, seq }: { readonly event: TurnEvent; readonly seq: number },
): readonly TurnEvent[] {
  if (event.type !== 'step') return [event];
  if (event.seq <= seq) return [];
  if (event.seq === seq + 1) return [event];
  return store.readSteps(access, turn, seq).map((one): TurnEvent => ({ type: 'step', ...one }));
}

function catchUp(
  { store, live }: FollowParts,
  { access, turn }: { readonly access: Access; readonly turn: string },
  after: TurnCursor | undefined,
): readonly TurnEvent[] {
  const record = store.readTurn(access, turn);
  const steps = store.readSteps(access, turn, after?.seq ?? 0);
  const events: TurnEvent[] = steps.map(({ seq, step }) => ({ type: 'step', seq, step }));
  const { status, seq, parkedFor } = record;
  const isOver = ENDED_STATUSES.includes(status);
  if (isOver && steps.length === 0) return [{ type: 'state', seq, status }];
  if (isOver) return events;
  events.push({
    type: 'state',
    seq,
    status,
    ...(parkedFor !== undefined && { reason: parkedFor }),
    ...(parkedFor?.startsWith('apr_') && { approval: parkedFor }),
  });
  return [...events, ...liveEvents(live, turn, after)];
}

function liveEvents(
  live: TurnParts['live'],
  turn: string,
  after: TurnCursor | undefined,
): readonly TurnEvent[] {
  const snapshot = live.snapshot(turn);
  if (!snapshot) return [];
  const { seq, call, attempt } = snapshot;
  if (after?.attempt === undefined || after.offset === undefined) return [snapshot];
  const missed =
    after.seq === seq ? live.since(turn, seq, { attempt: after.attempt, offset: after.offset }) : undefined;
  return missed ?? [{ type: 'reset', seq, call, attempt }, snapshot];
}

/** A finished turn that the reader had read to its end before is told by its state alone. */
function isLast(event: TurnEvent): boolean {
  if (event.type === 'step') return event.step.type === 'turn_ended';
  return event.type === 'state' && ENDED_STATUSES.includes(event.status);
}
