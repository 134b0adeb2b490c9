import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isCoded } from '@bakerst/shared/coded-error';
import { forbiddenPaths, resolveAllowedPath, unwritablePaths } from './forbidden-paths.ts';

const root = await realpath(await mkdtemp(join(tmpdir(), 'forbidden-')));
after(() => rm(root, { recursive: true }));
await mkdir(join(root, 'data/keys'), { recursive: true });
await mkdir(join(root, 'home/.ssh'), { recursive: true });
await mkdir(join(root, 'home/projects'), { recursive: true });
await mkdir(join(root, 'database'));
await writeFile(join(root, 'home/note.txt'), 'x');
await symlink(join(root, 'data'), join(root, 'home/projects/innocent'));
await symlink(join(root, 'data/keys'), join(root, 'home/deep'));
await symlink('/', join(root, 'home/everything'));
await symlink(root, join(root, 'home/up'));
await symlink(join(root, 'data'), join(root, 'data-link'));
const forbidden = await forbiddenPaths({
  dataFolder: join(root, 'data-link'),
  home: join(root, 'home'),
  more: [join(root, 'extra')],
});

const REFUSED: readonly (readonly [string, string])[] = [
  ['the data folder itself', join(root, 'data')],
  ['the data folder under the name it was configured with', join(root, 'data-link')],
  ['a folder inside the data folder', join(root, 'data/keys')],
  ['a folder that contains the data folder', root],
  ['a link to the data folder', join(root, 'home/projects/innocent')],
  ['a path through a link into the data folder', join(root, 'home/projects/innocent/keys')],
  ['a link into the data folder', join(root, 'home/deep')],
  ['a link to a folder that contains the data folder', join(root, 'home/up')],
  ['a link to the root', join(root, 'home/everything')],
  ['the root', '/'],
  ['the root, written differently', '/usr/..'],
  ['the home, because credentials are in it', join(root, 'home')],
  ['the keys of the home', join(root, 'home/.ssh')],
  ['a credential file that does not exist yet', join(root, 'home/.netrc')],
  ['a path the configuration forbids', join(root, 'extra/a')],
  ['/proc', '/proc'],
  ['another process', '/proc/1'],
  ['the environment of the brain', '/proc/self/environ'],
  ['/sys', '/sys/kernel'],
  ['/dev', '/dev/shm'],
  ['the socket of the container engine', '/var/run/docker.sock'],
  ['the same socket by its other name', '/run/docker.sock'],
  ['the agent sockets of users', '/run/user/1000'],
  ['/etc', '/etc'],
  ['/etc/shadow', '/etc/shadow'],
];

for (const [what, path] of REFUSED) {
  test(`a sandbox may not see ${what}`, async () => {
    await assert.rejects(resolveAllowedPath(path, forbidden), (error) =>
      isCoded(error, 'sandbox_path_forbidden'),
    );
  });
}

test('folders and files beside the forbidden ones are allowed and come back resolved', async () => {
  assert.equal(await resolveAllowedPath(join(root, 'home/projects'), forbidden), join(root, 'home/projects'));
  assert.equal(await resolveAllowedPath(join(root, 'home/note.txt'), forbidden), join(root, 'home/note.txt'));
  // The name begins like the data folder's; it is still another folder.
  assert.equal(await resolveAllowedPath(join(root, 'database'), forbidden), join(root, 'database'));
});

test('a path that does not exist is a failed start with a remedy', async () => {
  await assert.rejects(resolveAllowedPath(join(root, 'nowhere'), forbidden), (error) =>
    isCoded(error, 'sandbox_start_failed'),
  );
});

test('what runs outside of a sandbox later is never to write in it, under any of its names', async () => {
  const programFolders = [join(root, 'home/projects')];
  const unwritable = await unwritablePaths({ home: join(root, 'home'), programFolders });
  const refused = [
    join(root, 'home/projects'),
    join(root, 'home'),
    '/usr/local/bin',
    '/bin',
    ...['.bashrc', '.config/systemd/user', '.local/bin'].map((place) => join(root, 'home', place)),
  ];
  for (const path of refused) {
    await mkdir(path, { recursive: true });
    const attempt = resolveAllowedPath(path, unwritable);
    await assert.rejects(attempt, (error) => isCoded(error, 'sandbox_path_forbidden'), path);
  }
  assert.equal(
    await resolveAllowedPath(join(root, 'home/note.txt'), unwritable),
    join(root, 'home/note.txt'),
  );
});
