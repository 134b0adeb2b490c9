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
const QUOTED = /^\s*[>＞﹥›»|｜│┃▏▎]/u;
/** Where a mail program puts what was written before; nothing marks where that ends. */
const OLDER_MESSAGE =
  /^\s*(?:[-_=*]{2,}\s*(?:original|forwarded|weitergeleitete|ursprüngliche|begin forwarded)\b.{0,60}|begin forwarded message:?\s*|_{10,}\s*|(?:on|am|le|el)\s.{4,200}\s(?:wrote|schrieb|a écrit|escribió)\s?:\s*)$/iu;
const SENDER = /^\s*\*{0,2}(?:from|von|de)\*{0,2}:\*{0,2}\s\S/iu;
const HEADER = /^\s*\*{0,2}(?:sent|date|to|cc|subject|gesendet|an|betreff|datum)\*{0,2}:/iu;
/** U+0085 ends a line, but is no white space. */
const EMPTY = /^[\s\u0085]*$/u;
const MOST_HEADERS = 4;
const LONGEST_HEADER = 400;
const FENCE = /^\s*(`{3,}|~{3,})/u;

/**
 * Tells what a person typed from what they show: code fences and lines that begin with `>` are no words of theirs,
 * whatever part they stand in. A quoted line goes on to the next empty one, as mail programs wrap it; a mail's header
 * begins what reaches to the end. A fence ends with the last mark of all, since what is pasted between two may hold
 * marks of its own; one that is never closed reaches to the end: what is in doubt speaks for nobody.
 */
export function splitQuotedBlocks(text: string): readonly TypedRun[] {
  const runs: { kind: TypedRun['kind']; text: string }[] = [];
  const lines = text.split(LINE);
  const fenced = fencedLines(lines);
  let isQuoting = false;
  let isOlder = false;
  for (const [at, line] of lines.entries()) {
    const isCode = fenced.has(at);
    isOlder ||= !isCode && beginsOlderMessage(lines, at);
    isQuoting = !isCode && !EMPTY.test(line) && (isQuoting || QUOTED.test(line));
    const kind = isCode ? 'code' : isQuoting || isOlder ? 'message' : 'words';
    const last = runs.at(-1);
    if (last?.kind === kind) last.text += line;
    else runs.push({ kind, text: line });
  }
  const filled = runs.filter((run) => run.text.trim() !== '');
  return filled.length > MOST_RUNS ? gathered(filled) : filled;
}

/** Lines from the first mark to the last of all, if that one closes it, and else to the end. */
function fencedLines(lines: readonly string[]): ReadonlySet<number> {
  const first = lines.findIndex((line) => FENCE.test(line));
  if (first === -1) return new Set();
  const last = lines.findLastIndex((line) => FENCE.test(line));
  const [opening, closing] = [first, last].map((at) => FENCE.exec(lines[at] ?? '')?.[1] ?? '');
  const isClosed =
    last > first && closing?.startsWith(opening ?? '') && (lines[last] ?? '').trim() === closing;
  const end = isClosed ? last + 1 : lines.length;
  return new Set(lines.keys().take(end).drop(first));
}

function beginsOlderMessage(lines: readonly string[], at: number): boolean {
  const line = (lines[at] ?? '').trimEnd();
  if (line.length > LONGEST_HEADER) return false;
  if (OLDER_MESSAGE.test(line)) return true;
  return SENDER.test(line) && lines.slice(at + 1, at + 1 + MOST_HEADERS).some((next) => HEADER.test(next));
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
