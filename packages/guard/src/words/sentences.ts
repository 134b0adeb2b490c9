export interface Sentence {
  readonly start: number;
  readonly end: number;
}

const LONGEST_NUMBERING = 12;

/** Sentences of a text by Unicode's rules (UAX 29), joined again where one ended inside a value. */
export function findSentences(text: string, values: readonly Sentence[]): readonly Sentence[] {
  const found: Sentence[] = [];
  const isInside = insideOf(values);
  // Made here and not once for all: its rules are first read when it is, which a start need not wait for.
  const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
  for (const { index, segment } of segmenter.segment(text)) {
    const end = index + segment.length;
    const last = found.at(-1);
    const cutsValue = isInside(index);
    const isNumbering =
      last !== undefined &&
      last.end - last.start < LONGEST_NUMBERING &&
      /^\s*\d{1,2}\.\s*$/u.test(text.slice(last.start, last.end));
    if (last && (cutsValue || isNumbering)) found[found.length - 1] = { start: last.start, end };
    else found.push({ start: index, end });
  }
  return found;
}

/** Asked of rising offsets: whether one lies within a value. Values in order of their starts. */
function insideOf(values: readonly Sentence[]): (offset: number) => boolean {
  let next = 0;
  let end = 0;
  return (offset) => {
    for (let value = values[next]; value !== undefined && value.start < offset; value = values[next]) {
      end = Math.max(end, value.end);
      next += 1;
    }
    return offset < end;
  };
}

/** The sentences, ended at these offsets as well; both in order. */
export function splitAt(sentences: readonly Sentence[], ends: readonly number[]): readonly Sentence[] {
  const found: Sentence[] = [];
  let next = 0;
  for (const { start, end } of sentences) {
    let from = start;
    for (let at = ends[next]; at !== undefined && at < end; at = ends[next]) {
      if (at > from) {
        found.push({ start: from, end: at });
        from = at;
      }
      next += 1;
    }
    found.push({ start: from, end });
  }
  return found;
}
