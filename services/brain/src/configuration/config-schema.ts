import { BootSettings } from '@bakerst/shared/settings';
import { z } from 'zod';
import type { PathPart } from './json-document.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** JSON Schema (draft 2020-12) of the configuration file as it is written, before defaults. */
export function configJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(BootSettings, { target: 'draft-2020-12', io: 'input' });
  return { ...schema, title: 'Baker Street configuration', description: 'config.json in the data folder.' };
}

/** The names that may stand at a place of the file; for "did you mean". */
export function namesAt(schema: JsonSchema, path: readonly PathPart[]): readonly string[] {
  let nodes: readonly JsonSchema[] = [schema];
  for (const part of path) nodes = nodes.flatMap((node) => step(node, part));
  return [
    ...new Set(nodes.flatMap(alternatives).flatMap((node) => Object.keys(asSchema(node.properties) ?? {}))),
  ];
}

function step(node: JsonSchema, part: PathPart): readonly JsonSchema[] {
  return alternatives(node).flatMap((option) => {
    const named = asSchema(asSchema(option.properties)?.[part]);
    const rest = asSchema(typeof part === 'number' ? option.items : option.additionalProperties);
    const found = named ?? rest;
    return found === undefined ? [] : [found];
  });
}

function alternatives(node: JsonSchema): readonly JsonSchema[] {
  const options: unknown = node.oneOf ?? node.anyOf;
  if (!Array.isArray(options)) return [node];
  return options.map((option: unknown) => asSchema(option)).filter((option) => option !== undefined);
}

function asSchema(value: unknown): JsonSchema | undefined {
  return typeof value === 'object' && value !== null ? { ...value } : undefined;
}
