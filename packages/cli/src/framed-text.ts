import { makeVisible } from '@bakerst/shared/hidden-text';
import { printable, printableLine } from './printable.ts';

/** What stands before the first line of a text, and before every further one. */
export interface Margin {
  readonly first: string;
  readonly rest: string;
}

/**
 * Untrusted text of any length as lines of ours: everything a terminal would hide or obey is written out, and every
 * line, also a wrapped one, begins with the margin. So nothing inside can look like a line of the frame around it.
 */
export function framedText(text: string, columns: number, margin: Margin): string {
  const room = Math.max(20, columns - margin.rest.length - 1);
  const lines = spelledOut(text)
    .split('\n')
    .flatMap((line) => wrapLine(line.replaceAll('\t', '<TAB>'), room));
  return lines.map((line, index) => `${index === 0 ? margin.first : margin.rest}${line}\n`).join('');
}

/** Nobody approves what they cannot see: also what a terminal would merely not show is written out. */
function spelledOut(text: string): string {
  return printable(makeVisible(text.replaceAll('\r\n', '\n').replaceAll('\r', '<U+000D>')));
}

/** The same on one line. */
export function spelledOutLine(text: string): string {
  return printableLine(makeVisible(text));
}

/** At spaces where it can, else in the middle of a word; nothing is left out. */
function wrapLine(line: string, room: number): string[] {
  const lines: string[] = [];
  let current = '';
  let width = 0;
  for (const piece of line.split(/(?<= )/u)) {
    const pieceWidth = widthOf(piece);
    if (width + pieceWidth > room && width > 0) {
      lines.push(current);
      current = '';
      width = 0;
    }
    for (const character of pieceWidth > room ? piece : [piece]) {
      const own = widthOf(character);
      if (width + own > room && width > 0) {
        lines.push(current);
        current = '';
        width = 0;
      }
      current += character;
      width += own;
    }
  }
  return [...lines, current];
}

const WIDE =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Yi}\p{Script=Tangut}\p{Emoji_Presentation}\uFF01-\uFF60\uFFE0-\uFFE6\u3000-\u303E]/u;

/** Columns that a terminal gives it, as near as one can tell without asking the terminal. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += WIDE.test(character) ? 2 : 1;
  return width;
}
