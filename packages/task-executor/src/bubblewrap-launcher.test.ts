import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { isCoded } from '@bakerst/shared/coded-error';
import type { SandboxSpec } from '@bakerst/shared/sandbox';
import { needsBubblewrap } from '@bakerst/testkit/hostile-mcp/needs-bubblewrap';
import { createBubblewrapLauncher } from './bubblewrap-launcher.ts';

const root = await realpath(await mkdtemp(join(tmpdir(), 'sandbox-')));
after(() => rm(root, { recursive: true }));
const dataFolder = join(root, 'data');
const shared = join(root, 'shared');
const writable = join(root, 'writable');
for (const folder of [dataFolder, shared, writable]) await mkdir(folder);
await writeFile(join(dataFolder, 'bakerst.db'), 'the-database');
await writeFile(join(shared, 'note.txt'), 'a note');
await symlink(join(dataFolder, 'bakerst.db'), join(shared, 'link-to-database'));
const searchPath = `${dirname(process.execPath)}:/usr/bin:/bin`;
const launcher = createBubblewrapLauncher({ dataFolder, home: join(root, 'home'), searchPath });
const skip = await needsBubblewrap(launcher);

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

async function run(script: string, spec: Partial<SandboxSpec> = {}): Promise<Outcome> {
  const sandbox = await launcher.launch({
    name: 'test',
    command: 'sh',
    args: ['-c', script],
    env: {},
    paths: [
      { path: shared, write: false },
      { path: writable, write: true },
    ],
    network: false,
    ...spec,
  });
  sandbox.stdin.end();
  const [out, err, { code }] = await Promise.all([
    text(sandbox.stdout),
    text(sandbox.stderr),
    sandbox.exited,
  ]);
  return { code, out, err };
}

function runNode(script: string, spec: Partial<SandboxSpec> = {}): Promise<Outcome> {
  return run('', { command: 'node', args: ['-e', script], ...spec });
}

/** Host processes whose command line holds the marker. */
function processesWith(marker: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(marker);
      } catch {
        return false; // It ended since the folder was read.
      }
    })
    .map(Number);
}

async function until(condition: () => boolean): Promise<void> {
  for (let left = 500; !condition(); left -= 1) {
    if (left === 0) assert.fail('the condition did not come true within ten seconds');
    await wait(20);
  }
}

/** Each must fail inside: a line is what was tried, and what must not appear on its output. */
const BREAK_OUTS: readonly (readonly [string, string, RegExp])[] = [
  ['read the data folder', `cat ${dataFolder}/bakerst.db`, /the-database/],
  ['follow a link into the data folder', `cat ${shared}/link-to-database`, /the-database/],
  ['reach the data folder by ..', `cat ${shared}/../data/bakerst.db`, /the-database/],
  ['see that the data folder exists', `ls -a ${root}`, /data/],
  ['read the passwords of the machine', 'cat /etc/shadow', /:/],
  ['read the names of users of the machine', 'grep -v ^sandbox: /etc/passwd', /:/],
  ['read the environ of the brain', `tr '\\0' '\\n' < /proc/${process.pid}/environ`, /PATH/],
  ['see other processes', `ls -d /proc/${process.pid}`, /proc/],
  ['read the root of process 1', 'cat /proc/1/root/etc/shadow', /:/],
  ['look into the memory of its init', 'head -c 16 /proc/1/mem | od -c', /[^0 \n]/],
  ['write to a read-only path', `echo x > ${shared}/new && echo done`, /done/],
  [
    'write outside of its paths',
    'for f in /x /etc/x /usr/x /home/x /dev/x; do echo x > $f && echo done; done',
    /done/,
  ],
  ['mount', 'mount -t tmpfs none /tmp && echo done', /done/],
  ['make a new user namespace', 'unshare --user --map-root-user true && echo done', /done/],
  ['get a capability', 'grep CapEff /proc/self/status', /[1-9a-f]{1,}$/m],
  [
    'change kernel settings',
    'v=$(cat /proc/sys/kernel/printk_delay); echo $v > /proc/sys/kernel/printk_delay && echo done',
    /done/,
  ],
  ['see the hardware', 'ls /sys', /kernel/],
  ['see disks', 'ls /dev | grep -E "^(sd|vd|nvme|mem|kmsg)"', /./],
  [
    'inherit a descriptor beyond the standard ones',
    'ls -l /proc/self/fd | grep -E "/(etc|home|root|work|tmp)"',
    /./,
  ],
];

for (const [attempt, script, leak] of BREAK_OUTS) {
  test(`a program inside cannot ${attempt}`, { skip }, async () => {
    const { out } = await run(script);
    assert.doesNotMatch(out, leak);
  });
}

test('it sees its declared paths, can write where that was declared, and has a private tmp and home', {
  skip,
}, async () => {
  const { out, code } = await run(
    `cat ${shared}/note.txt; echo new > ${writable}/made && echo x > /tmp/a && echo y > $HOME/b && ls /tmp $HOME`,
  );
  assert.equal(code, 0);
  assert.match(out, /a note/);
  assert.equal(await readFile(join(writable, 'made'), 'utf8'), 'new\n');
  assert.equal((await run('ls -a /tmp', { paths: [] })).out, '.\n..\n');
});

