import type { MessagePart } from '@bakerst/shared/content';
import { splitQuotedBlocks, type TypedRun } from '@bakerst/shared/quoted-blocks';

type Words = Extract<MessagePart, { type: 'words' }>;
type Quoted = Extract<MessagePart, { type: 'quoted' }>;
/** What typed text comes to: the person's words, and what they only show. */
export type TypedPart = Words | Quoted;

/** The API takes 50 parts; files and pastes want room beside these. */
const MOST_PARTS = 24;

/**
 * Parts typed text as the brain does when it comes in: what is told apart here differently would be words there, or
 * shown as words here and none. The marks go, so that a block can be adopted.
 */
export function splitOwnWords(text: string): readonly TypedPart[] {
  const parts = splitQuotedBlocks(text).map(partOf);
  return parts.length > MOST_PARTS ? gathered(parts) : parts;
}

function partOf({ kind, text }: TypedRun): TypedPart {
  if (kind === 'words') return { type: 'words', text: text.trim() };
  const shown = kind === 'code' ? withoutFence(text) : text.replaceAll(/^ {0,3}> ?/gm, '').trimEnd();
  return { type: 'quoted', text: shown === '' ? text : shown, source: kind };
}

/** The name of a language goes with the marks; anything else that stands beside them is material too. */
function withoutFence(text: string): string {
  const lines = text.trimEnd().split('\n');
  const [, mark = '', info = ''] = /^\s*(`{3,}|~{3,})(.*)$/.exec(lines[0] ?? '') ?? [];
  const first = /^[\w+#.-]*$/.test(info.trim()) ? [] : [info.trim()];
  const end = lines.length > 1 && closes(lines.at(-1) ?? '', mark) ? -1 : lines.length;
  return [...first, ...lines.slice(1, end)].join('\n');
}

function closes(line: string, mark: string): boolean {
  const text = line.trim();
  return text.length >= mark.length && text === mark.charAt(0).repeat(text.length);
}

/** Too many to stand one by one: all words, then all that was shown. */
function gathered(parts: readonly TypedPart[]): readonly TypedPart[] {
  const join = (wanted: TypedPart['type']): string =>
    parts.flatMap((part) => (part.type === wanted ? [part.text] : [])).join('\n\n');
  const [words, quoted] = [join('words'), join('quoted')];
  return [
    ...(words === '' ? [] : [{ type: 'words', text: words } as const]),
    ...(quoted === '' ? [] : [{ type: 'quoted', text: quoted, source: 'code' } as const]),
  ];
}
