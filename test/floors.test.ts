import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { describe, test } from 'node:test';
import {
  importsOf,
  manifestOf,
  packageOf,
  ROOT,
  type SourceFile,
  sourceFiles,
  workspaces,
} from './source-files.ts';

/** The table of ARCHITECTURE.md: a room may import rooms of these floors. */
const CONTRACTS = ['packages/shared'];
const CORE = ['packages/agent', 'packages/guard', 'packages/models', 'packages/audit'];
const DOORS = [
  'packages/bus',
  'packages/store',
  'packages/providers',
  'packages/mcp',
  'packages/task-executor',
  'packages/audit-storage',
];
const PROGRAMS = ['services/brain', 'packages/cli'];
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'packages/shared': [],
  ...Object.fromEntries(CORE.map((room) => [room, CONTRACTS])),
  ...Object.fromEntries(DOORS.map((room) => [room, [...CONTRACTS, ...CORE]])),
  ...Object.fromEntries(PROGRAMS.map((room) => [room, [...CONTRACTS, ...CORE, ...DOORS]])),
  'services/ui': CONTRACTS,
  'packages/testkit': [...CONTRACTS, ...CORE, ...DOORS],
};

/** One door per dependency. zod is where bytes enter; canonicalize names digests in two cores. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  openai: ['examples'],
  zod: [...CONTRACTS, ...DOORS, ...PROGRAMS, 'services/ui', 'packages/testkit', 'test/guard'],
  ajv: ['packages/agent'],
  'ajv-formats': ['packages/agent'],
  canonicalize: ['packages/agent', 'packages/audit'],
  yaml: ['packages/guard', 'bench/guard', 'test/guard'],
  '@marcbachmann/cel-js': ['packages/guard'],
  re2js: ['packages/guard'],
  undici: ['packages/providers'],
  'eventsource-parser': ['packages/providers', 'packages/cli'],
  '@modelcontextprotocol/sdk': ['packages/mcp'],
  hono: ['services/brain/src/http'],
  '@hono/node-server': ['services/brain/src/http'],
  pino: ['services/brain'],
};
/** Whole families that only the console or only tests use. */
const CONSOLE_ONLY =
  /^(react|react-dom|react-router|react-markdown|remark-gfm|lowlight|lucide-react|vite|@vitejs\/.+|@radix-ui\/.+|@tanstack\/.+|@fontsource(-variable)?\/.+)$/;
const TESTS_ONLY =
  /^(fast-check|openai|playwright-core|@axe-core\/playwright|@anthropic-ai\/sdk|@modelcontextprotocol\/(sdk|server-.+)|@bakerst\/testkit)$/;

/** Scripts that only serve tests and benches. */
const FOR_TESTS: ReadonlySet<string> = new Set(['scripts/smollm.ts']);

const files = sourceFiles();
const roomOf = new Map(workspaces().map((folder) => [manifestOf(folder).name, folder]));

function violations(rule: (file: SourceFile) => readonly string[]): readonly string[] {
  return files.flatMap((file) => rule(file).map((what) => `${file.path}: ${what}`));
}