test('the environment is what was given, and appears on no command line', { skip }, async () => {
  const secret = `s3cret-${process.pid}`;
  const sandbox = await launcher.launch({
    name: 'env',
    command: 'sh',
    args: ['-c', 'env; read line'],
    env: { TOKEN: secret, SPACED: 'a b\nc' },
    paths: [],
    network: false,
  });
  const out = text(sandbox.stdout);
  sandbox.stderr.resume();
  assert.deepEqual(processesWith(secret), []);
  sandbox.stdin.end('\n');
  const names = (await out).split('\n').map((line) => line.split('=')[0]);
  assert.deepEqual(
    names.filter((name) => name !== '').toSorted(),
    ['HOME', 'LANG', 'PATH', 'PWD', 'SPACED', 'TMPDIR', 'TOKEN', 'c'].toSorted(),
  );
  assert.match(await out, new RegExp(`TOKEN=${secret}`));
});

test('without the network it reaches neither loopback of the host nor a name server; with it, loopback', {
  skip,
}, async () => {
  const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const script = `require('net').connect(${address.port}, '127.0.0.1').on('data', (d) => console.log('got ' + d)).on('error', (e) => console.log(e.code))`;
  assert.equal((await runNode(script)).out.trim(), 'ECONNREFUSED');
  assert.equal((await runNode(script, { network: true })).out.trim(), 'got hello');
  assert.match((await run('ls /etc/resolv.conf')).err, /No such file/);
  await new Promise((resolve) => server.close(resolve));
});

test('the system call filter refuses ptrace, keyrings, bpf, io_uring and strange sockets', {
  skip: skip || needsPython(),
}, async () => {
  const script = [
    'import ctypes, os, socket, platform',
    'libc = ctypes.CDLL(None, use_errno=True)',
    'calls = {"x86_64": [101, 250, 321, 425, 272, 165, 298, 323], "aarch64": [117, 219, 280, 425, 97, 40, 241, 282]}',
    'for n in calls[platform.machine()]:',
    '    ctypes.set_errno(0); r = libc.syscall(n, 0, 0, 0, 0, 0, 0); print(n, r, ctypes.get_errno())',
    'for f in (16, 38, 40, 17):',
    '    try:',
    '        socket.socket(f, socket.SOCK_RAW if f == 16 else socket.SOCK_STREAM); print("family", f, "open")',
    '    except OSError as e: print("family", f, e.errno)',
  ].join('\n');
  const { out, err } = await run('', { command: '/usr/bin/python3', args: ['-c', script] });
  const lines = out.trim().split('\n');
  assert.equal(lines.length, 12, err);
  for (const line of lines.slice(0, 8)) assert.match(line, /-1 1$/);
  assert.deepEqual(lines.slice(8), ['family 16 open', 'family 38 97', 'family 40 97', 'family 17 97']);
});

test('a Node program from node_modules runs inside, found through its own first line', { skip }, async () => {
  const bin = join(root, 'app/node_modules/.bin');
  await mkdir(join(root, 'app/node_modules/greeter'), { recursive: true });
  await mkdir(bin);
  const script = join(root, 'app/node_modules/greeter/main.cjs');
  await writeFile(script, '#!/usr/bin/env node\nconsole.log("hello from", __filename, process.version)\n');
  await chmod(script, 0o755);
  await symlink('../greeter/main.cjs', join(bin, 'greeter'));
  const { out, err } = await run('', { command: join(bin, 'greeter'), args: [] });
  assert.equal(out, `hello from ${script} ${process.version}\n`, err);
});

test('a declared path that leads to the data folder is refused before anything starts', {
  skip,
}, async () => {
  for (const path of [dataFolder, root, join(shared, 'link-to-database')]) {
    await assert.rejects(run('true', { paths: [{ path, write: false }] }), (error) =>
      isCoded(error, 'sandbox_path_forbidden'),
    );
  }
});

test('a program that lies in the data folder is refused', { skip }, async () => {
  await writeFile(join(dataFolder, 'tool'), '#!/bin/sh\necho ran\n');
  await chmod(join(dataFolder, 'tool'), 0o755);
  await assert.rejects(run('', { command: join(dataFolder, 'tool'), args: [] }), (error) =>
    isCoded(error, 'sandbox_path_forbidden'),
  );
});

test('a program beside forbidden things is shown alone, without its folder', { skip }, async () => {
  await writeFile(join(root, 'tool'), '#!/bin/sh\nls -a $(dirname $0)\n');
  await chmod(join(root, 'tool'), 0o755);
  const { out } = await run('', { command: join(root, 'tool'), args: [], paths: [] });
  assert.equal(out, '.\n..\ntool\n');
});

