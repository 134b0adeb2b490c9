import type { FileHandle } from 'node:fs/promises';
import { AuditEvent } from '@bakerst/shared/audit';
import { z } from 'zod';
import { auditStorageError } from './errors.ts';

export interface TailEntry {
  readonly id: string;
  readonly digest: string;
  readonly index: number;
}

const Line = z.object({
  index: z.int().nonnegative(),
  digest: z.string(),
  at: z.string(),
  event: AuditEvent.pick({ id: true }),
});

/**
 * Reads the last complete lines of the file, and how many bytes after them are torn.
 * @throws CodedError `audit_file_damaged` where a complete line does not parse.
 */
export async function readTail(
  handle: FileHandle,
  maxBytes: number,
): Promise<{ readonly size: number; readonly tornBytes: number; readonly entries: readonly TailEntry[] }> {
  const { size } = await handle.stat();
  const start = Math.max(0, size - maxBytes);
  const buffer = Buffer.alloc(size - start);
  await handle.read(buffer, 0, buffer.length, start);
  const lastBreak = buffer.lastIndexOf(0x0a);
  const firstLine = start === 0 ? 0 : buffer.indexOf(0x0a) + 1;
  const complete = buffer.subarray(firstLine, Math.max(firstLine, lastBreak + 1)).toString('utf8');
  const entries = complete.split('\n').filter(Boolean).map(parseLine);
  return { size, tornBytes: buffer.length - (lastBreak + 1), entries };
}

function parseLine(text: string): TailEntry {
  const parsed = Line.safeParse(readJson(text));
  if (parsed.success) {
    return { id: parsed.data.event.id, digest: parsed.data.digest, index: parsed.data.index };
  }
  throw auditStorageError({
    code: 'audit_file_damaged',
    message: `The audit file holds a line this program did not write: ${text.slice(0, 80)}`,
    remedy: 'Move the file away and keep it; a new one is started. Compare it with your copies.',
  });
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}
