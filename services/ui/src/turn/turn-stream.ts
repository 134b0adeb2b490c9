import type { TurnEvent } from '@bakerst/shared/events';
import type { RecordedStep } from '@bakerst/shared/steps';
import { followEvents } from '../api/follow.ts';
import { applyTurnEvent, lastSeq, mergeSteps, type TurnState } from './turn-state.ts';

/** Follows one turn while somebody looks at it. Text is applied as it comes and shown once per frame. */
export class TurnStream {
  readonly #turn: string;
  readonly #onStep: (state: TurnState) => void;
  readonly #listeners = new Set<() => void>();
  #state: TurnState;
  #link: AbortController | undefined;
  #frame = 0;

  constructor(turn: string, initial: TurnState, onStep: (state: TurnState) => void) {
    this.#turn = turn;
    this.#state = initial;
    this.#onStep = onStep;
  }

  readonly state = (): TurnState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    if (this.#link === undefined) this.#open();
    return () => {
      this.#listeners.delete(listener);
      // React may subscribe again in the same tick.
      queueMicrotask(() => {
        if (this.#listeners.size === 0) this.#close();
      });
    };
  };

  /** Steps that a page of the thread brought. */
  merge(steps: readonly RecordedStep[]): void {
    const merged = mergeSteps(this.#state, steps);
    if (merged !== this.#state) this.#set(merged);
  }

  #open(): void {
    const link = new AbortController();
    this.#link = link;
    void followEvents({
      path: () => `turns/${this.#turn}/events`,
      lastEventId: () => String(lastSeq(this.#state)),
      onEvent: (event) => this.#apply(JSON.parse(event.data) as TurnEvent),
      again: () => !isEnded(this.#state),
      signal: link.signal,
    });
  }

  #close(): void {
    this.#link?.abort();
    this.#link = undefined;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  #apply(event: TurnEvent): void {
    const next = applyTurnEvent(this.#state, event);
    if (next === this.#state) return;
    if (next.gap && !this.#state.gap) {
      // What is missing is asked for anew: from the last step without a hole, then a snapshot.
      this.#close();
      this.#state = { ...next, gap: false };
      this.#open();
      return;
    }
    this.#set(next);
    if (event.type === 'step') this.#onStep(next);
  }

  #set(next: TurnState): void {
    this.#state = next;
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      for (const listener of this.#listeners) listener();
    });
  }
}

export function isEnded(state: Pick<TurnState, 'steps'>): boolean {
  return state.steps.at(-1)?.step.type === 'turn_ended';
}
