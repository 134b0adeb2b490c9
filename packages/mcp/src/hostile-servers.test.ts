import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { after, test } from 'node:test';
import { isCoded } from '@bakerst/shared/coded-error';
import { hostileServer } from '@bakerst/testkit/hostile-mcp/hostile-server';
import { sandboxUnderTest } from '@bakerst/testkit/hostile-mcp/sandbox-under-test';
import { type PoolOptions, type PoolUnderTest, poolUnderTest, textOf } from './testing/pool-under-test.ts';

const { confined, folder, skip } = await sandboxUnderTest();
after(() => rm(folder, { recursive: true }));

/** One hostile server named `h`, in a real sandbox. */
async function hostile(mode: string, options: Partial<PoolOptions> = {}): Promise<PoolUnderTest> {
  const pool = poolUnderTest({ confined, ...options });
  await pool.use({ h: hostileServer(mode) });
  return pool;
}

/** Waits until the server has been cut off, and gives what is said about it. */
async function fate(pool: PoolUnderTest): Promise<string> {
  const { lastError } = await pool.until('h', ({ state }) => state === 'backing_off' || state === 'failed');
  assert.deepEqual(pool.tools('h'), []);
  return lastError ?? '';
}

test('hints of a server about itself change nothing, and its prose stays prose', { skip }, async () => {
  await using pool = await hostile('poisoned');
  await pool.ready('h');
  const [tool] = pool.tools('h');
  assert.equal(tool?.effect, 'external');
  assert.equal(tool?.idempotent, false);
  assert.match(tool?.description ?? '', /^<IMPORTANT>/);
  // Instructions are in what is pinned and shown, and in nothing that a model reads.
  const { pinned, ...read } = tool ?? {};
  assert.match(pinned ?? '', /id_rsa/);
  assert.doesNotMatch(JSON.stringify(read), /id_rsa/);
});

test('a result of a few megabytes arrives whole', { skip }, async () => {
  await using pool = await hostile('huge');
  await pool.ready('h');
  assert.equal(textOf(await pool.call('h__huge', { megabytes: 5 })).length, 5_000_000);
});

test('a result of 100 MB ends the connection instead of the memory, and the server comes back', {
  skip,
}, async () => {
  await using pool = await hostile('huge');
  await pool.ready('h');
  const before = process.memoryUsage().rss;
  await assert.rejects(pool.call('h__huge', { megabytes: 100 }), (error) =>
    isCoded(error, 'mcp_outcome_unknown'),
  );
  assert.ok(process.memoryUsage().rss - before < 250_000_000);
  assert.match(await fate(pool), /more than 67108864 bytes/);
  await pool.ready('h');
});

test('hidden characters are written out and unpin a tool; in names and values they leave it out', {
  skip,
}, async () => {
  await using pool = await hostile('hidden');
  const { lastError } = await pool.ready('h');
  const tools = new Map(pool.tools('h').map((tool) => [tool.name, tool]));
  assert.deepEqual([...tools.keys()], ['h__in_description', 'h__in_property', 'h__honest']);
  assert.equal(tools.get('h__in_description')?.description, 'Plain.<U+200B><U+E0049><U+E0067><U+202E>');
  assert.equal(tools.get('h__in_description')?.pin, undefined);
  assert.equal(tools.get('h__in_property')?.pin, undefined);
  assert.match(JSON.stringify(tools.get('h__in_property')?.parameters), /a<U\+2066>b/);
  assert.match(tools.get('h__honest')?.pin ?? '', /^[0-9a-f]{64}$/);
  for (const name of ['in_<U+200B>name', 'in_schema', 'in_enum'])
    assert.ok(lastError?.includes(name), lastError);
  assert.match(lastError ?? '', /Not pinned: in_description: hidden characters in its description/);
  assert.match(
    lastError ?? '',
    /in_property: hidden characters in its inputSchema\.properties\.a\.description/,
  );
});

test('schemas that are too deep, too large, or refer to elsewhere leave their tool out', {
  skip,
}, async () => {
  await using pool = await hostile('schemas');
  const { lastError } = await pool.ready('h');
  const tools = new Map(pool.tools('h').map((tool) => [tool.name, tool]));
  assert.deepEqual([...tools.keys()], ['h__echo', 'h__slow_pattern', 'h__costly', 'h__local_ref']);
  assert.deepEqual(tools.get('h__costly')?.parameters, {
    type: 'object',
    properties: {
      list: { type: 'array', description: '(no item twice)' },
      form: { type: 'string', description: '(format: from-the-server)' },
      day: { type: 'string', format: 'date' },
    },
    propertyNames: { description: '(pattern: ^(a+)+$)' },
  });
  // A pattern of the server's choice would run on an engine that backtracks.
  assert.deepEqual(tools.get('h__slow_pattern')?.parameters, {
    type: 'object',
    properties: { a: { type: 'string', description: '(pattern: ^(a+)+$)' } },
  });
  assert.deepEqual(tools.get('h__local_ref')?.parameters, {
    type: 'object',
    properties: { pattern: { $ref: '#/$defs/b' } },
    $defs: { b: { type: 'string' } },
  });
  assert.match(lastError ?? '', /too_deep: its schema is nested deeper/);
  assert.match(lastError ?? '', /remote_ref: its schema refers to another document/);
  assert.match(lastError ?? '', /many_refs: its schema has more than 64 references/);
  assert.match(lastError ?? '', /pattern_names: its schema uses patternProperties/);
});

