import { z } from 'zod';
import { Step } from './steps.ts';

/**
 * What a client of `GET /api/v1/turns/{turn}/events` receives (Server-Sent Events; `event:` is `type`, `data:` one
 * JSON line). Durable events have the id `<seq>` and replay for ever; the rest has `<seq>.<attempt>.<offset>` and
 * lives as long as the attempt. A client ignores types it does not know.
 */
export const StepEvent = z.object({ type: z.literal('step'), seq: z.int().positive(), step: Step });

/**
 * A piece of the running answer. `offset` counts the UTF-16 units of both channels that this attempt had produced
 * before `text`, so that one number says how far a client has read.
 */
export const DeltaEvent = z.object({
  type: z.literal('delta'),
  seq: z.int().nonnegative(),
  call: z.string(),
  attempt: z.int().positive(),
  offset: z.int().nonnegative(),
  channel: z.enum(['text', 'thinking']),
  text: z.string(),
});

/** All of the running attempt's text so far; sent once to a client that joins in the middle. */
export const SnapshotEvent = z.object({
  type: z.literal('snapshot'),
  seq: z.int().nonnegative(),
  call: z.string(),
  attempt: z.int().positive(),
  text: z.string(),
  thinking: z.string(),
});

/** A new attempt begins: what was shown of the former one is void. */
export const ResetEvent = z.object({
  type: z.literal('reset'),
  seq: z.int().nonnegative(),
  call: z.string(),
  attempt: z.int().positive(),
});

/** The turn waits: for an approval, for a free slot, or because a newer release must continue it. */
export const StateEvent = z.object({
  type: z.literal('state'),
  seq: z.int().nonnegative(),
  status: z.enum(['queued', 'running', 'parked', 'completed', 'failed', 'cancelled']),
  /** Why a parked turn waits; the approval's id where it waits for one. */
  reason: z.string().optional(),
  approval: z.string().optional(),
});

export const TurnEvent = z.discriminatedUnion('type', [
  StepEvent,
  DeltaEvent,
  SnapshotEvent,
  ResetEvent,
  StateEvent,
]);
export type TurnEvent = z.infer<typeof TurnEvent>;
export type TurnEventOf<T extends TurnEvent['type']> = Extract<TurnEvent, { type: T }>;

/** Where a client is in a turn: the value of `Last-Event-ID` or `?after=`. */
export interface TurnCursor {
  readonly seq: number;
  readonly attempt?: number;
  readonly offset?: number;
}

export function parseTurnCursor(text: string): TurnCursor | undefined {
  const match = /^(\d{1,9})(?:\.(\d{1,9})\.(\d{1,9}))?$/.exec(text);
  if (!match) return undefined;
  const seq = Number(match[1]);
  if (match[2] === undefined || match[3] === undefined) return { seq };
  return { seq, attempt: Number(match[2]), offset: Number(match[3]) };
}

/** The SSE id of an event; absent where the event is neither durable nor a place to resume from. */
export function turnEventId(event: TurnEvent): string | undefined {
  switch (event.type) {
    case 'step':
      return `${event.seq}`;
    case 'delta':
      return `${event.seq}.${event.attempt}.${event.offset + event.text.length}`;
    case 'snapshot':
      return `${event.seq}.${event.attempt}.${event.text.length + event.thinking.length}`;
    case 'reset':
      return `${event.seq}.${event.attempt}.0`;
    case 'state':
      return undefined;
    default:
      return event satisfies never;
  }
}

/** A hint that something changed and should be read again (`GET /api/v1/events`). Not durable, never a fact. */
export const ChangeEvent = z.object({
  type: z.literal('changed'),
  what: z.enum(['conversation', 'turn', 'approval', 'config', 'tools', 'stop']),
  id: z.string(),
  conversation: z.string().optional(),
});
export type ChangeEvent = z.infer<typeof ChangeEvent>;