describe('imports', () => {
  test('every workspace stands on a floor', () => {
    assert.deepEqual(
      workspaces().filter((room) => MAY_IMPORT[room] === undefined),
      [],
    );
  });

  test('follow the table of ARCHITECTURE.md', () => {
    const found = violations((file) => {
      const allowed = MAY_IMPORT[file.room];
      if (allowed === undefined || file.isTest) return [];
      return importsOf(file.text).flatMap(({ specifier }) => {
        const target = roomOf.get(packageOf(specifier));
        if (target === undefined || target === file.room || allowed.includes(target)) return [];
        return [`${file.room} may not import ${target}`];
      });
    });
    assert.deepEqual(found, []);
  });

  test('the testkit is imported by tests and benches only', () => {
    const found = violations((file) =>
      file.isTest || FOR_TESTS.has(file.path)
        ? []
        : importsOf(file.text)
            .filter(({ specifier }) => packageOf(specifier) === '@bakerst/testkit')
            .map(({ specifier }) => specifier),
    );
    assert.deepEqual(found, []);
  });

  test('each library has its door', () => {
    const found = violations((file) =>
      importsOf(file.text).flatMap(({ specifier }) => {
        if (specifier.startsWith('.') || isBuiltin(specifier)) return [];
        const name = packageOf(specifier);
        if (roomOf.has(name)) return [];
        if (TESTS_ONLY.test(name) && (file.isTest || FOR_TESTS.has(file.path))) return [];
        if (CONSOLE_ONLY.test(name) && file.room === 'services/ui') return [];
        const owners = OWNERS[name] ?? [];
        return owners.some((owner) => `${file.path}/`.startsWith(`${owner}/`))
          ? []
          : [`no door to ${name} here`];
      }),
    );
    assert.deepEqual(found, []);
  });

  test('name only what the package.json of their package names', () => {
    const root = manifestOf('.');
    const found = violations((file) => {
      if (!roomOf.has(manifestName(file.room))) return [];
      const manifest = manifestOf(file.room);
      const forTests = file.isTest ? { ...root.devDependencies, ...manifest.devDependencies } : {};
      // The console is bundled: everything it needs is a development dependency.
      const bundled = file.room === 'services/ui' ? manifest.devDependencies : {};
      const named = { ...manifest.dependencies, ...bundled, ...forTests };
      return importsOf(file.text)
        .filter(({ specifier }) => !specifier.startsWith('.') && !isBuiltin(specifier))
        .map(({ specifier }) => packageOf(specifier))
        .filter((name) => name !== manifest.name && !Object.hasOwn(named, name))
        .map((name) => `${name} is not in ${file.room}/package.json`);
    });
    assert.deepEqual(found, []);
  });

  test('no path leads out of a package', () => {
    const found = violations((file) => {
      if (!/^(packages|services)\//.test(file.room)) return [];
      return importsOf(file.text)
        .map(({ specifier }) => specifier)
        .filter((specifier) => specifier.startsWith('.'))
        .filter((specifier) => {
          const target = posix.join(posix.dirname(file.path), specifier);
          return !target.startsWith(`${file.room}/`);
        });
    });
    assert.deepEqual(found, []);
  });

  test('packages list their entry points one by one, and list none that nobody enters by', () => {
    const entered = new Set(files.flatMap((file) => importsOf(file.text).map(({ specifier }) => specifier)));
    const found = workspaces().flatMap((folder) => {
      const { name, exports = {} } = manifestOf(folder);
      return Object.entries(exports).flatMap(([entry, target]) => {
        if (entry.includes('*')) return [`${folder}: ${entry} lets everybody in everywhere`];
        if (!existsSync(join(ROOT, folder, target))) return [`${folder}: ${target} does not exist`];
        return entered.has(posix.join(name, entry)) ? [] : [`${folder}: nobody imports ${entry}`];
      });
    });
    assert.deepEqual(found, []);
  });

  test('programs are started, not imported: only npm start loads one', () => {
    const found = violations((file) =>
      file.isTest || file.path === 'scripts/start.ts'
        ? []
        : importsOf(file.text)
            .filter(({ specifier }) => PROGRAMS.includes(roomOf.get(packageOf(specifier)) ?? file.room))
            .filter(
              ({ specifier }) =>
                roomOf.has(packageOf(specifier)) && roomOf.get(packageOf(specifier)) !== file.room,
            )
            .map(({ specifier }) => specifier),
    );
    assert.deepEqual(found, []);
  });

  test('relative imports end in .ts or name another kind of file', () => {
    const found = violations((file) =>
      importsOf(file.text)
        .map(({ specifier }) => specifier)
        .filter((specifier) => specifier.startsWith('.') && !/\.(tsx?|css|json|svg|js|mjs)$/.test(specifier)),
    );
    assert.deepEqual(found, []);
  });
});

function manifestName(room: string): string {
  return [...roomOf].find(([, folder]) => folder === room)?.[0] ?? '';
}
