import type { JsonProblem } from './scan-json.ts';
import { findJsonProblem } from './scan-json.ts';

export type ParsedArguments =
  | { readonly ok: true; readonly value: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly message: string };

/** Bytes and nesting a tool call's arguments may have. */
export const MAX_ARGUMENT_BYTES = 1_048_576;
export const MAX_ARGUMENT_DEPTH = 32;

/**
 * Parses the raw argument text of a tool call. The bytes that are hashed are the bytes that are dispatched, so
 * everything two JSON readers could read differently is refused: duplicate keys, lone surrogates, unsafe integers.
 */
export function parseArguments(text: string): ParsedArguments {
  const source = text.trim() === '' ? '{}' : text;
  if (Buffer.byteLength(source) > MAX_ARGUMENT_BYTES) {
    return { ok: false, message: `The arguments are larger than ${MAX_ARGUMENT_BYTES} bytes.` };
  }
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch (error) {
    return {
      ok: false,
      message: `The arguments are not valid JSON: ${error instanceof Error ? error.message : 'unreadable'}`,
    };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, message: 'The arguments must be a JSON object.' };
  }
  const problem = findJsonProblem(source, MAX_ARGUMENT_DEPTH);
  if (problem) return { ok: false, message: describe(problem) };
  return { ok: true, value: value as Record<string, unknown> };
}

function describe(problem: JsonProblem): string {
  switch (problem.kind) {
    case 'duplicate_key':
      return `The key "${problem.detail}" occurs twice in one object.`;
    case 'forbidden_key':
      return `The key "${problem.detail}" is not allowed.`;
    case 'unsafe_number':
      return `The number ${problem.detail} cannot be represented exactly: write it as a string.`;
    case 'lone_surrogate':
      return 'A text holds half of a surrogate pair.';
    case 'too_deep':
      return `The arguments are nested deeper than ${MAX_ARGUMENT_DEPTH} levels.`;
    default:
      return problem.kind satisfies never;
  }
}
