import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { manifestOf, ROOT, workspaces } from './source-files.ts';

interface LockedPackage {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
  readonly optional?: boolean;
}

const text = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
const locked = (JSON.parse(text) as { packages: Record<string, LockedPackage> }).packages;
const foreign = Object.entries(locked).filter(
  ([path, entry]) => path.includes('node_modules/') && !entry.link,
);

function named(): readonly string[] {
  const manifests = ['.', ...workspaces()].map(manifestOf);
  const all = manifests.flatMap((manifest) =>
    Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }),
  );
  return [...new Set(all.map(([name]) => name).filter((name) => !name.startsWith('@bakerst/')))].sort();
}

describe('dependencies', () => {
  test('no package but node runs a script when it is installed', () => {
    const allowed = new Set([
      'node_modules/node',
      'node_modules/fsevents',
      'node_modules/vite/node_modules/fsevents',
    ]);
    const found = foreign.filter(([path, entry]) => entry.hasInstallScript === true && !allowed.has(path));
    assert.deepEqual(
      found.map(([path]) => path),
      [],
    );
  });

  test('the lock file holds a hash of every package and no address of a registry', () => {
    assert.deepEqual(
      foreign.filter(([, entry]) => entry.integrity === undefined).map(([path]) => path),
      [],
    );
    assert.deepEqual(
      foreign.filter(([, entry]) => entry.resolved !== undefined).map(([path]) => path),
      [],
    );
    assert.doesNotMatch(text, /https?:\/\/registry/);
  });

  test('every version is exact', () => {
    const loose = ['.', ...workspaces()].flatMap((folder) => {
      const { dependencies, devDependencies } = manifestOf(folder);
      return Object.entries({ ...dependencies, ...devDependencies })
        .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
        .map(([name, version]) => `${folder}: ${name} ${version}`);
    });
    assert.deepEqual(loose, []);
  });

  test('docs/dependencies.md has a line for every dependency and for nothing else', () => {
    const page = readFileSync(join(ROOT, 'docs/dependencies.md'), 'utf8');
    const listed = [...page.matchAll(/^\| `([^`]+)`\s*\| [^|]{5,} \| [^|]{3,} \| [^|]{3,} \|$/gm)].map(
      (m) => m[1] ?? '',
    );
    assert.deepEqual([...listed].sort(), named());
  });
});