test('names are cleaned, shortened with a hash, never shared, and always below the server', {
  skip,
}, async () => {
  await using pool = await hostile('names');
  const { lastError } = await pool.ready('h');
  const names = pool.tools('h').map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^h__[a-zA-Z0-9_-]{1,61}$/);
  assert.deepEqual(
    names.filter((name) => !name.includes('xxx')),
    ['h__a_b_c', 'h__other__echo', 'h__get_time'],
  );
  assert.equal(names.filter((name) => name.length === 64).length, 2);
  assert.match(lastError ?? '', /a_b_c: another tool has the name h__a_b_c/);
  assert.equal(textOf(await pool.call('h__a_b_c')), 'called a.b/c');
});

const CUT_OFF: readonly (readonly [string, RegExp, Partial<PoolOptions>?])[] = [
  ['many-tools', /offers more than 256 tools/],
  ['endless-pages', /more than 64 pages/],
  ['circular-pages', /goes round in circles/],
  ['garbage-flood', /lines that are no messages/],
  ['endless-line', /more than 2000000 bytes/, { limits: { messageBytes: 2_000_000 } }],
  ['notification-flood', /floods its client/],
  ['never-shakes-hands', /timed out/i, { limits: { handshakeMs: 300 } }],
];

for (const [mode, said, options] of CUT_OFF) {
  test(`a server in mode ${mode} is cut off, said so, and tried again later`, { skip }, async () => {
    await using pool = await hostile(mode, options);
    assert.match(await fate(pool), said);
  });
}

test('a flood of changed lists is answered with few new lists', { skip }, async () => {
  await using pool = await hostile('list-changed-flood');
  await pool.ready('h');
  await pool.until('h', () => pool.tools('h')[0]?.description !== 'Listed 1 times.');
  assert.ok(Number(textOf(await pool.call('h__lists'))) <= 3);
});

test('lines that are no messages are passed over', { skip }, async () => {
  await using pool = await hostile('garbage');
  await pool.ready('h');
  assert.equal(textOf(await pool.call('h__echo')), 'done');
});

test('a server that never answers is told to cancel', { skip }, async () => {
  await using pool = poolUnderTest({ confined });
  await pool.use({ h: hostileServer('never-answers', { deadlineMs: 200 }) });
  await pool.ready('h');
  await assert.rejects(
    pool.call('h__echo'),
    (error) => isCoded(error, 'mcp_call_timeout') && /last report was 1 of 9 \(slow\)/.test(error.message),
  );
  assert.match(textOf(await pool.call('h__cancelled')), /timed out/);
});

test('what a dying server says is kept, without its secrets and without terminal sequences', {
  skip,
}, async () => {
  await using pool = poolUnderTest({ confined, resolveSecret: async () => 'hunter2-hunter2' });
  await pool.use({ h: hostileServer('dies-at-start', { env: { TOKEN: 'env:TOKEN' } }) });
  assert.match(await fate(pool), /Its error output ends: cannot start with \[redacted\]<U\+200B>/);
});

test('a server that dies in a call leaves its outcome unknown', { skip }, async () => {
  await using pool = await hostile('dies-in-call');
  await pool.ready('h');
  await assert.rejects(pool.call('h__echo'), (error) => isCoded(error, 'mcp_outcome_unknown'));
});

test('sampling, roots and elicitation are refused', { skip }, async () => {
  await using pool = await hostile('asks');
  await pool.ready('h');
  const answers: unknown = JSON.parse(textOf(await pool.call('h__answers')));
  assert.ok(Array.isArray(answers));
  assert.deepEqual(
    answers.map(({ id, error }) => [id, error.code]),
    [
      ['s', -32_601],
      ['r', -32_601],
      ['e', -32_601],
    ],
  );
});

test('results and refusals of every shape become something a model can read', { skip }, async () => {
  await using pool = await hostile('shapes');
  await pool.ready('h');
  const shape = async (answer: unknown) => {
    const { content, isError } = await pool.call('h__shape', { answer });
    return [isError, content.map((part) => (part.type === 'text' ? part.text : part))];
  };
  const PNG = { type: 'image', mimeType: 'image/png', data: 'AAAA' };
  assert.deepEqual(await shape({ result: { content: [{ type: 'text', text: 'a' }, PNG], isError: true } }), [
    true,
    ['a', { type: 'image', mediaType: 'image/png', data: 'AAAA' }],
  ]);
  assert.deepEqual(await shape({ result: { content: [{ ...PNG, data: '<script>' }] } }), [
    false,
    ['[an image, image/png, 6 bytes, that cannot be shown]'],
  ]);
  assert.deepEqual(await shape({ result: { content: [{ ...PNG, mimeType: 'image/svg+xml' }] } }), [
    false,
    ['[an image, image/svg+xml, 3 bytes, that cannot be shown]'],
  ]);
  assert.deepEqual(await shape({ result: { structuredContent: { a: 1 } } }), [false, ['{"a":1}']]);
  assert.deepEqual(await shape({ result: {} }), [false, ['(the tool returned nothing)']]);
  assert.deepEqual(await shape({ result: { content: 'no list' } }), [false, ['(the tool returned nothing)']]);
  assert.deepEqual(await shape({ result: { content: [null, { type: 'new', x: 1 }] } }), [
    false,
    ['[a part that is not an object]', '[a part of an unknown type] {"type":"new","x":1}'],
  ]);
  const [isError, [text]] = (await shape({ error: { code: -32_602, message: 'bad\u0007 argument' } })) as [
    boolean,
    string[],
  ];
  assert.equal(isError, true);
  assert.match(text ?? '', /^h refused the call of shape: .*bad<U\+0007> argument$/);
});
