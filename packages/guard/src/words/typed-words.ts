import { splitQuotedBlocks } from '@bakerst/shared/quoted-blocks';
import type { StepOf } from '@bakerst/shared/steps';

/** What a person types is short. What goes on longer was pasted, and must not keep the guard reading. */
const MOST_CHARACTERS = 20_000;

export interface TypedWords {
  readonly words: string;
  /** Of the typed parts: what was quoted in them, and what is beyond the limit. */
  readonly brought: string;
}

/** Tells a message's own words from what it brings along; a message that nobody vouches for has none of its own. */
export function typedWords(step: StepOf<'message_received'>): TypedWords {
  if (step.label.integrity !== 'trusted') return { words: '', brought: '' };
  const words: string[] = [];
  const brought: string[] = [];
  let left = MOST_CHARACTERS;
  for (const part of step.parts) {
    if (part.type !== 'words') continue;
    const read = wholeWords(part.text, left);
    left -= read.length;
    if (read.length < part.text.length) brought.push(part.text.slice(read.length));
    const runs = splitQuotedBlocks(read);
    words.push(joined(runs.filter(({ kind }) => kind === 'words')));
    brought.push(joined(runs.filter(({ kind }) => kind !== 'words')));
  }
  return { words: words.join('\n\n'), brought: brought.filter((text) => text !== '').join('\n\n') };
}

/** The beginning, cut at a blank: half an address is another address. */
function wholeWords(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most);
  return cut.slice(0, Math.max(cut.lastIndexOf(' '), cut.lastIndexOf('\n')) + 1);
}

function joined(runs: readonly { readonly text: string }[]): string {
  return runs.map((run) => run.text).join('\n');
}
