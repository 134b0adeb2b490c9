import type { ToolDefinition } from '@bakerst/shared/tools';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** Checks a call's arguments against its tool's JSON Schema: in the registry, never per tool. */
export interface ArgumentValidator {
  /** What is wrong, for the model to read; undefined where the arguments are valid. */
  validate(definition: ToolDefinition, args: Readonly<Record<string, unknown>>): string | undefined;
}

const MAX_ERRORS_SHOWN = 5;

/**
 * JSON Schema 2020-12, or draft-07 where the schema says so (https://json-schema.org). A schema that does not
 * compile refuses every call of its tool.
 */
export function createArgumentValidator(): ArgumentValidator {
  const options = { strict: false, allErrors: true, validateSchema: true, ownProperties: true } as const;
  const newest = new Ajv2020(options);
  const draft07 = new Ajv(options);
  addFormats.default(newest);
  addFormats.default(draft07);
  const compiled = new WeakMap<object, ValidateFunction | string>();
  const compile = (schema: Readonly<Record<string, unknown>>): ValidateFunction | string => {
    const { $id: _ignored, ...anonymous } = schema;
    try {
      return isDraft07(schema) ? draft07.compile(anonymous) : newest.compile(anonymous);
    } catch (error) {
      return `The tool's own schema cannot be used (${error instanceof Error ? error.message.slice(0, 200) : 'unreadable'}). The tool needs mending; do not retry.`;
    }
  };
  return {
    validate(definition, args) {
      const known = compiled.get(definition.parameters) ?? compile(definition.parameters);
      compiled.set(definition.parameters, known);
      if (typeof known === 'string') return known;
      if (known(args) === true) return undefined;
      return describe(known);
    },
  };
}

function isDraft07(schema: Readonly<Record<string, unknown>>): boolean {
  const { $schema } = schema;
  return typeof $schema === 'string' && $schema.includes('draft-07');
}

function describe(validate: ValidateFunction): string {
  const errors = validate.errors ?? [];
  const shown = errors.slice(0, MAX_ERRORS_SHOWN).map((error) => {
    const { additionalProperty, allowedValues } = error.params as {
      additionalProperty?: unknown;
      allowedValues?: unknown;
    };
    const detail =
      additionalProperty ??
      (Array.isArray(allowedValues) ? allowedValues.slice(0, 20).join(', ') : undefined);
    return `${error.instancePath || '(arguments)'} ${error.message ?? 'is invalid'}${detail === undefined ? '' : `: ${String(detail)}`}`;
  });
  const more = errors.length > shown.length ? ` (and ${errors.length - shown.length} more)` : '';
  return `The arguments do not match the tool's schema: ${shown.join('; ')}${more}.`;
}
