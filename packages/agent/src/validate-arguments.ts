import { createContext, Script } from 'node:vm';
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
/** A schema of a server can be made to take for ever (references that fan out, `uniqueItems` over a long list). */
const MOST_MS = 500;
/** Compiling an honest one takes milliseconds, but it is done once and on a busy machine. */
const MOST_COMPILE_MS = 1_000;

/**
 * JSON Schema 2020-12, or draft-07 where the schema says so (https://json-schema.org). A schema that does not
 * compile refuses every call of its tool.
 */
export function createArgumentValidator(): ArgumentValidator {
  const options = {
    ...{ strict: false, allErrors: true, validateSchema: true, ownProperties: true },
    // It would print what a server wrote.
    logger: false,
  } as const;
  const newest = new Ajv2020(options);
  const draft07 = new Ajv(options);
  addFormats.default(newest);
  addFormats.default(draft07);
  const compiled = new WeakMap<object, ValidateFunction | string>();
  const compile = (schema: Readonly<Record<string, unknown>>): ValidateFunction => {
    const { $id: _ignored, ...anonymous } = schema;
    return isDraft07(schema) ? draft07.compile(anonymous) : newest.compile(anonymous);
  };
  const withinTime = createTimeLimit();
  const check = ({ parameters, server }: ToolDefinition, args: Readonly<Record<string, unknown>>) => {
    const limited = server === 'core' ? (work: () => unknown) => work() : withinTime;
    const known = compiled.get(parameters);
    if (typeof known === 'string') return known;
    const validate = known ?? compileWithin(limited, () => compile(parameters));
    compiled.set(parameters, validate);
    return limited(() => validate(args), MOST_MS) === true ? undefined : describe(validate);
  };
  return {
    validate(definition, args) {
      try {
        return check(definition, args);
      } catch (error) {
        // Remembered, so that it costs its time once.
        const problem = unusable(error);
        compiled.set(definition.parameters, problem);
        return problem;
      }
    },
  };
}

type Limited = (work: () => unknown, milliseconds: number) => unknown;

function compileWithin(limited: Limited, compile: () => ValidateFunction): ValidateFunction {
  let fresh: ValidateFunction | undefined;
  limited(() => {
    fresh = compile();
  }, MOST_COMPILE_MS);
  if (!fresh) throw new Error('it did not compile');
  return fresh;
}

/** Runs synchronous work that may not end; throws where it takes too long. */
function createTimeLimit(): Limited {
  const place: { work: () => unknown } = { work: () => undefined };
  const script = new Script('work()');
  let realm: ReturnType<typeof createContext> | undefined;
  return (work, timeout) => {
    realm ??= createContext(place);
    place.work = work;
    return script.runInContext(realm, { timeout });
  };
}

function unusable(error: unknown): string {
  // The late one is an error of the other realm, so no `instanceof` knows it.
  const isLate = Object(error).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
  const why = error instanceof Error ? error.message.slice(0, 200) : 'unreadable';
  const reason = isLate ? 'checking arguments against it took too long' : why;
  return `The tool's own schema cannot be used (${reason}). The tool needs mending; do not retry.`;
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
