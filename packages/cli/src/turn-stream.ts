import { CodedError } from '@bakerst/shared/coded-error';
import { TurnEvent } from '@bakerst/shared/events';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { type HttpDoor, notABrain, unreachable } from './http-door.ts';

export interface FollowOptions {
  readonly door: HttpDoor;
  readonly baseUrl: string;
  readonly signal: AbortSignal;
  /** Waits before the next attempt; rejects when the signal is aborted. */
  readonly pause: (ms: number) => Promise<unknown>;
  /** Nothing at all for this long, not even a heartbeat: the connection is dead. */
  readonly idleMs?: number;
}

const IDLE_MS = 45_000;
/** Attempts in a row that brought no event. */
const MAX_FAILURES = 8;
const MAX_EVENT_CHARS = 33_554_432;

/**
 * Events of one turn, from its beginning to its end, over as many connections as it takes: each goes on where the
 * former one broke off. Ends after `turn_ended`.
 * @throws CodedError `cli_unreachable` after several vain attempts.
 */
export async function* followTurn(turn: string, options: FollowOptions): AsyncGenerator<TurnEvent> {
  const place = { turn, cursor: '' };
  for (let failures = 1; !options.signal.aborted; failures += 1) {
    try {
      for await (const event of readOn(place, options)) {
        if (event !== undefined) yield event;
        failures = 0;
      }
      if (place.cursor === ENDED) return;
    } catch (error) {
      if (options.signal.aborted || !(error instanceof CodedError && error.retryable)) throw error;
      if (failures >= MAX_FAILURES) throw error;
    }
    if (failures >= MAX_FAILURES) throw unreachable(options.baseUrl, new Error('the stream ends at once'));
    await options.pause(Math.min(5_000, 50 * 2 ** failures));
  }
}

/** Cursor of a turn that was read to its end. */
const ENDED = 'ended';

/** One connection: events from the cursor on, which moves with them. */
async function* readOn(place: Place, options: FollowOptions): AsyncGenerator<TurnEvent | undefined> {
  const stream = await openStream(place, options);
  if (stream === 'ended') {
    place.cursor = ENDED;
    return;
  }
  for await (const message of stream) {
    const event = parseEvent(message.data, options.baseUrl);
    place.cursor = message.id ?? place.cursor;
    const isLast = event?.type === 'step' && event.step.type === 'turn_ended';
    if (isLast) place.cursor = ENDED;
    yield event;
    if (isLast) return;
  }
}

type Place = { readonly turn: string; cursor: string };

/** `ended`: the turn is over and everything of it was read. */
async function openStream(
  place: Place,
  options: FollowOptions,
): Promise<AsyncIterable<EventSourceMessage> | 'ended'> {
  const idle = new IdleWatch(options.idleMs ?? IDLE_MS);
  try {
    const response = await options.door.open({
      method: 'GET',
      path: `/api/v1/turns/${encodeURIComponent(place.turn)}/events`,
      headers: {
        accept: 'text/event-stream',
        ...(place.cursor === '' ? {} : { 'last-event-id': place.cursor }),
      },
      timeoutMs: 'never',
      signal: AbortSignal.any([idle.signal, options.signal]),
      outlivesInterrupt: true,
    });
    if (response.status === 204 || response.body === null) {
      idle.stop();
      return 'ended';
    }
    return readEvents(response.body, idle, options);
  } catch (error) {
    idle.stop();
    throw idle.signal.aborted ? unreachable(options.baseUrl, error) : error;
  }
}

async function* readEvents(
  body: ReadableStream<Uint8Array>,
  idle: IdleWatch,
  options: FollowOptions,
): AsyncGenerator<EventSourceMessage> {
  const decoder = new TextDecoder();
  const ready: EventSourceMessage[] = [];
  const parser = createParser({ maxBufferSize: MAX_EVENT_CHARS, onEvent: (event) => ready.push(event) });
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw options.signal.aborted ? options.signal.reason : unreachable(options.baseUrl, cause);
      });
      if (done) return;
      idle.touch();
      parser.feed(decoder.decode(value, { stream: true }));
      yield* ready.splice(0);
    }
  } finally {
    idle.stop();
    // Leaving early must close the connection; that it is closed already is no failure.
    await reader.cancel().catch(() => undefined);
  }
}

class IdleWatch {
  readonly #aborter = new AbortController();
  readonly #timer: NodeJS.Timeout;

  constructor(ms: number) {
    this.#timer = setTimeout(() => this.#aborter.abort(), ms);
  }

  get signal(): AbortSignal {
    return this.#aborter.signal;
  }

  touch(): void {
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

const KNOWN: ReadonlySet<unknown> = new Set(TurnEvent.options.map((option) => option.shape.type.value));

/** An event of a type that this CLI does not know is left out, as the protocol wants. */
function parseEvent(data: string, baseUrl: string): TurnEvent | undefined {
  let raw: unknown;
  try {
    raw = JSON.parse(data);
  } catch (cause) {
    throw notABrain(baseUrl, 'an event is not JSON', cause);
  }
  if (!KNOWN.has(Object(raw).type)) return undefined;
  const parsed = TurnEvent.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw notABrain(baseUrl, 'an event does not match its schema', parsed.error);
}
