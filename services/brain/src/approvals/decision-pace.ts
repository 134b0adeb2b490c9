/** A card cannot be read in less. */
const QUICK_MS = 2_000;
const QUICK_IN_A_ROW = 2;
const MOST_PRINCIPALS = 10_000;

/**
 * How quickly people decide after they were shown the card. Who was quicker than anybody can read, twice in a row,
 * types the destination at the next approval: the hand is then slower than the habit.
 */
export class DecisionPace {
  readonly #quick = new Map<string, number>();

  mustType(principal: string): boolean {
    return (this.#quick.get(principal) ?? 0) >= QUICK_IN_A_ROW;
  }

  /** @param elapsedMs from the showing to the decision */
  note(principal: string, elapsedMs: number): void {
    const inARow = elapsedMs < QUICK_MS ? (this.#quick.get(principal) ?? 0) + 1 : 0;
    this.#quick.delete(principal);
    if (inARow === 0) return;
    this.#quick.set(principal, inARow);
    if (this.#quick.size <= MOST_PRINCIPALS) return;
    for (const oldest of this.#quick.keys()) {
      this.#quick.delete(oldest);
      return;
    }
  }
}
