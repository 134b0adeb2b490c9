import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './run-program.ts';

/** What the built console is made of; a change in any of it makes `services/ui/dist` stale. */
const SOURCES = [
  'services/ui/{src,public}/**/*',
  'services/ui/{index.html,package.json,tsconfig.json,vite.config.ts}',
  'packages/shared/src/**/*.ts',
  'package-lock.json',
];
const STAMP = 'services/ui/dist/.sources.sha256';

export type ConsoleBuild =
  | { readonly outcome: 'fresh' }
  | { readonly outcome: 'built'; readonly durationMs: number }
  | { readonly outcome: 'failed'; readonly output: string };

/** Builds the console unless the built one was made from exactly these sources. */
export async function ensureConsole(root: string, onBuild: () => void): Promise<ConsoleBuild> {
  const stamp = hashSources(root);
  if (isBuiltFrom(root, stamp)) return { outcome: 'fresh' };
  onBuild();
  const built = await runProgram('npm', ['run', '--silent', 'build', '-w', '@bakerst/ui'], {
    cwd: root,
    timeoutMs: 300_000,
  });
  if (!built.ok) return { outcome: 'failed', output: built.output };
  writeFileSync(join(root, STAMP), stamp);
  return { outcome: 'built', durationMs: built.durationMs };
}

function isBuiltFrom(root: string, stamp: string): boolean {
  const file = join(root, STAMP);
  if (!existsSync(file) || !existsSync(join(root, 'services/ui/dist/index.html'))) return false;
  return readFileSync(file, 'utf8') === stamp;
}

function hashSources(root: string): string {
  const hash = createHash('sha256');
  const files = SOURCES.flatMap((pattern) => globSync(pattern, { cwd: root, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !/\.test\.tsx?$/.test(file))
    .sort();
  for (const file of files) {
    const bytes = readFileSync(file);
    hash.update(`${file.slice(root.length)}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}
