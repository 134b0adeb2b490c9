import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { HttpMcpServer, StdioMcpServer } from '@bakerst/shared/settings';
import { identifyLaunch } from './launch-identity.ts';
import { packageOfRunner } from './package-runner.ts';

async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'launch-')));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

function stdio(command: string, ...args: string[]): StdioMcpServer {
  return StdioMcpServer.parse({ transport: 'stdio', command, args });
}

async function put(file: string, text: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  await chmod(file, 0o755);
  return file;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

test('a program and the scripts that it is told to run are hashed, through links; data is not', async (t) => {
  const folder = await temporaryFolder(t);
  const program = await put(join(folder, 'bin/tool'), 'program');
  const link = join(folder, 'tool-link');
  await symlink(program, link);
  const script = await put(join(folder, 'serve.mjs'), 'script');
  const hook = await put(join(folder, 'hook.js'), 'hook');
  const bare = await put(join(folder, 'no-extension'), 'bare');
  const data = await put(join(folder, 'data.db'), 'data');
  assert.deepEqual(await identifyLaunch(stdio(link, data), ''), {
    runs: [{ kind: 'file', named: link, sha256: sha256('program') }],
    loose: [],
  });
  assert.deepEqual((await identifyLaunch(stdio('tool'), join(folder, 'bin'))).runs, [
    { kind: 'file', named: 'tool', sha256: sha256('program') },
  ]);
  const viaNode = await identifyLaunch(stdio('node', `--import=${hook}`, script, data), '/usr/bin');
  assert.deepEqual(viaNode.runs, [
    { kind: 'file', named: `--import=${hook}`, sha256: sha256('hook') },
    { kind: 'file', named: script, sha256: sha256('script') },
  ]);
  assert.deepEqual((await identifyLaunch(stdio('python3', bare), '')).runs, [
    { kind: 'file', named: bare, sha256: sha256('bare') },
  ]);
});

test('another program at the same place is another identity', async (t) => {
  const folder = await temporaryFolder(t);
  const script = await put(join(folder, 'serve.js'), 'one');
  const before = await identifyLaunch(stdio('node', script), '');
  await writeFile(script, 'two');
  assert.notDeepEqual(await identifyLaunch(stdio('node', script), ''), before);
});

test('an installed package is named with its version and what npm recorded of it', async (t) => {
  const folder = await temporaryFolder(t);
  const modules = join(folder, 'node_modules');
  const main = await put(join(modules, '@a/server/dist/main.js'), 'main');
  await put(join(modules, '@a/server/package.json'), '{"name":"@a/server","version":"1.2.3"}');
  await put(
    join(modules, '.package-lock.json'),
    '{"packages":{"node_modules/@a/server":{"version":"1.2.3","integrity":"sha512-abc"}}}',
  );
  await mkdir(join(modules, '.bin'));
  await symlink(main, join(modules, '.bin/server'));
  const { runs } = await identifyLaunch(stdio(join(modules, '.bin/server')), '');
  assert.deepEqual(runs, [
    { kind: 'file', named: join(modules, '.bin/server'), sha256: sha256('main') },
    { kind: 'package', name: '@a/server', version: '1.2.3', integrity: 'sha512-abc' },
  ]);
  await rm(join(modules, '.package-lock.json'));
  await writeFile(join(modules, '@a/server/package.json'), 'no json');
  assert.deepEqual((await identifyLaunch(stdio(main), '')).runs[1], {
    kind: 'package',
    name: '@a/server',
    version: null,
  });
});

test('a package that is fetched without an exact version is said to be loose', async () => {
  const { runs, loose } = await identifyLaunch(stdio('npx', '-y', '@a/server@latest', '/data'), '');
  assert.deepEqual(runs, [{ kind: 'package', name: '@a/server', version: null }]);
  assert.match(loose.join(), /@a\/server is fetched without an exact version/);
  const exact = await identifyLaunch(stdio('npx', '-y', '@a/server@1.2.3', '/data'), '');
  assert.deepEqual(exact, { runs: [{ kind: 'package', name: '@a/server', version: '1.2.3' }], loose: [] });
});

test('of a server somewhere else nothing is known', async () => {
  const settings = HttpMcpServer.parse({ transport: 'http', url: 'https://a.example/' });
  assert.deepEqual(await identifyLaunch(settings, ''), { runs: [], loose: [] });
});

const RUNNERS: readonly (readonly [string, readonly string[], string, string | null])[] = [
  ['npx', ['-y', 'a@1.0.0'], 'a', '1.0.0'],
  ['/usr/bin/npx', ['--package', '@s/a@1.0.0-rc.1', 'a'], '@s/a', '1.0.0-rc.1'],
  ['npx', ['--package=@s/a@^1', 'a'], '@s/a', null],
  ['npx', ['--registry', 'https://r.example', 'a@1.0.0'], 'a', '1.0.0'],
  ['bunx', ['a'], 'a', null],
  ['uvx', ['a==1.0'], 'a', '1.0'],
  ['uvx', ['--from', 'a[x]==1.0', 'run'], 'a[x]', '1.0'],
  ['uvx', ['--python', '3.12', 'a@latest'], 'a', null],
  ['uvx', ['a>=1'], 'a>=1', null],
];

test('the package of a runner is found behind its flags', () => {
  for (const [command, args, name, version] of RUNNERS)
    assert.deepEqual(packageOfRunner(command, args), { name, version }, `${command} ${args.join(' ')}`);
  assert.equal(packageOfRunner('node', ['a.js']), undefined);
  assert.equal(packageOfRunner('npx', ['-y']), undefined);
});
