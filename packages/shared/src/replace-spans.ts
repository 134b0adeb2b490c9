/** A stretch of a text, in UTF-16 units: `start` belongs to it, `end` does not. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** What stands in its place. */
  readonly mark: string;
}

/** Spans in order, those that touch or overlap as one under the mark of the first. */
export function mergeSpans(spans: readonly Span[]): readonly Span[] {
  const merged: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last === undefined || span.start > last.end) merged.push(span);
    else if (span.end > last.end) merged[merged.length - 1] = { ...last, end: span.end };
  }
  return merged;
}

/** `spans` are in order and do not overlap, as `mergeSpans` makes them. */
export function replaceSpans(text: string, spans: readonly Span[]): string {
  const out: string[] = [];
  let kept = 0;
  for (const { start, end, mark } of spans) {
    out.push(text.slice(kept, start), mark);
    kept = end;
  }
  out.push(text.slice(kept));
  return out.join('');
}
