import type { ToolResultPart } from '@bakerst/shared/content';

export interface TruncatedContent {
  readonly content: readonly ToolResultPart[];
  /** Set where something was left out. Bytes are UTF-8 of texts and base64 length of images. */
  readonly truncated?: { readonly bytes: number; readonly keptBytes: number };
}

/** Keeps the first `limit` bytes of a result and says in the result itself how much is missing. */
export function truncateContent(parts: readonly ToolResultPart[], limit: number): TruncatedContent {
  const sizes = parts.map(sizeOf);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes <= limit) return { content: parts };
  const kept: ToolResultPart[] = [];
  let room = limit;
  for (const [index, part] of parts.entries()) {
    const size = sizes[index] ?? 0;
    if (size <= room) {
      kept.push(part);
      room -= size;
      continue;
    }
    if (part.type === 'text' && room > 0) {
      const text = cutUtf8(part.text, room);
      kept.push({ type: 'text', text });
      room -= Buffer.byteLength(text);
    }
    break;
  }
  const keptBytes = limit - room;
  const mark = `[cut: ${bytes - keptBytes} of ${bytes} bytes left out; ask for a smaller part]`;
  return { content: [...kept, { type: 'text', text: mark }], truncated: { bytes, keptBytes } };
}

function sizeOf(part: ToolResultPart): number {
  return part.type === 'text' ? Buffer.byteLength(part.text) : part.data.length;
}

/** The longest start of `text` that fits into `bytes` without splitting a character. */
export function cutUtf8(text: string, bytes: number): string {
  const buffer = Buffer.from(text.length > bytes ? text.slice(0, bytes) : text, 'utf8');
  if (buffer.length <= bytes) return buffer.toString('utf8');
  let end = bytes;
  while (end > 0 && ((buffer[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return buffer.toString('utf8', 0, end);
}
