import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isCoded } from '@bakerst/shared/coded-error';
import type { SandboxLauncher } from '@bakerst/shared/sandbox';
import { StdioMcpServer } from '@bakerst/shared/settings';
import { sandboxUnderTest } from '@bakerst/testkit/hostile-mcp/sandbox-under-test';
import { poolUnderTest, textOf } from './testing/pool-under-test.ts';

/** The published servers, as an operator would start them, in real sandboxes. */
const { confined, folder, skip } = await sandboxUnderTest();
after(() => rm(folder, { recursive: true }));
const bin = join(
  dirname(fileURLToPath(import.meta.resolve('@modelcontextprotocol/sdk/types.js'))),
  '../../../../.bin',
);

function real(program: string, more: Partial<StdioMcpServer> = {}): StdioMcpServer {
  return StdioMcpServer.parse({ transport: 'stdio', command: join(bin, program), ...more });
}

const everything = real('mcp-server-everything');

test('server-everything lists its tools under its name, all external and pinned', { skip }, async () => {
  await using pool = poolUnderTest({ confined });
  await pool.use({ ev: everything });
  const state = await pool.ready('ev');
  const tools = pool.tools('ev');
  assert.equal(state.confinement, 'sandboxed');
  assert.equal(state.toolCount, tools.length);
  assert.ok(tools.length >= 10);
  for (const tool of tools) {
    assert.match(tool.name, /^ev__[a-zA-Z0-9_-]+$/);
    // Several of them call themselves read-only; that says nothing.
    assert.equal(tool.effect, 'external');
    assert.equal(tool.idempotent, false);
    assert.match(tool.pin ?? '', /^[0-9a-f]{64}$/);
  }
  // What is not offered: sampling, roots, elicitation. The server leaves out the tools that need them.
  assert.deepEqual(
    tools.filter(({ name }) => /sampling|elicitation|roots/.test(name)),
    [],
  );
});

