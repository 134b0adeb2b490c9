import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isCoded } from '@bakerst/shared/coded-error';
import { needsBubblewrap } from '@bakerst/testkit/hostile-mcp/needs-bubblewrap';
import { createBubblewrapLauncher } from './bubblewrap-launcher.ts';

const root = await mkdtemp(join(tmpdir(), 'probe-'));
after(() => rm(root, { recursive: true }));
const dataFolder = join(root, 'data');
const searchPath = '/usr/bin:/bin';
const skip = await needsBubblewrap(createBubblewrapLauncher({ dataFolder, searchPath }));

test('a missing bubblewrap is reported with the remedy, and nothing starts', async () => {
  const without = createBubblewrapLauncher({ bwrapPath: '/nonexistent/bwrap', dataFolder, searchPath });
  const { available, remedy } = await without.probe();
  assert.equal(available, false);
  assert.match(remedy ?? '', /apt-get install bubblewrap/);
  await assert.rejects(
    without.launch({ name: 'x', command: 'sh', args: [], env: {}, paths: [], network: false }),
    (error) => isCoded(error, 'sandbox_unavailable') && /apt-get/.test(error.remedy),
  );
});

test('a bubblewrap that may not make namespaces is reported with what it said', async () => {
  const refusing = join(root, 'refusing-bwrap');
  await writeFile(refusing, '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n');
  await chmod(refusing, 0o755);
  const denied = createBubblewrapLauncher({ bwrapPath: refusing, dataFolder, searchPath });
  const { available, detail, remedy } = await denied.probe();
  assert.equal(available, false);
  assert.match(detail, /No permissions to create new namespace/);
  assert.match(remedy ?? '', /namespaces/i);
});

test('other systems and processors have no sandbox and say so', async () => {
  for (const other of [{ platform: 'darwin' }, { arch: 'riscv64' }]) {
    const { available, remedy } = await createBubblewrapLauncher({
      dataFolder,
      searchPath,
      ...other,
    }).probe();
    assert.equal(available, false);
    assert.ok(remedy);
  }
});

test('a data folder inside /usr is refused, because every sandbox sees /usr', { skip }, async () => {
  const inside = createBubblewrapLauncher({ dataFolder: '/usr/local/var/bakerst', searchPath });
  const { available, detail } = await inside.probe();
  assert.equal(available, false);
  assert.match(detail, /inside a folder that every sandbox sees/);
});
