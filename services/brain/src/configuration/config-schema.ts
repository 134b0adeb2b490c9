import { BootSettings } from '@bakerst/shared/settings';
import { z } from 'zod';
import type { PathPart } from './json-document.ts';
import { SETTING_PURPOSES } from './setting-purposes.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** JSON Schema (draft 2020-12) of the configuration file as it is written, before defaults. */
export function configJsonSchema(): JsonSchema {
  const schema = asSchema(z.toJSONSchema(BootSettings, { target: 'draft-2020-12', io: 'input' })) ?? {};
  return {
    ...described(schema, []),
    title: 'Baker Street configuration',
    description: 'config.json in the data folder; docs/configuration.md explains it.',
  };
}

export interface SettingKey {
  /** Dotted, with `*` for a name that the operator chooses: `providers.*.apiKey`. */
  readonly key: string;
  readonly default: unknown;
}

/** Every value that the file can hold. */
export function settingKeys(schema: JsonSchema): readonly SettingKey[] {
  const found = new Map<string, unknown>();
  const visit = (node: JsonSchema, path: readonly string[]): void => {
    const children = childrenOf(node);
    if (children.length === 0 && path.length > 0) found.set(path.join('.'), node.default);
    for (const [name, child] of children) visit(child, name === '' ? path : [...path, name]);
  };
  visit(schema, []);
  return [...found].map(([key, value]) => ({ key, default: value }));
}

/** The names that may stand at a place of the file; for "did you mean". */
export function namesAt(schema: JsonSchema, path: readonly PathPart[]): readonly string[] {
  let nodes: readonly JsonSchema[] = [schema];
  for (const part of path) nodes = nodes.flatMap((node) => step(node, part));
  return [
    ...new Set(nodes.flatMap(alternatives).flatMap((node) => Object.keys(asSchema(node.properties) ?? {}))),
  ];
}

/** Named members, `*` for freely named ones, and '' for items and alternatives, which add no name. */
function childrenOf(node: JsonSchema): readonly (readonly [string, JsonSchema])[] {
  const options = alternatives(node);
  if (options.length > 1) return options.map((option) => ['', option] as const);
  const named = Object.entries(asSchema(node.properties) ?? {});
  const rest = asSchema(node.additionalProperties);
  const items = asSchema(node.items);
  const hasNames = items !== undefined && childrenOf(items).length > 0;
  return [
    ...named.flatMap(([name, child]) => withName(name, asSchema(child))),
    ...withName('*', rest),
    ...withName('', hasNames ? items : undefined),
  ];
}

function withName(name: string, child: JsonSchema | undefined): readonly (readonly [string, JsonSchema])[] {
  return child === undefined ? [] : [[name, child]];
}

/** Copies the schema with the purpose of each setting as its description. */
function described(node: JsonSchema, path: readonly string[]): JsonSchema {
  const purpose = SETTING_PURPOSES[path.join('.')];
  const copy: Record<string, unknown> = {
    ...node,
    ...(purpose === undefined ? {} : { description: purpose }),
  };
  const properties = asSchema(node.properties);
  if (properties !== undefined) {
    copy.properties = Object.fromEntries(
      Object.entries(properties).map(([name, child]) => [
        name,
        described(asSchema(child) ?? {}, [...path, name]),
      ]),
    );
  }
  const rest = asSchema(node.additionalProperties);
  if (rest !== undefined) copy.additionalProperties = described(rest, [...path, '*']);
  const items = asSchema(node.items);
  if (items?.properties !== undefined) copy.items = described(items, path);
  for (const key of ['oneOf', 'anyOf']) {
    const options: unknown = node[key];
    if (Array.isArray(options))
      copy[key] = options.map((option: unknown) => described(asSchema(option) ?? {}, path));
  }
  return copy;
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
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
