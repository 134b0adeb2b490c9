/** A Markdown table, its columns as wide as the formatter of the repository makes them. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const cells = [head, ...rows].map((row) =>
    row.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ').trim()),
  );
  const widths = head.map((_, at) => Math.max(3, ...cells.map((row) => [...(row[at] ?? '')].length)));
  const line = (row: readonly string[], fill = ' ') =>
    `| ${widths.map((width, at) => pad(row[at] ?? '', width, fill)).join(' | ')} |`;
  const [first = [], ...others] = cells;
  return [line(first), line([], '-'), ...others.map((row) => line(row))];
}

function pad(cell: string, width: number, fill: string): string {
  return cell + fill.repeat(width - [...cell].length);
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? 'none' : `${Math.round((100 * part) / whole)} %`;
}

/** Microseconds as a person reads them. */
export function duration(us: number): string {
  return us >= 1_000 ? `${(us / 1_000).toFixed(2)} ms` : `${us.toFixed(0)} µs`;
}
