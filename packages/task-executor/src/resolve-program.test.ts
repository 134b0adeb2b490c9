import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isCoded } from '@bakerst/shared/coded-error';
import { parseInterpreter, resolveProgram } from './resolve-program.ts';

const root = await realpath(await mkdtemp(join(tmpdir(), 'program-')));
after(() => rm(root, { recursive: true }));
const systemFolders = ['/usr', '/bin', '/lib'];

async function program(path: string, text = '#!/bin/sh\n'): Promise<string> {
  const full = join(root, path);
  await mkdir(join(full, '..'), { recursive: true });
  await writeFile(full, text);
  await chmod(full, 0o755);
  return full;
}

test('a program of the system needs no mount', async () => {
  const found = await resolveProgram('sh', { searchPath: '/usr/bin', systemFolders });
  assert.deepEqual(found.mounts, []);
  assert.equal(found.executable, '/usr/bin/sh');
});

test('a program elsewhere brings the folder it is in', async () => {
  const file = await program('tool/bin/serve');
  const found = await resolveProgram('serve', { searchPath: join(root, 'tool/bin'), systemFolders });
  assert.equal(found.executable, file);
  assert.deepEqual(found.mounts, [{ folder: join(root, 'tool/bin'), file }]);
});

test('a link from a folder of links is followed to the real program', async () => {
  const file = await program('opt/app/run');
  await mkdir(join(root, 'links'));
  await symlink(file, join(root, 'links/run'));
  const found = await resolveProgram(join(root, 'links/run'), { searchPath: '', systemFolders });
  assert.equal(found.executable, file);
  assert.deepEqual(found.mounts, [{ folder: join(root, 'opt/app'), file }]);
});

test('a program of npx brings its whole node_modules and the node its first line asks for', async () => {
  const file = await program(
    'npx/1a/node_modules/@scope/server/dist/index.js',
    '#!/usr/bin/env -S node --no-warnings\n',
  );
  const node = await program('node-24/bin/node', 'ELF');
  await mkdir(join(root, 'npx/1a/node_modules/.bin'));
  const shown = join(root, 'npx/1a/node_modules/.bin/server');
  await symlink('../@scope/server/dist/index.js', shown);
  const searchPath = [join(root, 'npx/1a/node_modules/.bin'), join(root, 'node-24/bin')].join(':');
  const found = await resolveProgram('server', { searchPath, systemFolders });
  const tree = join(root, 'npx/1a/node_modules');
  assert.equal(found.executable, shown);
  assert.deepEqual(found.mounts, [
    { folder: tree, file: shown },
    { folder: tree, file },
    { folder: join(root, 'node-24/bin'), file: node },
  ]);
  assert.deepEqual(found.searchFolders, [join(tree, '.bin'), join(root, 'node-24/bin')]);
});

test('a program of a Python virtual environment brings the environment', async () => {
  await mkdir(join(root, 'venv/bin'), { recursive: true });
  await writeFile(join(root, 'venv/pyvenv.cfg'), '');
  await symlink('/usr/bin/sh', join(root, 'venv/bin/python'));
  const file = await program('venv/bin/serve', `#!${join(root, 'venv/bin/python')}\n`);
  const found = await resolveProgram(file, { searchPath: '', systemFolders });
  assert.equal(found.executable, file);
  assert.deepEqual(
    found.mounts.map((mount) => mount.folder),
    [join(root, 'venv'), join(root, 'venv'), join(root, 'venv')],
  );
});

test('a program that is missing, not executable, or relative is refused with a remedy', async () => {
  await writeFile(join(root, 'plain.txt'), 'x');
  for (const command of ['no-such-program', join(root, 'plain.txt'), './tool/bin/serve', root]) {
    await assert.rejects(resolveProgram(command, { searchPath: '/usr/bin:.', systemFolders }), (error) =>
      isCoded(error, 'sandbox_start_failed'),
    );
  }
});

test('the interpreter is read from the first line', () => {
  assert.equal(parseInterpreter('#!/usr/bin/env node\nx'), 'node');
  assert.equal(parseInterpreter('#! /usr/bin/env -S A=1 uv run\n'), 'uv');
  assert.equal(parseInterpreter('#!/bin/sh -e\n'), '/bin/sh');
  assert.equal(parseInterpreter('\x7fELF'), undefined);
});
