import { makeVisible } from '@bakerst/shared/hidden-text';
import { type DiffLine, lineDiff } from './line-diff.ts';

/**
 * What has changed between the definition a person accepted and the one that is offered now, both as they are pinned
 * (RFC 8785). Line by line, with every hidden character written out. Without the accepted one all lines are `unknown`.
 */
export function diffDefinition(accepted: string | undefined, offered: string): readonly DiffLine[] {
  const now = readableLines(offered);
  if (accepted === undefined) return now.map((text) => ({ kind: 'unknown', text }));
  return lineDiff(readableLines(accepted), now);
}

/** JSON over several lines; a long text is broken where it breaks itself. */
export function readableLines(pinned: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(pinned);
    return linesOf(value, '', '').map(makeVisible);
  } catch {
    return pinned.split('\n').map(makeVisible);
  }
}

function linesOf(value: unknown, indent: string, head: string): string[] {
  if (typeof value === 'string') return textLines(value, indent, head);
  if (typeof value !== 'object' || value === null) return [`${indent}${head}${JSON.stringify(value)}`];
  const isList = Array.isArray(value);
  const [open, close] = isList ? '[]' : '{}';
  const entries = Object.entries(value);
  if (entries.length === 0) return [`${indent}${head}${open}${close}`];
  const inner = entries.flatMap(([key, part]: [string, unknown]) =>
    linesOf(part, `${indent}  `, isList ? '' : `${JSON.stringify(key)}: `),
  );
  return [`${indent}${head}${open}`, ...inner, `${indent}${close}`];
}

const LINE_CHARS = 100;

function textLines(text: string, indent: string, head: string): string[] {
  const pieces = text
    .split(/(?<=\n)/)
    .flatMap(
      (line) => line.match(new RegExp(`.{1,${LINE_CHARS}}(?:\\s|$)|.{1,${LINE_CHARS}}|\\n`, 'gsu')) ?? [],
    );
  const [first = '', ...rest] = pieces;
  return [
    `${indent}${head}${JSON.stringify(first)}`,
    ...rest.map((piece) => `${indent}  ${JSON.stringify(piece)}`),
  ];
}