test('calls, images, resources, structured content and refusals come back as parts a model can read', {
  skip,
}, async () => {
  await using pool = poolUnderTest({ confined });
  await pool.use({ ev: everything });
  await pool.ready('ev');
  assert.equal(textOf(await pool.call('ev__echo', { message: 'hello' })), 'Echo: hello');
  const image = await pool.call('ev__get-tiny-image');
  assert.ok(image.content.some((part) => part.type === 'image' && part.mediaType === 'image/png'));
  assert.match(textOf(await pool.call('ev__get-resource-links', { count: 2 })), /\[link to the resource/);
  assert.match(
    textOf(await pool.call('ev__get-resource-reference', { resourceType: 'Text', resourceId: 1 })),
    /\[the resource demo:/,
  );
  assert.match(textOf(await pool.call('ev__get-structured-content', { location: 'Chicago' })), /temperature/);
  const refused = await pool.call('ev__get-sum', { a: 'no number' });
  assert.equal(refused.isError, true);
  assert.match(textOf(refused), /expected number/);
});

test('the server sees the environment it was given and nothing of the brain', { skip }, async () => {
  await using pool = poolUnderTest({ confined, resolveSecret: async () => 'from-the-vault' });
  await pool.use({ ev: { ...everything, env: { API_TOKEN: 'env:MY_TOKEN', PLAIN: 'yes' } } });
  await pool.ready('ev');
  const env: unknown = JSON.parse(textOf(await pool.call('ev__get-env')));
  assert.ok(typeof env === 'object' && env !== null);
  assert.deepEqual(Object.keys(env).toSorted(), [
    'API_TOKEN',
    'HOME',
    'LANG',
    'PATH',
    'PLAIN',
    'PWD',
    'TMPDIR',
  ]);
  // It has the secret, and repeats it; what comes back of it is taken out.
  assert.equal('API_TOKEN' in env && env.API_TOKEN, '[redacted]');
});

test('an aborted call is cancelled at once, with the last progress, and the server goes on', {
  skip,
}, async () => {
  await using pool = poolUnderTest({ confined });
  await pool.use({ ev: everything });
  await pool.ready('ev');
  const abort = new AbortController();
  const call = pool.call('ev__trigger-long-running-operation', { duration: 60, steps: 600 }, abort.signal);
  setTimeout(() => abort.abort(), 600);
  await assert.rejects(
    call,
    (error) => isCoded(error, 'mcp_call_cancelled') && /last report was \d+ of 600/.test(error.message),
  );
  assert.equal(textOf(await pool.call('ev__echo', { message: 'still here' })), 'Echo: still here');
});

test('a call that takes too long is a timeout whose outcome is unknown', { skip }, async () => {
  await using pool = poolUnderTest({ confined });
  await pool.use({ ev: { ...everything, deadlineMs: 300 } });
  await pool.ready('ev');
  await assert.rejects(
    pool.call('ev__trigger-long-running-operation', { duration: 60, steps: 60 }),
    (error) => isCoded(error, 'mcp_call_timeout') && /outcome is unknown/.test(error.message),
  );
});

test('a killed server fails its running call as unknown, offers nothing, and comes back with backoff', {
  skip,
}, async () => {
  const started: number[] = [];
  // A call that waits for a new list of tools was not sent yet, and its outcome would be known.
  const sent = Promise.withResolvers<void>();
  const watching: SandboxLauncher = {
    probe: () => confined.probe(),
    launch: async (spec) => {
      const process = await confined.launch(spec);
      started.push(process.pid);
      const write = process.stdin.write.bind(process.stdin);
      process.stdin.write = (chunk: unknown, ...rest: never[]) => {
        if (String(chunk).includes('"tools/call"')) sent.resolve();
        return write(chunk, ...rest);
      };
      return process;
    },
  };
  await using pool = poolUnderTest({ confined: watching, backoff: { firstMs: 300, capMs: 400 } });
  await pool.use({ ev: everything });
  await pool.ready('ev');
  const running = pool.call('ev__trigger-long-running-operation', { duration: 60, steps: 60 });
  const rejected = assert.rejects(running, (error) => isCoded(error, 'mcp_outcome_unknown'));
  await sent.promise;
  process.kill(started[0] ?? 0, 'SIGKILL');
  await rejected;
  await pool.until('ev', ({ state }) => state === 'backing_off');
  assert.deepEqual(pool.tools('ev'), []);
  const meanwhile = await pool.call('ev__echo', { message: 'x' });
  assert.equal(meanwhile.isError, true);
  assert.match(textOf(meanwhile), /not available now \(backing_off\); nothing was sent/);
  const state = await pool.ready('ev');
  assert.equal(state.restarts, 1);
  assert.equal(started.length, 2);
  assert.equal(textOf(await pool.call('ev__echo', { message: 'again' })), 'Echo: again');
});

test('server-filesystem reads and writes what was declared, and nothing else exists for it', {
  skip,
}, async () => {
  const files = join(folder, 'files');
  await mkdir(files);
  await writeFile(join(files, 'note.txt'), 'a note');
  await writeFile(join(folder, 'private.txt'), 'private');
  await using pool = poolUnderTest({ confined });
  const settings = real('mcp-server-filesystem', {
    args: [files],
    paths: [{ path: files, write: true }],
  });
  await pool.use({ files: settings, wide: { ...settings, args: [folder] } });
  await pool.ready('files');
  // Its hints are kept for whoever accepts it; they change nothing.
  const reading = pool.tools('files').find(({ name }) => name === 'files__read_text_file');
  assert.equal(reading?.hints?.readOnlyHint, true);
  assert.deepEqual([reading?.effect, reading?.idempotent, reading?.reach], ['external', false, 'house']);
  // What runs is pinned too: the package's version and integrity, and the file's hash.
  const pinned: unknown = JSON.parse(reading?.pinned ?? '{}');
  assert.match(
    JSON.stringify(pinned),
    /"runs":\[\{"kind":"file",.*"sha256":"[0-9a-f]{64}"\},\{"integrity":"sha512-[^"]+","kind":"package","name":"@modelcontextprotocol\/server-filesystem","version":"[^"]+"\}\]/,
  );
  assert.match(textOf(await pool.call('files__read_text_file', { path: join(files, 'note.txt') })), /a note/);
  await pool.call('files__write_file', { path: join(files, 'new.txt'), content: 'written' });
  assert.equal(await readFile(join(files, 'new.txt'), 'utf8'), 'written');
  // Told that it may look everywhere, the sandbox still shows only what was declared.
  await pool.ready('wide');
  const outside = await pool.call('wide__read_text_file', { path: join(folder, 'private.txt') });
  assert.equal(outside.isError, true);
  assert.match(textOf(outside), /ENOENT/);
  assert.doesNotMatch(textOf(await pool.call('wide__list_directory', { path: folder })), /private|data/);
});

test('a read-only path cannot be written', { skip }, async () => {
  const files = join(folder, 'read-only');
  await mkdir(files);
  await using pool = poolUnderTest({ confined });
  await pool.use({
    files: real('mcp-server-filesystem', { args: [files], paths: [{ path: files, write: false }] }),
  });
  await pool.ready('files');
  const written = await pool.call('files__write_file', { path: join(files, 'x'), content: 'x' });
  assert.equal(written.isError, true);
  assert.match(textOf(written), /EROFS|EACCES|read-only/i);
});

test('server-memory keeps its graph in the file it was given, across restarts', { skip }, async () => {
  const memory = join(folder, 'memory');
  await mkdir(memory);
  await using pool = poolUnderTest({ confined });
  await pool.use({
    memory: real('mcp-server-memory', {
      env: { MEMORY_FILE_PATH: join(memory, 'graph.json') },
      paths: [{ path: memory, write: true }],
    }),
  });
  await pool.ready('memory');
  await pool.call('memory__create_entities', {
    entities: [{ name: 'Ada', entityType: 'person', observations: ['likes tea'] }],
  });
  await pool.servers.restart('memory');
  await pool.until('memory', ({ state, restarts }) => state === 'ready' && restarts === 1);
  assert.match(textOf(await pool.call('memory__search_nodes', { query: 'Ada' })), /likes tea/);
});
