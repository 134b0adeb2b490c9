import assert from 'node:assert/strict';
import { modelText } from '@bakerst/shared/content';
import { TurnEvent } from '@bakerst/shared/events';
import type { BrainProcess } from './brain-process.ts';

export interface ReadEvent {
  readonly id: string | undefined;
  readonly event: TurnEvent;
}

export interface EventReader extends AsyncIterable<ReadEvent> {
  readonly response: Response;
  /** Hangs up. */
  close(): void;
}

const DEADLINE_MS = 30_000;

/** Opens an event stream of the brain as a client would; what it says is parsed by the published schemas. */
export async function openEvents(
  brain: BrainProcess,
  path: string,
  init: RequestInit = {},
): Promise<EventReader> {
  const hangUp = new AbortController();
  const signal = AbortSignal.any([hangUp.signal, AbortSignal.timeout(DEADLINE_MS)]);
  const response = await brain.call(path, { ...init, signal });
  return {
    response,
    close: () => hangUp.abort(),
    [Symbol.asyncIterator]: () => readFrames(response, hangUp.signal),
  };
}

/** The stream of a turn, from a cursor on where one is given. */
export function followTurn(brain: BrainProcess, turn: string, after?: string): Promise<EventReader> {
  return openEvents(brain, `/api/v1/turns/${turn}/events`, {
    ...(after === undefined ? {} : { headers: { 'last-event-id': after } }),
  });
}

async function* readFrames(response: Response, hungUp: AbortSignal): AsyncGenerator<ReadEvent> {
  const decoder = new TextDecoder();
  let text = '';
  try {
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const frames = text.split('\n\n');
      text = frames.pop() ?? '';
      for (const frame of frames) {
        const read = readFrame(frame);
        if (read) yield read;
      }
    }
  } catch (error) {
    if (!hungUp.aborted) throw error;
  }
}

function readFrame(frame: string): ReadEvent | undefined {
  const fields = new Map(
    frame.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  );
  const data = fields.get('data');
  if (data === undefined) return undefined;
  const event = TurnEvent.parse(JSON.parse(data));
  assert.equal(fields.get('event'), event.type);
  return { id: fields.get('id'), event };
}

/**
 * What a client shows of a turn. It takes events exactly as they are documented and fails on the first gap or repeat:
 * a step out of order, a delta that does not begin where the former ended.
 */
export class ShownTurn {
  /** The last id: where the client would resume. */
  cursor: string | undefined;
  seq = 0;
  /** Units of both channels that the running attempt has shown. */
  offset = 0;
  text = '';
  /** Texts of the answers that are complete, as they were streamed. */
  readonly answers: string[] = [];
  readonly types: string[] = [];
  ended: string | undefined;

  take({ id, event }: ReadEvent): void {
    if (id !== undefined) this.cursor = id;
    this.types.push(event.type);
    switch (event.type) {
      case 'step':
        assert.equal(event.seq, this.seq + 1, 'steps come once each, in order');
        this.seq = event.seq;
        this.#step(event.step);
        return;
      case 'reset':
        this.#begin(0, '');
        return;
      case 'snapshot':
        this.#begin(event.text.length + event.thinking.length, event.text);
        return;
      case 'delta':
        assert.equal(event.offset, this.offset, 'a piece begins where the former ended');
        this.offset += event.text.length;
        if (event.channel === 'text') this.text += event.text;
        return;
      case 'state':
        return;
      default:
        event satisfies never;
    }
  }

  /** Reads until the predicate holds or the stream ends. */
  async read(reader: EventReader, until: (shown: ShownTurn) => boolean = () => false): Promise<void> {
    for await (const one of reader) {
      this.take(one);
      if (until(this)) break;
    }
  }

  #begin(offset: number, text: string): void {
    this.offset = offset;
    this.text = text;
  }

  #step(step: Extract<TurnEvent, { type: 'step' }>['step']): void {
    if (step.type === 'model_started') this.#begin(0, '');
    if (step.type === 'model_ended' && step.outcome === 'completed') {
      const whole = modelText(step.parts);
      assert.ok(whole.startsWith(this.text), `what was streamed is what was recorded: ${this.text}`);
      this.answers.push(whole);
    }
    if (step.type === 'turn_ended') this.ended = step.status;
  }
}
