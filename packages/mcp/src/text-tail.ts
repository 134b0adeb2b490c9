import type { Readable } from 'node:stream';
import { stripTerminal } from './visible-text.ts';

/** Keeps the end of a stream of text, for the error message when its program dies. */
export class TextTail {
  readonly #maxChars: number;
  #text = '';

  constructor(stream: Readable, maxChars: number) {
    this.#maxChars = maxChars;
    const decoder = new TextDecoder();
    stream.on('data', (chunk: Buffer) => this.#add(decoder.decode(chunk, { stream: true })));
    // A program that is gone closes its end; there is nothing more to keep.
    stream.on('error', () => stream.destroy());
  }

  read(): string {
    return stripTerminal(this.#text).trim();
  }

  #add(piece: string): void {
    this.#text = (this.#text + piece).slice(-this.#maxChars);
  }
}
