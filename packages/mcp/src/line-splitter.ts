/** Cuts a byte stream into lines without ever joining more than one of them; a longer line than allowed is told. */
export class LineSplitter {
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Calls back for each complete line; false once a line is too long, after which nothing is kept. */
  push(chunk: Buffer, onLine: (line: string) => void): boolean {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      if (!this.#keep(chunk.subarray(from, end))) return false;
      const line = this.#take();
      from = end + 1;
      if (line.trim() !== '') onLine(line);
    }
    return this.#keep(chunk.subarray(from));
  }

  #keep(part: Buffer): boolean {
    this.#bytes += part.length;
    if (this.#bytes > this.#maxBytes) {
      this.#parts = [];
      return false;
    }
    if (part.length > 0) this.#parts.push(part);
    return true;
  }

  #take(): string {
    const line = (this.#parts.length === 1 ? this.#parts[0] : undefined) ?? Buffer.concat(this.#parts);
    this.#parts = [];
    this.#bytes = 0;
    return line.toString('utf8');
  }
}
