import type { McpClock } from './clock.ts';

/** Waits for a burst of change notifications to settle, and never works more often than the interval. */
const SETTLE_MS = 200;
const MIN_INTERVAL_MS = 2_000;

export class Refresher {
  readonly #clock: McpClock;
  readonly #work: () => Promise<void>;
  #cancel: (() => void) | undefined;
  #lastRun = Number.NEGATIVE_INFINITY;
  #isRunning = false;
  #isAskedAgain = false;
  #isStopped = false;

  /** `work` must not reject. */
  constructor(clock: McpClock, work: () => Promise<void>) {
    this.#clock = clock;
    this.#work = work;
  }

  request(): void {
    if (this.#isStopped || this.#cancel) return;
    if (this.#isRunning) {
      this.#isAskedAgain = true;
      return;
    }
    const wait = Math.max(SETTLE_MS, this.#lastRun + MIN_INTERVAL_MS - this.#clock.now());
    this.#cancel = this.#clock.after(wait, () => this.#run());
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  #run(): void {
    this.#cancel = undefined;
    this.#isRunning = true;
    this.#lastRun = this.#clock.now();
    void this.#work().then(() => {
      this.#isRunning = false;
      if (!this.#isAskedAgain) return;
      this.#isAskedAgain = false;
      this.request();
    });
  }
}
