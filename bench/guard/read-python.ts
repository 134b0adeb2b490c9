/** Reads a Python literal (dict, list, tuple, string, number, None, True, False); undefined where it is none. */
export function readPython(text: string): unknown {
  if (!/^\s*[[{(]/.test(text)) return undefined;
  const reader = new Reader(text);
  try {
    const value = reader.value();
    reader.blank();
    return reader.isAtEnd() ? value : undefined;
  } catch {
    return undefined;
  }
}

const WORDS: Readonly<Record<string, unknown>> = { None: null, True: true, False: false };
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0' };
const CLOSING: Readonly<Record<string, string>> = { '[': ']', '(': ')' };

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  blank(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at += 1;
  }

  value(): unknown {
    this.blank();
    const first = this.#text[this.#at] ?? '';
    if (first === '{') return this.#dict();
    const closing = CLOSING[first];
    if (closing !== undefined) return this.#items(closing);
    if (first === "'" || first === '"') return this.#string(first);
    return this.#bare();
  }

  #take(expected: string): boolean {
    this.blank();
    if (!this.#text.startsWith(expected, this.#at)) return false;
    this.#at += expected.length;
    return true;
  }

  #dict(): Record<string, unknown> {
    const found: [string, unknown][] = [];
    this.#at += 1;
    while (!this.#take('}')) {
      const key = String(this.value());
      if (!this.#take(':')) throw new SyntaxError('a dict needs a colon');
      found.push([key, this.value()]);
      if (!this.#take(',') && this.#text[this.#at] !== '}') throw new SyntaxError('a dict needs a comma');
    }
    return Object.fromEntries(found);
  }

  #items(closing: string): unknown[] {
    const found: unknown[] = [];
    this.#at += 1;
    while (!this.#take(closing)) {
      found.push(this.value());
      if (!this.#take(',') && this.#text[this.#at] !== closing) throw new SyntaxError('a list needs a comma');
    }
    return found;
  }

  #string(quote: string): string {
    let read = '';
    this.#at += 1;
    for (;;) {
      const next = this.#text[this.#at];
      if (next === undefined) throw new SyntaxError('a string has no end');
      this.#at += 1;
      if (next === quote) return read;
      read += next === '\\' ? this.#escape() : next;
    }
  }

  #escape(): string {
    const kind = this.#text[this.#at] ?? '';
    this.#at += 1;
    const digits = { x: 2, u: 4, U: 8 }[kind];
    if (digits === undefined) return ESCAPES[kind] ?? kind;
    const code = Number.parseInt(this.#text.slice(this.#at, this.#at + digits), 16);
    this.#at += digits;
    return String.fromCodePoint(code);
  }

  #bare(): unknown {
    const word = /^[\w.+-]+/.exec(this.#text.slice(this.#at, this.#at + 60))?.[0] ?? '';
    this.#at += word.length;
    if (Object.hasOwn(WORDS, word)) return WORDS[word];
    if (word === '' || Number.isNaN(Number(word))) throw new SyntaxError('not a literal');
    return Number(word);
  }
}
