import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isRecord } from './bounded-schema.ts';

export interface InstalledPackage {
  readonly name: string;
  readonly version: string | null;
  readonly integrity?: string;
}

/** The package below `node_modules` that a file belongs to, with what npm recorded of it when it was installed. */
export async function installedPackage(file: string): Promise<InstalledPackage | undefined> {
  const parts = file.split(sep);
  const inner = parts.lastIndexOf('node_modules');
  if (inner <= 0) return undefined;
  const length = parts[inner + 1]?.startsWith('@') ? 2 : 1;
  const folder = parts.slice(0, inner + 1 + length).join(sep);
  const manifest = await readRecord(join(folder, 'package.json'));
  const integrity = await recordedIntegrity(parts, inner + 1 + length);
  return {
    name: text(manifest.name) ?? parts.slice(inner + 1, inner + 1 + length).join('/'),
    version: text(manifest.version) ?? null,
    ...(integrity === undefined ? {} : { integrity }),
  };
}

/** npm keeps a lock file of each `node_modules` tree inside of it. */
async function recordedIntegrity(parts: readonly string[], end: number): Promise<string | undefined> {
  const outer = parts.indexOf('node_modules');
  const tree = parts.slice(0, outer + 1).join(sep);
  const { packages } = await readRecord(join(tree, '.package-lock.json'));
  const entry = isRecord(packages) ? packages[parts.slice(outer, end).join('/')] : undefined;
  return isRecord(entry) ? text(entry.integrity) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

async function readRecord(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isRecord(value) ? value : {};
  } catch {
    return {}; // Not installed by npm, or not readable: then the file's own hash has to do.
  }
}
