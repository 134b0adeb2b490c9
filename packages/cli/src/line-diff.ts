import { framedText } from './framed-text.ts';
import type { Terminal } from './terminal.ts';

export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added' | 'unknown';
  readonly text: string;
}

/** Above this many pairs of lines the middle is shown as replaced as a whole. */
const MAX_PAIRS = 4_000_000;

/** What must be removed and added to make `after` of `before`, line by line, in order. */
export function lineDiff(before: string, after: string): readonly DiffLine[] {
  const a = before.split('\n');
  const b = after.split('\n');
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const middle = diffOfMiddle(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  return [...marked('same', a.slice(0, head)), ...middle, ...marked('same', a.slice(a.length - tail))];
}

function marked(kind: DiffLine['kind'], lines: readonly string[]): DiffLine[] {
  return lines.map((text) => ({ kind, text }));
}

/** By the longest common subsequence. */
function diffOfMiddle(a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  if (a.length * b.length > MAX_PAIRS) return [...marked('removed', a), ...marked('added', b)];
  const width = b.length + 1;
  const lengths = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => lengths[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      lines.push({ kind: 'same', text: a[i] ?? '' });
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      lines.push({ kind: 'removed', text: a[i] ?? '' });
      i += 1;
    } else {
      lines.push({ kind: 'added', text: b[j] ?? '' });
      j += 1;
    }
  }
  return [...lines, ...marked('removed', a.slice(i)), ...marked('added', b.slice(j))];
}

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
