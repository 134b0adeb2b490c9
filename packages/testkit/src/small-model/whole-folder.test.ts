import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeWholeFolder } from './whole-folder.ts';

async function cache(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bakerst-whole-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

test('a folder that several make at once is there whole, once, and all of them have it', async (t) => {
  const parent = await cache(t);
  const both = Promise.withResolvers<void>();
  let filling = 0;
  const make = (who: string) =>
    makeWholeFolder(join(parent, 'thing'), async (unfinished) => {
      for (const name of ['a', 'b']) await writeFile(join(unfinished, name), who);
      filling += 1;
      if (filling === 2) both.resolve();
      await both.promise;
      return undefined;
    });
  assert.deepEqual(await Promise.all([make('first'), make('second')]), [undefined, undefined]);
  assert.deepEqual(await readdir(parent), ['thing']);
  const [a, b] = await Promise.all(['a', 'b'].map((name) => readFile(join(parent, 'thing', name), 'utf8')));
  assert.equal(a, b);
});

test('a folder that could not be filled leaves nothing behind, and the reason is handed on', async (t) => {
  const parent = await cache(t);
  const folder = join(parent, 'deep', 'thing');
  assert.equal(await makeWholeFolder(folder, async () => 'no network'), 'no network');
  await assert.rejects(
    makeWholeFolder(folder, () => Promise.reject(new Error('broken'))),
    /broken/,
  );
  assert.deepEqual(await readdir(join(parent, 'deep')), []);
});

test('what a killed process left is removed once it is old, and never while it may be at work', async (t) => {
  const parent = await cache(t);
  const old = join(parent, 'thing.unfinished-aaaaaa');
  const young = join(parent, 'thing.unfinished-bbbbbb');
  await Promise.all([mkdir(old), mkdir(young)]);
  const yesterday = new Date(Date.now() - 86_400_000);
  await utimes(old, yesterday, yesterday);
  await makeWholeFolder(join(parent, 'thing'), async () => undefined);
  assert.deepEqual((await readdir(parent)).sort(), ['thing', 'thing.unfinished-bbbbbb']);
});
