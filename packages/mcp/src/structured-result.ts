import { isRecord } from './bounded-schema.ts';

export interface StructuredLimits {
  readonly structuredBytes: number;
  readonly structuredDepth: number;
}

/**
 * The result as data: what the server calls structured, or the JSON of an answer that is one text. Undefined where
 * there is none, or where it is too large or too deep to be looked into: then it is text only.
 */
export function readStructured(result: Readonly<Record<string, unknown>>, limits: StructuredLimits): unknown {
  if (result.isError === true) return undefined;
  const structured = result.structuredContent ?? result.toolResult;
  if (structured !== undefined) return isBounded(structured, limits) ? structured : undefined;
  const parsed = parseOnlyText(result.content, limits.structuredBytes);
  return parsed !== undefined && isBounded(parsed, limits) ? parsed : undefined;
}

function parseOnlyText(content: unknown, maxChars: number): unknown {
  if (!Array.isArray(content) || content.length !== 1) return undefined;
  const part: unknown = content[0];
  if (!isRecord(part) || part.type !== 'text' || typeof part.text !== 'string') return undefined;
  if (part.text.length > maxChars || !/^\s*[{[]/.test(part.text)) return undefined;
  try {
    return JSON.parse(part.text);
  } catch {
    return undefined; // Prose that begins like JSON.
  }
}

/** Counts without recursion, since the depth is the server's choice, and only then writes it out. */
function isBounded(value: unknown, { structuredBytes, structuredDepth }: StructuredLimits): boolean {
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  let seen = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    seen += 1;
    if (next.depth > structuredDepth || seen > structuredBytes) return false;
    const { value: member, depth } = next;
    if (!isRecord(member) && !Array.isArray(member)) continue;
    if (Object.hasOwn(member, '__proto__')) return false;
    for (const inner of Object.values(member)) open.push({ value: inner, depth: depth + 1 });
  }
  return Buffer.byteLength(JSON.stringify(value)) <= structuredBytes;
}
