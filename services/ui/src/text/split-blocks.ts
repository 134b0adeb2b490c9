/**
 * Cuts Markdown at blank lines into blocks that can be parsed one by one: `blocks.join('') === text`, and all but the
 * last block of a text stay the same when more is appended. While an answer streams, only its last block is drawn anew.
 */
export function splitBlocks(text: string): string[] {
  const blocks: string[] = [];
  let block: Block = newBlock();
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    if (startsAnew(block, line)) {
      blocks.push(block.text);
      block = newBlock();
    }
    addLine(block, line);
  }
  if (block.text !== '') blocks.push(block.text);
  return blocks;
}

interface Block {
  text: string;
  /** The marker of the code fence that is open. */
  fence?: string | undefined;
  afterBlank: boolean;
  isList: boolean;
}

function newBlock(): Block {
  return { text: '', afterBlank: false, isList: false };
}

/** A block ends at a blank line, unless what follows is still inside a fence or belongs to the list. */
function startsAnew(block: Block, line: string): boolean {
  if (!block.afterBlank || block.fence !== undefined || isBlank(line)) return false;
  return !(block.isList && (INDENTED.test(line) || LIST_ITEM.test(line)));
}

function addLine(block: Block, line: string): void {
  if (block.text.trim() === '') block.isList = LIST_ITEM.test(line);
  block.afterBlank = isBlank(line);
  block.text += line;
  const marker = FENCE.exec(line);
  if (block.fence === undefined) {
    if (marker !== null) block.fence = marker[1];
  } else if (marker !== null && closes(block.fence, marker)) {
    block.fence = undefined;
  }
}

const LIST_ITEM = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:\s|$)/;
const INDENTED = /^(?: {2,}|\t)/;
/** Inside a list a fence is indented. */
const FENCE = /^\s*(?:(?:[-*+]|\d{1,9}[.)])\s+)?(`{3,}(?=[^`]*$)|~{3,})(.*)$/m;

function closes(fence: string, marker: RegExpExecArray): boolean {
  const found = marker[1] ?? '';
  return found[0] === fence[0] && found.length >= fence.length && (marker[2] ?? '').trim() === '';
}

function isBlank(line: string): boolean {
  return line.trim() === '';
}

/** Link definitions (`[name]: url`) reach across blocks: they are handed to each block that may use one. */
export function linkDefinitions(text: string): string {
  return (text.match(/^ {0,3}\[[^\]\n]+\]:[^\n]+$/gm) ?? []).join('\n');
}
