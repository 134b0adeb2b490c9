import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '..');

export interface SourceFile {
  /** From the root, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** `packages/store`, `services/brain`, or the folder at the root: `scripts`, `test`, `bench`. */
  readonly room: string;
  readonly isTest: boolean;
}

/** Every TypeScript file that is part of the project: what git tracks, and what is new and not ignored. */
export function sourceFiles(): readonly SourceFile[] {
  return projectFiles()
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => ({
      path,
      text: readFileSync(join(ROOT, path), 'utf8'),
      room: /^(packages|services)\/[^/]+/.exec(path)?.[0] ?? path.split('/')[0] ?? '',
      isTest: /\.test\.tsx?$/.test(path) || /^(test|bench|packages\/testkit)\//.test(path),
    }));
}

export function projectFiles(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 67_108_864,
  });
  return [...new Set(listed.split('\0'))].filter((path) => path !== '' && existsSync(join(ROOT, path)));
}

export interface ImportedName {
  readonly specifier: string;
  /** Erased at run time. */
  readonly typeOnly: boolean;
}

/** What a file imports or re-exports, statically or not. */
export function importsOf(text: string): readonly ImportedName[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found: ImportedName[] = [];
  for (const match of code.matchAll(
    /^\s*(?:import|export)\s+(type\s+)?[\w*{][^;'"]*?\bfrom\s*['"]([^'"]+)['"]/gm,
  )) {
    found.push({ specifier: match[2] ?? '', typeOnly: match[1] !== undefined || onlyTypes(match[0]) });
  }
  for (const match of code.matchAll(/^\s*import\s+['"]([^'"]+)['"]/gm)) {
    found.push({ specifier: match[1] ?? '', typeOnly: false });
  }
  for (const match of code.matchAll(/(?<![\w.'"`])import\(\s*['"]([^'"]+)['"]\s*\)(\.\w)?/g)) {
    found.push({ specifier: match[1] ?? '', typeOnly: match[2] !== undefined });
  }
  return found;
}

function onlyTypes(statement: string): boolean {
  const names = /\{([^}]*)\}/.exec(statement)?.[1]?.split(',') ?? [];
  const given = names.map((name) => name.trim()).filter((name) => name !== '');
  return given.length > 0 && given.every((name) => name.startsWith('type '));
}

/** `@scope/name` or `name` of a specifier that is no path. */
export function packageOf(specifier: string): string {
  const [first = '', second = ''] = specifier.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}

export interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

export function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;
}

export function workspaces(): readonly string[] {
  return projectFiles()
    .map((path) => /^((?:packages|services)\/[^/]+)\/package\.json$/.exec(path)?.[1])
    .filter((folder) => folder !== undefined);
}
