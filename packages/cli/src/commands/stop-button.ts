import type { Interface } from 'node:readline';

/** Ctrl-C: stops the running turn, or leaves. */
export class StopButton {
  #turn: AbortController | undefined;

  constructor(lines: Interface) {
    lines.on('SIGINT', () => {
      if (this.#turn === undefined) lines.close();
      else this.#turn.abort(new Error('stopped by Ctrl-C'));
    });
  }

  async while<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#turn = new AbortController();
    try {
      return await run(this.#turn.signal);
    } finally {
      this.#turn = undefined;
    }
  }
}