test('a value with a NUL cannot smuggle in an option', { skip }, async () => {
  const evil = `x\0--bind\0${dataFolder}\0${dataFolder}`;
  for (const spec of [
    { env: { A: evil } },
    { args: ['-c', evil] },
    { paths: [{ path: `/tmp\0${evil}`, write: true }] },
  ]) {
    await assert.rejects(run('true', spec), (error) => isCoded(error, 'sandbox_start_failed'));
  }
  await assert.rejects(run('true', { env: { 'A=B': 'x' } }), (error) =>
    isCoded(error, 'sandbox_start_failed'),
  );
});

test('a polite stop lets the program end by itself', { skip }, async () => {
  const sandbox = await launcher.launch({
    name: 'polite',
    command: 'sh',
    args: ['-c', 'trap "echo bye; exit 7" TERM; echo up; while :; do sleep 0.05; done'],
    env: {},
    paths: [],
    network: false,
  });
  const out = text(sandbox.stdout);
  sandbox.stderr.resume();
  await new Promise((resolve) => sandbox.stdout.once('data', resolve));
  await sandbox.stop(5_000);
  assert.equal((await sandbox.exited).code, 7);
  assert.match(await out, /bye/);
});

test('what ignores the polite stop, forked, or left its group is gone after the grace time', {
  skip,
}, async () => {
  const marker = `4${process.pid}.5`;
  const sandbox = await launcher.launch({
    name: 'stubborn',
    command: 'sh',
    args: [
      '-c',
      `trap "" TERM; setsid sleep ${marker} & (sleep ${marker} &) ; echo up; while :; do sleep 0.05; done`,
    ],
    env: {},
    paths: [],
    network: false,
  });
  sandbox.stderr.resume();
  await new Promise((resolve) => sandbox.stdout.once('data', resolve));
  await until(() => processesWith(`sleep\0${marker}`).length >= 2);
  await Promise.all([sandbox.stop(100), sandbox.stop(100)]);
  await until(() => processesWith(marker).length === 0);
});

test('what a program left running when it ended is gone too', { skip }, async () => {
  const marker = `5${process.pid}.5`;
  await run(`setsid sleep ${marker} >/dev/null 2>&1 & sleep 0.2`);
  await until(() => processesWith(marker).length === 0);
});

test('a sandbox dies with its parent, even by kill -9', { skip }, async () => {
  const marker = `6${process.pid}.5`;
  const parent = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/parent.ts'), marker], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => parent.stdout.once('data', resolve));
  await until(() => processesWith(`sleep\0${marker}`).length >= 1);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  await until(() => processesWith(marker).length === 0);
});

test('a sandbox whose parent is killed while it is being set up never runs its program', {
  skip,
}, async () => {
  for (const delayMs of [0, 5, 10, 15, 20, 25]) {
    const marker = `8${process.pid}.${delayMs}`;
    const parent = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/parent.ts'), marker], {
      stdio: 'ignore',
    });
    await until(() => processesWith(marker).length >= 2);
    await wait(delayMs);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    await wait(100);
    const left = processesWith(marker);
    const programs = left.filter((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n');
    // A bubblewrap whose other half died before they had met stays, with nothing in it.
    for (const pid of left) process.kill(pid, 'SIGKILL');
    assert.deepEqual(programs, []);
  }
});

test('a sandbox that cannot be set up is a failed start that says why', { skip }, async () => {
  // A file is mounted where a folder is needed for the second mount.
  const paths = [
    { path: join(shared, 'note.txt'), write: false },
    { path: shared, write: false },
  ];
  await assert.rejects(run('true', { command: '/usr/bin/no-such-program', paths }), (error) =>
    isCoded(error, 'sandbox_start_failed'),
  );
  const tight = createBubblewrapLauncher({ dataFolder, searchPath, startTimeoutMs: 1 });
  assert.match((await tight.probe()).detail, /did not stand after 1 ms/);
});

test('a sandbox has the limits of its process', { skip: skip || needsPrlimit() }, async () => {
  const { out } = await run('ulimit -n; ulimit -c');
  assert.equal(out, '4096\n0\n');
});

test('the descriptors of the sandbox are not the ones of the brain', { skip }, async () => {
  const { out } = await run('ls /proc/self/fd');
  const inherited = readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return Number(fd) > 15 && readlinkSync(`/proc/self/fd/${fd}`).startsWith('pipe:');
    } catch {
      return false; // The descriptor the folder itself was read through.
    }
  });
  const extra = out
    .trim()
    .split('\n')
    .filter((fd) => Number(fd) > 3 && !inherited.includes(fd));
  assert.deepEqual(extra, []);
});

function needsPython(): string | false {
  return existsOnHost('/usr/bin/python3') ? false : 'needs python3 to make raw system calls';
}

function needsPrlimit(): string | false {
  return existsOnHost('/usr/bin/prlimit') ? false : 'needs prlimit of util-linux';
}

function existsOnHost(path: string): boolean {
  const folder = dirname(path);
  return readdirSync(folder).includes(path.slice(folder.length + 1));
}
