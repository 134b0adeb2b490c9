import type { Interface } from 'node:readline';

/**
 * Lines as they come from a keyboard, one at a time; lines that come faster than anybody types come together. Listens
 * from the moment it is called, and ends when the interface closes.
 */
export function collectBursts(lines: Interface, gapMs: number): AsyncGenerator<readonly string[]> {
  const inbox = new BurstInbox(gapMs);
  lines.on('line', (line) => inbox.put(line));
  lines.once('close', () => inbox.close());
  return bursts(inbox);
}

async function* bursts(inbox: BurstInbox): AsyncGenerator<readonly string[]> {
  for (;;) {
    await inbox.settled();
    const burst = inbox.take();
    if (burst.length === 0) return;
    yield burst;
  }
}

class BurstInbox {
  readonly #gapMs: number;
  #waiting: string[] = [];
  #isOver = false;
  #isSettled = false;
  #wake = (): void => undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(gapMs: number) {
    this.#gapMs = gapMs;
  }

  put(line: string): void {
    this.#waiting.push(line);
    this.#isSettled = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#settle(), this.#gapMs);
  }

  close(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#settle();
  }

  /** Resolves when a burst is complete, or nothing more will come. */
  settled(): Promise<void> {
    if (this.#isSettled || this.#isOver) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  take(): readonly string[] {
    const taken = this.#waiting;
    this.#waiting = [];
    this.#isSettled = false;
    return taken;
  }

  #settle(): void {
    this.#isSettled = true;
    this.#wake();
  }
}
