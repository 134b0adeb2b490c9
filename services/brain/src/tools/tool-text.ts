import type { Label } from '@bakerst/shared/labels';
import type { ToolOutput } from '@bakerst/shared/tools';

/** A result of one text, with the label of what it quotes where that differs from the tool's own. */
export function textResult(text: string, label?: Label): ToolOutput {
  return { content: [{ type: 'text', text }], isError: false, ...(label && { label }) };
}

export function errorResult(text: string): ToolOutput {
  return { content: [{ type: 'text', text }], isError: true };
}

/** The schema of an object with exactly these properties. */
export function objectSchema(
  properties: Readonly<Record<string, unknown>>,
  required: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  return { type: 'object', properties, required, additionalProperties: false };
}

/** A string argument that the registry has validated; absent ones are undefined. */
export function stringArg(args: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = args[name];
  return typeof value === 'string' ? value : undefined;
}

export function numberArg(args: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = args[name];
  return typeof value === 'number' ? value : undefined;
}
