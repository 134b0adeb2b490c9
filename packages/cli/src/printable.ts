/**
 * Text of models, tools, titles and servers is untrusted, and a terminal obeys control characters: they could rewrite
 * what was printed, set the clipboard or answer for the user. Whatever could act or mislead is made visible instead.
 */
export function printable(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(UNSAFE, makeVisible);
}

/** For one line of a table: line breaks and tabs are made visible too. */
export function printableLine(text: string): string {
  return printable(text).replace(/[\n\t]+/g, ' ');
}

/** JSON in which every character that a terminal could obey is escaped; it means the same to a parser. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(UNSAFE, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** Makes a stream of pieces printable: what is cut in the middle waits for its other half. */
export class PrintableStream {
  #held = '';

  push(piece: string): string {
    const text = this.#held + piece;
    const cut = /[\r\uD800-\uDBFF]$/.test(text) ? text.length - 1 : text.length;
    this.#held = text.slice(cut);
    return printable(text.slice(0, cut));
  }

  end(): string {
    const rest = printable(this.#held);
    this.#held = '';
    return rest;
  }
}

/**
 * C0 without tab and line feed, DEL, C1; direction marks, embeddings, overrides and isolates; line and paragraph
 * separators; zero-width space, word joiner and byte order mark; Hangul fillers; annotation anchors; tag characters;
 * lone surrogates.
 */
const UNSAFE = new RegExp(
  [
    '[\\u0000-\\u0008\\u000B-\\u001F\\u007F-\\u009F]',
    '[\\u061C\\u200B\\u200E\\u200F\\u2028-\\u202E\\u2060-\\u206F\\uFEFF]',
    '[\\u115F\\u1160\\u3164\\uFFA0\\uFFF9-\\uFFFB]',
    '[\\u{E0000}-\\u{E007F}]',
    '\\p{Surrogate}',
  ].join('|'),
  'gu',
);

function makeVisible(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  // U+2400 to U+241F are pictures of C0.
  if (point < 0x20) return String.fromCodePoint(0x2400 + point);
  if (point >= 0xd800 && point <= 0xdfff) return '\uFFFD';
  return `<U+${point.toString(16).toUpperCase().padStart(4, '0')}>`;
}
