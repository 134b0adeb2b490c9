export interface DiffLine {
  /** `unknown`: what stood here before is not kept. */
  readonly kind: 'same' | 'removed' | 'added' | 'unknown';
  readonly text: string;
}

/** What must be removed and added to make `after` of `before`, in order. */
export function lineDiff(before: readonly string[], after: readonly string[]): readonly DiffLine[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const room = Math.min(before.length, after.length) - start;
  while (end < room && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return [
    ...before.slice(0, start).map((text) => ({ kind: 'same' as const, text })),
    ...diffMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map((text) => ({ kind: 'same' as const, text })),
  ];
}

/** Above this, finding what is common would take too long: then all is shown as replaced. */
const MOST_CELLS = 4_000_000;

function diffMiddle(before: readonly string[], after: readonly string[]): DiffLine[] {
  if (before.length * after.length > MOST_CELLS) {
    return [...before.map((text) => line('removed', text)), ...after.map((text) => line('added', text))];
  }
  const common = commonLengths(before, after);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old, now] = [before[i], after[j]];
    if (old !== undefined && old === now) {
      lines.push(line('same', old));
      i += 1;
      j += 1;
    } else if (old !== undefined && (now === undefined || at(common, i + 1, j) >= at(common, i, j + 1))) {
      lines.push(line('removed', old));
      i += 1;
    } else {
      lines.push(line('added', now ?? ''));
      j += 1;
    }
  }
  return lines;
}

function line(kind: DiffLine['kind'], text: string): DiffLine {
  return { kind, text };
}

type Lengths = readonly Uint32Array[];

/** Length of the longest common part of what follows line i and line j. */
function commonLengths(before: readonly string[], after: readonly string[]): Lengths {
  const rows = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    const row = rows[i];
    for (let j = after.length - 1; row && j >= 0; j -= 1) {
      row[j] =
        before[i] === after[j]
          ? at(rows, i + 1, j + 1) + 1
          : Math.max(at(rows, i + 1, j), at(rows, i, j + 1));
    }
  }
  return rows;
}

function at(rows: Lengths, i: number, j: number): number {
  return rows[i]?.[j] ?? 0;
}
