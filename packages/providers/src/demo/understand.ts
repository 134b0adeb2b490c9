import type { ToolSpec } from '@bakerst/shared/models';
import { type Filled, fillArguments } from './fill-arguments.ts';
import { plainWish } from './plain-wishes.ts';

export interface Wish {
  readonly tool: ToolSpec;
  readonly filled: Filled;
}

/** Beyond this the phrases' expressions would take long, and nobody asks for a tool in so many words. */
const MOST_CHARS = 4_000;

const COMMAND =
  /^(?:please\s+|can you\s+|could you\s+)*(?:use|call|run|try|invoke|start)\s+(?:the\s+)?(?:tool\s+)?(.+)$/is;

/** Which of the offered tools a person asks for: by name, in a phrase we know, or by the words of its name. */
export function understand(words: string, tools: readonly ToolSpec[]): Wish | undefined {
  if (words.length > MOST_CHARS) return undefined;
  return byCommand(words, tools) ?? plainWish(words, tools) ?? byNameWords(words, tools);
}

/** "use files__read_file with {...}", "call the echo tool". */
function byCommand(words: string, tools: readonly ToolSpec[]): Wish | undefined {
  const rest = COMMAND.exec(words)?.[1];
  if (rest === undefined) return undefined;
  const said = spoken(rest);
  let best: { readonly tool: ToolSpec; readonly length: number } | undefined;
  for (const tool of tools) {
    for (const name of [spoken(tool.name), spoken(shortName(tool))]) {
      const fits = said === name || said.startsWith(`${name} `);
      if (fits && name.length > (best?.length ?? 0)) best = { tool, length: name.length };
    }
  }
  if (best === undefined) return undefined;
  const filled = fillArguments(best.tool, rest.slice(lengthOf(rest, best.length)));
  return { tool: best.tool, filled };
}

/** Every word of the tool's own name occurs: "what is the sum of 2 and 3", "echo hello", "list allowed directories". */
function byNameWords(words: string, tools: readonly ToolSpec[]): Wish | undefined {
  const said = spoken(words).split(' ').map(stem);
  let best: { readonly tool: ToolSpec; readonly count: number } | undefined;
  for (const tool of tools) {
    const all = spoken(shortName(tool)).split(' ');
    const name = all.filter((word) => !FILLERS.has(word));
    // A tool of a single word is only meant where the sentence begins with it.
    const isSaid =
      all.length === 1 ? stem(all[0] ?? '') === said[0] : name.every((word) => said.includes(stem(word)));
    if (isSaid && name.length > (best?.count ?? 0)) best = { tool, count: name.length };
  }
  if (best === undefined) return undefined;
  const nameWords = new Set(spoken(shortName(best.tool)).split(' ').map(stem));
  const rest = words
    .split(/\s+/)
    .filter((word) => !nameWords.has(stem(spoken(word))))
    .join(' ');
  return { tool: best.tool, filled: fillArguments(best.tool, rest) };
}

const FILLERS: ReadonlySet<string> = new Set(['get', 'the', 'a', 'of']);

function shortName(tool: ToolSpec): string {
  return tool.name.slice(tool.name.lastIndexOf('__') + 1).replace(/^_/, '');
}

/** Names as people say them: `files__read_file` is "files read file". */
function spoken(text: string): string {
  return text
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}{}"]+/gu, ' ')
    .trim();
}

function stem(word: string): string {
  return word.length > 3 ? word.replace(/s$/, '') : word;
}

/** How much of the original text makes up the first `length` characters of its spoken form. */
function lengthOf(text: string, length: number): number {
  for (let end = 1; end <= text.length; end++) {
    if (spoken(text.slice(0, end)).length >= length && !/^[\w-]/.test(text.slice(end))) return end;
  }
  return text.length;
}
