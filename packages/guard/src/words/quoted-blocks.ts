/** A run of a typed text. `code`: a fence. `message`: quoted lines. */
export interface TypedRun {
  readonly kind: 'words' | 'code' | 'message';
  /** Letter for letter, marks included. */
  readonly text: string;
}

/** A text that changes more often is read as two: its words, and what was brought along. */
const MOST_RUNS = 100;
/** Whatever a screen shows as a new line. */
const LINE = /(?<=\r\n|\n|\r(?!\n)|[\v\f\u0085\u2028\u2029])/u;
const QUOTED = /^\s*>/u;
const FENCE = /^\s*(`{3,}|~{3,})/u;

/**
 * Tells what a person typed from what they show: code fences and lines that begin with `>` are no words of theirs,
 * whatever part they stand in. A fence that is never closed reaches to the end: what is in doubt speaks for nobody.
 */
export function splitQuotedBlocks(text: string): readonly TypedRun[] {
  const runs: { kind: TypedRun['kind']; text: string }[] = [];
  let fence: string | undefined;
  for (const line of text.split(LINE)) {
    const mark: string | undefined = FENCE.exec(line)?.[1];
    const isOpening = fence === undefined && mark !== undefined;
    const kind = fence !== undefined || isOpening ? 'code' : QUOTED.test(line) ? 'message' : 'words';
    const last = runs.at(-1);
    if (last?.kind === kind && !isOpening) last.text += line;
    else runs.push({ kind, text: line });
    if (isOpening) fence = mark;
    else if (fence !== undefined && mark?.startsWith(fence) && line.trim() === mark) fence = undefined;
  }
  const filled = runs.filter((run) => run.text.trim() !== '');
  return filled.length > MOST_RUNS ? gathered(filled) : filled;
}

/** The words alone. */
export function withoutQuotedBlocks(text: string): string {
  return joined(splitQuotedBlocks(text), true);
}

function gathered(runs: readonly TypedRun[]): readonly TypedRun[] {
  return [
    { kind: 'words' as const, text: joined(runs, true) },
    { kind: 'message' as const, text: joined(runs, false) },
  ].filter((run) => run.text.trim() !== '');
}

function joined(runs: readonly TypedRun[], wantsWords: boolean): string {
  return runs
    .filter((run) => (run.kind === 'words') === wantsWords)
    .map((run) => run.text)
    .join('\n');
}
