import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isolateEnvironment } from './isolate-environment.ts';
import { runTestFiles } from './run-tests.ts';
import { closingLines, countOutcomes } from './test-report.ts';

const folder = mkdtempSync(join(tmpdir(), 'bakerst-runner-'));
after(() => rmSync(folder, { recursive: true }));

const HEAD = "import { test } from 'node:test'; import assert from 'node:assert';\n";
const FILES: Readonly<Record<string, string>> = {
  'good.test.mjs': `${HEAD}test('adds', () => {}); test('outer', async (t) => { await t.test('inner', () => {}); });`,
  'bad.test.mjs': `${HEAD}test('breaks', () => assert.equal(1, 2));`,
  'skips.test.mjs': `${HEAD}test('flies', { skip: 'needs wings: apt-get install wings' }, () => {});`,
  'crashes.test.mjs': "throw new Error('no import of this');",
  'empty.test.mjs': 'export {};',
  'hangs.test.mjs': `${HEAD}setInterval(() => {}, 1_000); test('ends', () => {});`,
};

async function runAll(names: readonly string[]) {
  const files = names.map((name) => {
    writeFileSync(join(folder, name), FILES[name] ?? '');
    return join(folder, name);
  });
  // The runner refuses to run inside itself unless the child does not know.
  const { NODE_TEST_CONTEXT: context } = process.env;
  delete process.env.NODE_TEST_CONTEXT;
  try {
    return await runTestFiles(files, {
      concurrency: 2,
      testTimeoutMs: 10_000,
      fileTimeoutMs: 3_000,
      signal: new AbortController().signal,
      onFile: () => undefined,
    });
  } finally {
    if (context !== undefined) process.env.NODE_TEST_CONTEXT = context;
  }
}

test('every way a file can go wrong is one failure, and the last line says how many', async () => {
  const outcomes = await runAll(Object.keys(FILES));
  assert.deepEqual(countOutcomes(outcomes), { passed: 4, failed: 4, skipped: 1 });
  const lines = closingLines(folder, outcomes).join('\n');
  assert.match(lines, /\n4 passed, 4 failed, 1 skipped$/);
  assert.match(lines, /^skipped: needs wings: apt-get install wings$/m);
  assert.match(lines, /no import of this/);
  assert.match(lines, /It holds no test/);
  assert.match(lines, /something was left open/);
  assert.match(lines, /1 == 2/);
});

test('tests see no key, no endpoint and no data folder of whoever runs them', () => {
  const env: NodeJS.ProcessEnv = {
    PATH: '/bin',
    ANTHROPIC_API_KEY: 'k',
    ANTHROPIC_OAUTH_TOKEN: 't',
    OPENAI_BASE_URL: 'u',
    OLLAMA_HOST: 'h',
    BAKERST_HOME: '/home/me/.bakerst',
    BAKERST_TOKEN: 'b',
    BAKERST_CRASH_RUNS: '3',
    BAKERST_TEST_CACHE: '/tmp/cache',
  };
  const home = isolateEnvironment(env);
  rmSync(home, { recursive: true });
  const kept = { BAKERST_CRASH_RUNS: '3', BAKERST_TEST_CACHE: '/tmp/cache' };
  assert.deepEqual(env, { PATH: '/bin', ...kept, BAKERST_HOME: home });
});
