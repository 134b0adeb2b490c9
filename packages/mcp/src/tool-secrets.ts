import { isRecord } from './bounded-schema.ts';

/** One argument of one tool that is a secret of the operator's. */
export interface SecretBinding {
  /** Names from the root of the arguments to the leaf. */
  readonly path: readonly string[];
  /** `env:NAME` or `file:/path`. */
  readonly ref: string;
}

type Schema = Readonly<Record<string, unknown>>;
export type OfferedSchema =
  | { readonly ok: true; readonly schema: Schema }
  | { readonly ok: false; readonly reason: string };

/** The bindings of one tool among those of its server: `<tool>.<argument>`, where both may hold dots. */
export function bindingsOf(
  secrets: Readonly<Record<string, string>>,
  tool: string,
): readonly SecretBinding[] {
  return Object.entries(secrets)
    .filter(([key]) => key.startsWith(`${tool}.`) && key.length > tool.length + 1)
    .map(([key, ref]) => ({ path: key.slice(tool.length + 1).split('.'), ref }));
}

/**
 * The schema that a model is shown: without the arguments that are filled in for it, and closed where one was, so
 * that a model that writes one anyway is refused before its call is judged.
 */
export function withoutSecrets(schema: Schema, bindings: readonly SecretBinding[]): OfferedSchema {
  let offered = schema;
  for (const { path } of bindings) {
    const without = withoutArgument(offered, path);
    // A secret that has no place of its own could end up anywhere.
    if (!without)
      return { ok: false, reason: `its schema has no plain argument ${path.join('.')} for a secret` };
    offered = without;
  }
  return { ok: true, schema: offered };
}

function withoutArgument(schema: Schema, path: readonly string[]): Schema | undefined {
  const [name = '', ...deeper] = path;
  const { properties, required } = schema;
  if (!isRecord(properties) || !Object.hasOwn(properties, name)) return undefined;
  const { [name]: member, ...others } = properties;
  if (deeper.length === 0) {
    const stays = Array.isArray(required) ? required.filter((one) => one !== name) : undefined;
    return {
      ...schema,
      properties: others,
      ...(stays && { required: stays }),
      ...(isComposed(schema) ? {} : { additionalProperties: false }),
    };
  }
  const inner = isRecord(member) ? withoutArgument(member, deeper) : undefined;
  return inner && { ...schema, properties: { ...properties, [name]: inner } };
}

/** Closing such an object would refuse what its other parts describe; the door still refuses the secret itself. */
function isComposed(schema: Schema): boolean {
  return ['allOf', 'anyOf', 'oneOf', 'if', '$ref', 'dependentSchemas'].some((key) => key in schema);
}

/** True where the arguments already say what only the operator may. */
export function saysSecret(args: unknown, { path }: SecretBinding): boolean {
  let place = args;
  for (const name of path) {
    if (!isRecord(place) || !Object.hasOwn(place, name)) return false;
    place = place[name];
  }
  return true;
}

/** A copy of the arguments with the secret in its place; the given ones are recorded and stay as they are. */
export function withSecret(
  args: Readonly<Record<string, unknown>>,
  path: readonly string[],
  value: string,
): Readonly<Record<string, unknown>> {
  const [name = '', ...deeper] = path;
  const member = Object.hasOwn(args, name) && isRecord(args[name]) ? args[name] : {};
  return { ...args, [name]: deeper.length === 0 ? value : withSecret(member, deeper, value) };
}
