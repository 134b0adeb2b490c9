import type { TurnEvent, TurnEventOf } from '@bakerst/shared/events';

interface LiveAttempt {
  readonly seq: number;
  readonly call: string;
  readonly attempt: number;
  readonly pieces: { readonly channel: 'text' | 'thinking'; readonly text: string }[];
  length: number;
}

/**
 * The running attempts of this brain: what has been streamed and is not recorded yet, so that a client that joins in
 * the middle can catch up. Bounded by the answer a model may give; forgotten when the attempt ends.
 */
export class LiveTurns {
  readonly #attempts = new Map<string, LiveAttempt>();

  /** `seq` is that of the attempt's `model_started`. */
  begin(
    turn: string,
    attempt: { readonly seq: number; readonly call: string; readonly attempt: number },
  ): void {
    this.#attempts.set(turn, { ...attempt, pieces: [], length: 0 });
  }

  /** Remembers a piece and returns the event that tells of it. */
  add(turn: string, channel: 'text' | 'thinking', text: string): TurnEventOf<'delta'> | undefined {
    const live = this.#attempts.get(turn);
    if (!live) return undefined;
    const { seq, call, attempt, length } = live;
    const last = live.pieces.at(-1);
    if (last?.channel === channel && last.text.length < 4_096) {
      live.pieces[live.pieces.length - 1] = { channel, text: last.text + text };
    } else {
      live.pieces.push({ channel, text });
    }
    live.length += text.length;
    return { type: 'delta', seq, call, attempt, offset: length, channel, text };
  }

  end(turn: string): void {
    this.#attempts.delete(turn);
  }

  /** Everything streamed so far of the attempt that runs now. */
  snapshot(turn: string): TurnEventOf<'snapshot'> | undefined {
    const live = this.#attempts.get(turn);
    if (!live) return undefined;
    const { seq, call, attempt } = live;
    const join = (channel: 'text' | 'thinking') =>
      live.pieces.map((piece) => (piece.channel === channel ? piece.text : '')).join('');
    return { type: 'snapshot', seq, call, attempt, text: join('text'), thinking: join('thinking') };
  }

  /** What a client that has read `offset` units of this very attempt has missed; undefined where it cannot resume. */
  since(
    turn: string,
    seq: number,
    at: { readonly attempt: number; readonly offset: number },
  ): readonly TurnEvent[] | undefined {
    const live = this.#attempts.get(turn);
    if (!live || live.seq !== seq || live.attempt !== at.attempt || at.offset > live.length) return undefined;
    const missed: TurnEvent[] = [];
    let offset = 0;
    for (const { channel, text } of live.pieces) {
      const from = Math.max(0, at.offset - offset);
      if (from < text.length) {
        const { call, attempt } = live;
        missed.push({
          type: 'delta',
          seq,
          call,
          attempt,
          offset: offset + from,
          channel,
          text: text.slice(from),
        });
      }
      offset += text.length;
    }
    return missed;
  }
}
