import { printableLine } from './printable.ts';

/** Columns padded to their widest cell; the last is cut to the width of the terminal. */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): string {
  const cells = [head, ...rows].map((row) => row.map(printableLine));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells
    .map((row) => `${fit(row.map((cell, i) => pad(cell, i, widths)).join('  '), columns)}\n`)
    .join('');
}

function pad(cell: string, column: number, widths: readonly number[]): string {
  return column === widths.length - 1 ? cell : cell.padEnd(widths[column] ?? 0);
}

function fit(line: string, columns: number): string {
  return line.length > columns ? `${line.slice(0, Math.max(1, columns - 1))}…` : line.trimEnd();
}

/** "3 min ago"; the exact time is in `--json`. */
export function relativeTime(at: string, now: number): string {
  const seconds = Math.round((now - Date.parse(at)) / 1000);
  if (Number.isNaN(seconds)) return at;
  if (seconds < 60) return 'just now';
  const steps: readonly (readonly [number, string])[] = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
  ];
  const [unit, name] = steps.find(([size]) => seconds >= size) ?? [60, 'min'];
  return `${Math.floor(seconds / unit)} ${name} ago`;
}
