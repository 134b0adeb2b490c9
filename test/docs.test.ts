import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { manifestOf, projectFiles, ROOT } from './source-files.ts';

const PAGES = projectFiles().filter((path) => path.endsWith('.md') && !path.startsWith('operating_system/'));
const FOLDERS = 'packages|services|scripts|test|bench|docs|operating_system|policies|k8s|examples';

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

describe('documents', () => {
  test('name only paths that exist', () => {
    const missing = PAGES.flatMap((page) => {
      const text = read(page);
      const named = [...text.matchAll(new RegExp(`\`((?:${FOLDERS})/[\\w./-]+)\``, 'g'))].map(
        (match) => match[1] ?? '',
      );
      const linked = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].map((match) =>
        join(dirname(page), match[1] ?? ''),
      );
      return [...named, ...linked]
        .filter((path) => !existsSync(join(ROOT, path)))
        .map((path) => `${page}: ${path}`);
    });
    assert.deepEqual(missing, []);
  });

  test('name only npm scripts that exist', () => {
    const scripts = manifestOf('.').scripts ?? {};
    const unknown = PAGES.flatMap((page) => {
      const text = read(page);
      const run = [...text.matchAll(/\bnpm run ([\w:-]+)/g)].map((match) => match[1] ?? '');
      const short = [...text.matchAll(/\bnpm (start|test)\b/g)].map((match) => match[1] ?? '');
      return [...run, ...short]
        .filter((name) => scripts[name] === undefined)
        .map((name) => `${page}: ${name}`);
    });
    assert.deepEqual(unknown, []);
  });

  test('the README shows the two commands and the map of folders', () => {
    const readme = read('README.md');
    assert.match(readme, /npm install && npm start/);
    assert.match(readme, /npm install && npm test/);
    for (const folder of ['packages', 'services', 'scripts', 'docs', 'bench', 'test', 'operating_system']) {
      assert.ok(readme.includes(`${folder}/`), `${folder}/ is not on the map`);
    }
  });

  test('commands of bakerst that documents show exist', async () => {
    const { COMMANDS } = await import('@bakerst/cli/command-table');
    const paths = COMMANDS.map((command) => command.path.join(' '));
    const unknown = PAGES.flatMap((page) =>
      [...read(page).matchAll(/(?:^|[`(\s])(?:npx )?bakerst ([a-z][a-z-]*(?: [a-z][a-z-]*)?)/gm)]
        .map((match) => match[1] ?? '')
        .filter(
          (words) =>
            !paths.some((path) => `${words} `.startsWith(`${path} `) || path.startsWith(`${words} `)),
        )
        .map((words) => `${page}: bakerst ${words}`),
    );
    assert.deepEqual(unknown, []);
  });

  test('nothing names the host of a package registry', () => {
    const hosts = /registry\.(?:npmjs|yarnpkg)\.|\bnpmjs\.(?:com|org)|pypi\.org|files\.pythonhosted/i;
    const found = projectFiles()
      .filter((path) => /\.(md|ts|tsx|json|js|yml|yaml|sh|html)$|^\.npmrc$|^\.ci\//.test(path))
      .filter((path) => path !== 'test/docs.test.ts' && path !== 'test/lockfile.test.ts')
      .filter((path) => hosts.test(read(path)));
    assert.deepEqual(found, []);
  });
});
