import type { DiffLine } from '@bakerst/guard/line-diff';
import { framedText } from './framed-text.ts';
import type { Terminal } from './terminal.ts';

const MARKS = { same: '  ', removed: '- ', added: '+ ', unknown: '? ' } as const;
const COLOURS = { same: 'dim', removed: 'red', added: 'green', unknown: 'yellow' } as const;

/** The changes with a few lines around them; what is left out is counted. */
export function diffText(
  lines: readonly DiffLine[],
  terminal: Pick<Terminal, 'paint' | 'columns'>,
  around = 3,
): string {
  const near = new Set<number>();
  for (const [index, line] of lines.entries()) {
    if (line.kind === 'same') continue;
    for (let n = index - around; n <= index + around; n += 1) near.add(n);
  }
  let text = '';
  let left = 0;
  const gap = () => (left === 0 ? '' : terminal.paint('dim', `  ... ${left} lines that stay\n`));
  for (const [index, line] of lines.entries()) {
    if (!near.has(index)) {
      left += 1;
      continue;
    }
    const margin = { first: MARKS[line.kind], rest: `${MARKS[line.kind]}│ ` };
    text += gap() + terminal.paint(COLOURS[line.kind], framedText(line.text, terminal.columns, margin));
    left = 0;
  }
  return text + gap();
}
