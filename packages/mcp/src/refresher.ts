import type { McpClock } from './clock.ts';

/** Waits for a burst of change notifications to settle, and never works more often than the interval. */
const SETTLE_MS = 200;
const MIN_INTERVAL_MS = 2_000;
const MOST_ROUNDS = 2;

export class Refresher {
  readonly #clock: McpClock;
  readonly #work: () => Promise<void>;
  #cancel: (() => void) | undefined;
  #lastRun = Number.NEGATIVE_INFINITY;
  #isRunning = false;
  #isAskedAgain = false;
  #isStopped = false;
  #running: Promise<void> = Promise.resolve();

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

  /**
   * Does at once what was asked for, without the pause: whoever relies on the work waits for it. A request that comes
   * while it works is waited for once more, but not without end.
   */
  async settle(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS && !this.#isStopped; round += 1) {
      if (!this.#isRunning && !this.#cancel) return;
      if (!this.#isRunning) {
        this.#cancel?.();
        this.#run();
      }
      await this.#running;
    }
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel?.();
  }

  #run(): void {
    this.#cancel = undefined;
    this.#isRunning = true;
    this.#lastRun = this.#clock.now();
    this.#running = this.#work().then(() => {
      this.#isRunning = false;
      if (!this.#isAskedAgain) return;
      this.#isAskedAgain = false;
      this.request();
    });
  }
}
