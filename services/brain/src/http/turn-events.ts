import { parseTurnCursor, type TurnCursor, type TurnEvent, turnEventId } from '@bakerst/shared/events';
import { ENDED_STATUSES, type TurnRecord } from '@bakerst/shared/store/turn-store';
import { httpError } from './errors.ts';
import type { EventStream } from './event-stream.ts';
import { type Answer, type AuthedExchange, noContent } from './exchange.ts';
import type { StreamSlot } from './stream-slots.ts';

/** The event stream of a turn from a cursor on. An ended turn that was read to its end is a 204: do not reconnect. */
export function turnEventsAnswer(
  exchange: Pick<AuthedExchange, 'parts' | 'access'>,
  turn: TurnRecord,
  options: {
    readonly slot: StreamSlot;
    readonly after?: TurnCursor;
    readonly headers?: Record<string, string>;
  },
): Answer {
  const { parts, access } = exchange;
  const { after } = options;
  if (after !== undefined && after.seq >= turn.seq && ENDED_STATUSES.includes(turn.status))
    return noContent();
  return {
    kind: 'events',
    slot: options.slot,
    ...(options.headers ? { headers: options.headers } : {}),
    run: async (stream) => {
      const events = parts.turns.follow(access, turn.id, {
        signal: stream.signal,
        ...(after === undefined ? {} : { after }),
      });
      await writeTurnEvents(stream, events);
    },
  };
}

async function writeTurnEvents(stream: EventStream, events: AsyncIterable<TurnEvent>): Promise<void> {
  for await (const event of events) {
    const id = turnEventId(event);
    const frame = { event: event.type, data: JSON.stringify(event) };
    await stream.write(id === undefined ? frame : { id, ...frame });
    if (stream.signal.aborted) return;
  }
}

/** `?after=` wins over `Last-Event-ID`: a page that asks by hand knows better than its browser. */
export function requestedCursor(
  after: string | undefined,
  lastEventId: string | undefined,
): TurnCursor | undefined {
  const text = after ?? lastEventId;
  if (text === undefined || text === '') return undefined;
  const cursor = parseTurnCursor(text);
  if (cursor) return cursor;
  throw httpError({
    code: 'invalid_request',
    message: 'The cursor is not one of ours.',
    remedy: 'Send the `id` of the last event you have read, or leave it out to begin at the start.',
  });
}
