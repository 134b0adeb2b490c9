import { type IdKind, isId } from '@bakerst/shared/ids';
import { httpError } from './errors.ts';

/** An id from a path or body, or the same 404 that another owner's id gets. */
export function ownedId(kind: IdKind, value: string): string {
  if (isId(kind, value)) return value;
  throw httpError({
    code: 'not_found',
    message: `There is no such ${NAMES[kind] ?? kind} here.`,
    remedy: 'Check the id; it may have been deleted, or belong to somebody else.',
  });
}

const NAMES: Partial<Record<IdKind, string>> = { toolCall: 'tool call', modelCall: 'model call' };
