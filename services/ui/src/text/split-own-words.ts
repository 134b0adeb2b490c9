import type { MessagePart } from '@bakerst/shared/content';

type Words = Extract<MessagePart, { type: 'words' }>;
type Quoted = Extract<MessagePart, { type: 'quoted' }>;
/** What typed text comes to: the person's words, and what they only show. */
export type TypedPart = Words | Quoted;

/** The API takes 50 parts; files and pastes want room beside these. */
const MOST_PARTS = 24;

/**
 * Parts typed text: a code fence and lines that begin with `>` are material, not the person's words. A fence that is
 * never closed reaches to the end: what is in doubt does not speak for anybody.
 */
export function splitOwnWords(text: string): readonly TypedPart[] {
  const parts: TypedPart[] = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; ) {
    const run = readRun(lines, at);
    addRun(parts, run);
    at = run.next;
  }
  return parts.length > MOST_PARTS ? gathered(parts) : parts;
}

interface Run {
  readonly kind: 'words' | 'code' | 'message';
  readonly lines: readonly string[];
  readonly next: number;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;
const QUOTE = /^ {0,3}> ?/;

function readRun(lines: readonly string[], from: number): Run {
  const fence = openFence(lines[from] ?? '');
  if (fence !== undefined) return readFence(lines, from, fence);
  const quoted = QUOTE.test(lines[from] ?? '');
  let next = from + 1;
  while (next < lines.length && continues(lines[next] ?? '', quoted)) next += 1;
  const run = lines.slice(from, next);
  return quoted
    ? { kind: 'message', lines: run.map((line) => line.replace(QUOTE, '')), next }
    : { kind: 'words', lines: run, next };
}

function continues(line: string, quoted: boolean): boolean {
  return openFence(line) === undefined && QUOTE.test(line) === quoted;
}

interface Fence {
  readonly mark: string;
  readonly info: string;
}

/** Backticks in what follows make it inline code, as in Markdown. */
function openFence(line: string): Fence | undefined {
  const [, mark = '', info = ''] = FENCE.exec(line) ?? [];
  if (mark === '' || (mark.startsWith('`') && info.includes('`'))) return undefined;
  return { mark, info: info.trim() };
}

function readFence(lines: readonly string[], from: number, { mark, info }: Fence): Run {
  const closes = (line: string): boolean => {
    const text = line.trim();
    return text.length >= mark.length && text === (mark[0] ?? '').repeat(text.length);
  };
  let end = from + 1;
  while (end < lines.length && !closes(lines[end] ?? '')) end += 1;
  // The name of a language goes; anything else that stands there is material too.
  const first = /^[\w+#.-]*$/.test(info) ? [] : [info];
  return { kind: 'code', lines: [...first, ...lines.slice(from + 1, end)], next: end + 1 };
}

function addRun(parts: TypedPart[], { kind, lines }: Run): void {
  const text = lines.join('\n');
  if (text.trim() === '') return;
  parts.push(
    kind === 'words' ? { type: 'words', text: text.trim() } : { type: 'quoted', text, source: kind },
  );
}

/** Too many to stand one by one: all words, then all that was shown. */
function gathered(parts: readonly TypedPart[]): readonly TypedPart[] {
  const join = (wanted: (part: TypedPart) => boolean): string =>
    parts
      .filter(wanted)
      .map((part) => part.text)
      .join('\n\n');
  const words = join((part) => part.type === 'words');
  const quoted = join((part) => part.type === 'quoted');
  return [
    ...(words === '' ? [] : [{ type: 'words', text: words } as const]),
    ...(quoted === '' ? [] : [{ type: 'quoted', text: quoted, source: 'code' } as const]),
  ];
}
