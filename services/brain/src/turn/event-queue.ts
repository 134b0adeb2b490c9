import type { TurnEvent } from '@bakerst/shared/events';

/**
 * A merged piece grows no further: until it is sent its text shares the pieces it was made of, which all readers have in
 * common; only what is being sent is a copy of its own.
 */
const MOST_MERGED_CHARS = 65_536;

/**
 * What waits for one reader of a turn. A reader that is slow gets neighbouring deltas merged into one; durable events
 * are never dropped, and their number is bounded by the turn itself.
 */
export class EventQueue {
  readonly #events: TurnEvent[] = [];
  #wake: (() => void) | undefined;
  #closed = false;

  push(event: TurnEvent): void {
    if (this.#closed) return;
    const last = this.#events.at(-1);
    const merged = last && mergeDeltas(last, event);
    if (merged) this.#events[this.#events.length - 1] = merged;
    else this.#events.push(event);
    this.#wake?.();
  }

  close(): void {
    this.#closed = true;
    this.#wake?.();
  }

  /** The next event; undefined once the queue is closed and empty. */
  async take(): Promise<TurnEvent | undefined> {
    while (this.#events.length === 0 && !this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    return this.#events.shift();
  }
}

function mergeDeltas(last: TurnEvent, next: TurnEvent): TurnEvent | undefined {
  if (last.type !== 'delta' || next.type !== 'delta') return undefined;
  const isNext =
    last.call === next.call &&
    last.attempt === next.attempt &&
    last.channel === next.channel &&
    last.text.length + next.text.length <= MOST_MERGED_CHARS &&
    last.offset + last.text.length === next.offset;
  return isNext ? { ...last, text: last.text + next.text } : undefined;
}
