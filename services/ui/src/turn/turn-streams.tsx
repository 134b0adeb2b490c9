import { createContext, useContext, useEffect, useMemo, useSyncExternalStore } from 'react';
import type { ThreadTurn } from './thread.ts';
import { emptyTurnState, mergeSteps, type TurnState } from './turn-state.ts';
import { isEnded, TurnStream } from './turn-stream.ts';
import { foldTurn, type TurnView } from './turn-view.ts';

/** The streams of the turns that run now, one each, however many rows look at it. */
export class TurnStreams {
  readonly #streams = new Map<string, TurnStream>();
  readonly #onStep: (turn: ThreadTurn, state: TurnState) => void;

  /** `onStep` keeps the thread in the cache as new as the stream. */
  constructor(onStep: (turn: ThreadTurn, state: TurnState) => void) {
    this.#onStep = onStep;
  }

  of(turn: ThreadTurn): TurnStream {
    const known = this.#streams.get(turn.id);
    if (known !== undefined) return known;
    const stream = new TurnStream(turn.id, stateOf(turn), (state) => {
      if (isEnded(state)) this.#streams.delete(turn.id);
      this.#onStep(turn, state);
    });
    this.#streams.set(turn.id, stream);
    return stream;
  }

  has(turn: string): boolean {
    return this.#streams.has(turn);
  }
}

export const TurnStreamsContext = createContext<TurnStreams | undefined>(undefined);

function stateOf(turn: ThreadTurn): TurnState {
  return mergeSteps(emptyTurnState(turn), turn.steps);
}

const NEVER = (): (() => void) => () => undefined;

export function useTurn(turn: ThreadTurn): { readonly state: TurnState; readonly view: TurnView } {
  const streams = useContext(TurnStreamsContext);
  const recorded = useMemo(() => stateOf(turn), [turn]);
  const stream = streams === undefined || isEnded(recorded) ? undefined : streams.of(turn);
  useEffect(() => stream?.merge(turn.steps), [stream, turn.steps]);
  const live = useSyncExternalStore(stream?.subscribe ?? NEVER, stream?.state ?? (() => recorded));
  const view = useMemo(() => foldTurn(live), [live]);
  return { state: live, view };
}
