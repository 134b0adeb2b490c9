import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { prepareSmallModel, skipWithout } from './prepare-small-model.ts';
import { testCacheFolder } from './test-cache.ts';

async function temporary(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bakerst-cache-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

test('the cache is where the environment says, else under the home folder', () => {
  const own = { BAKERST_TEST_CACHE: '/tmp/own', XDG_CACHE_HOME: '/tmp/caches' };
  assert.equal(testCacheFolder(own), '/tmp/own');
  assert.equal(testCacheFolder({ XDG_CACHE_HOME: '/tmp/caches' }), '/tmp/caches/bakerst');
  const usual = join(homedir(), '.cache', 'bakerst');
  assert.equal(testCacheFolder({}), usual);
  assert.equal(testCacheFolder({ BAKERST_TEST_CACHE: 'relative', XDG_CACHE_HOME: '' }), usual);
});

test('looking alone downloads nothing and says what a test needs', async (t) => {
  const cacheDir = await temporary(t);
  const model = await prepareSmallModel({ cacheDir, fetch: false });
  assert.match(`${skipWithout(model)}`, /^needs the small model: .+/);
  assert.deepEqual(await readdir(cacheDir), []);
});

test('a cache that cannot be written is a reason, not an error', async (t) => {
  const file = join(await temporary(t), 'file');
  await writeFile(file, '');
  const model = await prepareSmallModel({ cacheDir: file, fetch: true, signal: AbortSignal.abort() });
  assert.equal(model.outcome, 'unavailable');
});

test('a preparation that is stopped leaves nothing behind', async (t) => {
  const cacheDir = await temporary(t);
  const model = await prepareSmallModel({ cacheDir, fetch: true, signal: AbortSignal.abort() });
  assert.equal(model.outcome, 'unavailable');
  assert.deepEqual(await readdir(cacheDir), []);
});

test('the library is pinned by hash, without addresses', async () => {
  const read = (name: string) => readFile(join(import.meta.dirname, 'runtime', name), 'utf8');
  const text = await read('package-lock.json');
  assert.doesNotMatch(text, /"resolved"|https?:\/\//);
  const lock = JSON.parse(text) as {
    packages: Record<string, { integrity?: string; dependencies?: object }>;
  };
  const loose = Object.entries(lock.packages).filter(
    ([path, locked]) => path !== '' && !locked.integrity?.startsWith('sha512-'),
  );
  assert.deepEqual(loose, []);
  const manifest = JSON.parse(await read('package.json')) as { dependencies: object };
  assert.deepEqual(lock.packages['']?.dependencies, manifest.dependencies);
});
