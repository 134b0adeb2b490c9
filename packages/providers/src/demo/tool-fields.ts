import type { ToolSpec } from '@bakerst/shared/models';

/** One argument of a tool, as far as plain words can fill it. */
export interface ToolField {
  readonly name: string;
  /** `other`: only JSON can express it. */
  readonly type: 'string' | 'number' | 'boolean' | 'other';
  readonly required: boolean;
  readonly choices: readonly string[];
  readonly example: unknown;
}

export function fieldsOf(tool: ToolSpec): readonly ToolField[] {
  const { properties, required } = tool.parameters;
  if (!isRecord(properties)) return [];
  const needed = Array.isArray(required) ? required : [];
  return Object.entries(properties).map(([name, schema]) => fieldOf(name, schema, needed.includes(name)));
}

function fieldOf(name: string, schema: unknown, required: boolean): ToolField {
  const { type, enum: members } = isRecord(schema) ? schema : {};
  const choices = Array.isArray(members) ? members.filter((member) => typeof member === 'string') : [];
  switch (type) {
    case 'string':
      return { name, type, required, choices, example: choices[0] ?? '...' };
    case 'number':
    case 'integer':
      return { name, type: 'number', required, choices, example: 1 };
    case 'boolean':
      return { name, type, required, choices, example: true };
    default:
      return { name, type: 'other', required, choices, example: type === 'array' ? [] : {} };
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
