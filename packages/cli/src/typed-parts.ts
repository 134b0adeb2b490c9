import type { SendMessageRequest } from '@bakerst/shared/api/conversations';

type Part = SendMessageRequest['parts'][number];

const FENCE = /^ {0,3}(`{3,}|~{3,})/;
const QUOTE = /^\s*>/;

/**
 * What stands on the command line or at the prompt, told apart: code fences and quoted lines were brought along and
 * are no words of the person. Nothing is left out, and the order stays.
 */
export function typedParts(text: string): readonly Part[] {
  const runs: Run[] = [];
  let fence: string | undefined;
  for (const line of text.split('\n')) {
    const mark = FENCE.exec(line)?.[1];
    if (fence === undefined && mark !== undefined) {
      fence = mark;
      runs.push({ kind: 'code', lines: [line] });
      continue;
    }
    addLine(runs, line, fence === undefined ? kindOf(line) : 'code');
    if (fence !== undefined && mark?.startsWith(fence) === true && line.trim() === mark) {
      fence = undefined;
      runs.push({ kind: 'words', lines: [] });
    }
  }
  return runs.flatMap(partOf);
}

interface Run {
  readonly kind: 'words' | 'code' | 'message';
  readonly lines: string[];
}

function kindOf(line: string): Run['kind'] {
  return QUOTE.test(line) ? 'message' : 'words';
}

function addLine(runs: Run[], line: string, kind: Run['kind']): void {
  const last = runs.at(-1);
  if (last?.kind === kind) last.lines.push(line);
  else runs.push({ kind, lines: [line] });
}

function partOf({ kind, lines }: Run): Part[] {
  const text = lines.join('\n').replace(/^\s*\n|\s+$/g, '');
  if (text === '') return [];
  return [kind === 'words' ? { type: 'words', text: text.trim() } : { type: 'quoted', source: kind, text }];
}
