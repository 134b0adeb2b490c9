/**
 * JSON with places: what `JSON.parse` does not tell is where a value stands and that a key was said twice. Strict
 * (RFC 8259), bounded in depth; strings and numbers are handed to `JSON.parse`.
 */
export type JsonDocument =
  | {
      readonly ok: true;
      readonly value: unknown;
      readonly placeOf: (path: readonly PathPart[]) => Place | undefined;
    }
  | { readonly ok: false; readonly place: Place; readonly problem: string };

export interface Place {
  readonly line: number;
  readonly column: number;
}
export type PathPart = string | number;

const MAX_DEPTH = 64;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/sy;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;
const SPACE = /[ \t\r\n]*/y;

export function parseJsonDocument(source: string): JsonDocument {
  const text = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const reader = new Reader(text);
  try {
    const value = reader.document();
    return {
      ok: true,
      value,
      placeOf: (path) => {
        const offset = reader.offsets.get(JSON.stringify(path));
        return offset === undefined ? undefined : placeAt(text, offset);
      },
    };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { ok: false, place: placeAt(text, error.offset), problem: error.message };
  }
}

function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

class Malformed extends Error {
  readonly offset: number;
  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

class Reader {
  /** Offset of each value, and of each key of an object, by path. */
  readonly offsets = new Map<string, number>();
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    const value = this.#value([]);
    this.#space();
    if (this.#at < this.#text.length) throw this.#unexpected('nothing more');
    return value;
  }

  #value(path: readonly PathPart[]): unknown {
    this.#space();
    if (path.length > MAX_DEPTH) throw new Malformed(this.#at, `is nested deeper than ${MAX_DEPTH} levels`);
    const key = JSON.stringify(path);
    if (!this.offsets.has(key)) this.offsets.set(key, this.#at);
    const next = this.#text[this.#at];
    if (next === '{') return this.#object(path);
    if (next === '[') return this.#array(path);
    const token = this.#match(STRING) ?? this.#match(NUMBER) ?? this.#match(LITERAL);
    if (token === undefined) throw this.#unexpected('a value');
    return this.#decode(token);
  }

  #object(path: readonly PathPart[]): unknown {
    const members = new Map<string, unknown>();
    this.#at += 1;
    this.#space();
    if (this.#take('}')) return {};
    for (;;) {
      this.#space();
      const offset = this.#at;
      const token = this.#match(STRING);
      if (token === undefined) throw this.#unexpected('a key in double quotes');
      const key = String(this.#decode(token));
      if (members.has(key)) throw new Malformed(offset, `says the key "${key}" twice`);
      if (key === '__proto__') throw new Malformed(offset, 'may not use the key "__proto__"');
      this.offsets.set(JSON.stringify([...path, key]), offset);
      this.#space();
      if (!this.#take(':')) throw this.#unexpected('":"');
      members.set(key, this.#value([...path, key]));
      this.#space();
      if (this.#take('}')) return Object.fromEntries(members);
      if (!this.#take(',')) throw this.#unexpected('"," or "}"');
    }
  }

  #array(path: readonly PathPart[]): unknown {
    const items: unknown[] = [];
    this.#at += 1;
    this.#space();
    if (this.#take(']')) return items;
    for (;;) {
      items.push(this.#value([...path, items.length]));
      this.#space();
      if (this.#take(']')) return items;
      if (!this.#take(',')) throw this.#unexpected('"," or "]"');
    }
  }

  #decode(token: string): unknown {
    try {
      return JSON.parse(token);
    } catch {
      // The only thing a token can still have wrong is inside a string: a raw line break, a bad escape.
      throw new Malformed(this.#at - token.length, 'has a string with a raw line break or a wrong escape');
    }
  }

  #space(): void {
    this.#match(SPACE);
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #unexpected(wanted: string): Malformed {
    const found = this.#text[this.#at];
    if (found === '/') return new Malformed(this.#at, 'has a comment here; JSON has none');
    const what = found === undefined ? 'the end of the file' : JSON.stringify(found);
    return new Malformed(this.#at, `should have ${wanted} here, not ${what}`);
  }
}
