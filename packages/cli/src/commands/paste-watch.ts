import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** The composer of the console draws the line there too. */
const LONG = 600;
/** What a terminal hands over in one go belongs together; a keyboard sends a key at a time. */
const GAP_MS = 25;

/**
 * Tells a long paste within one line from what was typed around it: several hundred characters that come at once. It
 * only listens; `split` cuts what it saw out of a finished line.
 */
export class PasteWatch {
  readonly #now: () => number;
  #flood = '';
  #lastAt = Number.NEGATIVE_INFINITY;
  #seen: string[] = [];

  constructor(input: Readable, now: () => number) {
    this.#now = now;
    const decoder = new StringDecoder('utf8');
    input.on('data', (chunk: string | Buffer) =>
      this.#take(typeof chunk === 'string' ? chunk : decoder.write(chunk)),
    );
  }

  /** What was typed, and what was pasted in quantity. */
  split(line: string): { readonly typed: string; readonly pasted: readonly string[] } {
    this.#close();
    let typed = line;
    const pasted: string[] = [];
    const seen = this.#seen;
    this.#seen = [];
    for (const flood of seen) {
      const at = typed.indexOf(flood);
      // Edited since: nobody can say which part was typed. A short line has lost the paste altogether.
      if (at < 0 && typed.length >= LONG) return { typed: '', pasted: [line] };
      if (at < 0) continue;
      pasted.push(flood);
      typed = `${typed.slice(0, at)} ${typed.slice(at + flood.length)}`;
    }
    return { typed: typed.trim(), pasted };
  }

  #take(text: string): void {
    const at = this.#now();
    if (at - this.#lastAt > GAP_MS) this.#close();
    this.#lastAt = at;
    this.#flood += text;
  }

  #close(): void {
    for (const line of this.#flood.split(/[\r\n]+/)) if (line.length >= LONG) this.#seen.push(line.trim());
    this.#flood = '';
  }
}
