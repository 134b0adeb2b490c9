import type { SettingSource } from '@bakerst/shared/settings';
import type { PathPart } from './json-document.ts';
import { dotted } from './settings-problem.ts';

export interface Leaf {
  readonly path: readonly PathPart[];
  readonly value: unknown;
}

/** Everything of a settings tree that is not an object: what has one source. Lists are one value. */
export function leavesOf(value: unknown, path: readonly PathPart[] = []): readonly Leaf[] {
  if (!isTree(value) || (Object.keys(value).length === 0 && path.length > 0)) return [{ path, value }];
  return Object.entries(value).flatMap(([key, child]) => leavesOf(child, [...path, key]));
}

/** Values laid over the file's, each with where it came from; a later one goes before an earlier one. */
export class SettingOverlay {
  readonly #raw: Record<string, unknown>;
  readonly #sources = new Map<string, SettingSource>();

  constructor(raw: Readonly<Record<string, unknown>>) {
    this.#raw = structuredClone(raw);
  }

  get value(): unknown {
    return this.#raw;
  }

  set(path: readonly [string, ...string[]], value: unknown, source: SettingSource): void {
    let node = this.#raw;
    for (const part of path.slice(0, -1)) {
      const child = node[part];
      // A wrong kind of value there stays for the schema to refuse; it is not overwritten silently.
      if (child !== undefined && !isTree(child)) return;
      const next = isTree(child) ? child : {};
      node[part] = next;
      node = next;
    }
    node[path.at(-1) ?? ''] = value;
    this.#sources.set(dotted(path), source);
  }

  has(path: readonly string[]): boolean {
    let node: unknown = this.#raw;
    for (const part of path) {
      if (!isTree(node) || !Object.hasOwn(node, part)) return false;
      node = node[part];
    }
    return true;
  }

  /** The overlay that set this path or a part of the tree that holds it. */
  sourceOf(path: readonly PathPart[]): SettingSource | undefined {
    for (let length = path.length; length > 0; length -= 1) {
      const found = this.#sources.get(dotted(path.slice(0, length)));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) deepFreeze(child);
  }
  return value;
}

export function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
