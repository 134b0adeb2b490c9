import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { registryName } from '@bakerst/shared/registry-name';
import { HttpMcpServer, StdioMcpServer } from '@bakerst/shared/settings';
import fc from 'fast-check';
import { NOTHING_LAUNCHED } from './launch-identity.ts';
import { DEFAULT_MCP_LIMITS } from './limits.ts';
import { readTools, type ToolReading } from './tool-definitions.ts';

const settings = StdioMcpServer.parse({ transport: 'stdio', command: 'x', env: { A: 'env:A' } });
const READING: ToolReading = {
  server: 's',
  settings,
  instructions: 'Be good.',
  launch: NOTHING_LAUNCHED,
  maxResultBytes: 1_000,
  limits: DEFAULT_MCP_LIMITS,
};
const TOOL = {
  name: 'add',
  title: 'Adder',
  description: 'Adds.',
  inputSchema: { type: 'object', properties: { a: { type: 'number' } } },
  annotations: { readOnlyHint: true },
  _meta: { author: 'x' },
};

function pin(tool: unknown = TOOL, reading: Partial<ToolReading> = {}): string {
  const found = readTools([tool], { ...READING, ...reading }).tools[0]?.definition.pin;
  assert.match(found ?? '', /^[0-9a-f]{64}$/);
  return found ?? '';
}

test('a pin does not depend on the order of keys', () => {
  const reordered = Object.fromEntries(Object.entries(TOOL).toReversed());
  assert.equal(pin(reordered), pin());
});

test('a pin changes with anything the tool says, the instructions, and how the server is started', () => {
  const changed = [
    pin({ ...TOOL, title: 'x' }),
    pin({ ...TOOL, description: 'x' }),
    pin({ ...TOOL, annotations: {} }),
    pin({ ...TOOL, _meta: {} }),
    pin({ ...TOOL, outputSchema: {} }),
    pin({ ...TOOL, inputSchema: { type: 'object', properties: { a: { type: 'number', pattern: 'x' } } } }),
    pin(TOOL, { instructions: 'Be bad.' }),
    pin(TOOL, { settings: { ...settings, command: 'y' } }),
    pin(TOOL, { settings: { ...settings, args: ['y'] } }),
    pin(TOOL, { settings: { ...settings, env: { A: 'env:B' } } }),
    pin(TOOL, { settings: { ...settings, network: true } }),
    pin(TOOL, { settings: { ...settings, unconfined: true } }),
    pin(TOOL, { settings: HttpMcpServer.parse({ transport: 'http', url: 'http://a/' }) }),
    pin(TOOL, { settings: HttpMcpServer.parse({ transport: 'http', url: 'http://b/' }) }),
    pin(TOOL, { settings: HttpMcpServer.parse({ transport: 'http', url: 'http://b/?key=1' }) }),
    pin(TOOL, { settings: HttpMcpServer.parse({ transport: 'http', url: 'http://b/?key=2' }) }),
    pin(TOOL, {
      settings: HttpMcpServer.parse({ transport: 'http', url: 'http://b/', headers: { tenant: 'a' } }),
    }),
    pin(TOOL, { settings: { ...settings, env: { A: 'plain' } } }),
    pin(TOOL, { launch: { runs: [{ kind: 'file', named: 'x', sha256: '00' }], loose: [] } }),
    pin(TOOL, { launch: { runs: [{ kind: 'package', name: 'x', version: '1.0.0' }], loose: [] } }),
    pin(TOOL, { launch: { runs: [{ kind: 'package', name: 'x', version: '1.0.1' }], loose: [] } }),
  ];
  assert.equal(new Set([...changed, pin()]).size, changed.length + 1);
});

test('a pin does not change with what the operator decides about its use', () => {
  assert.equal(
    pin(TOOL, { settings: { ...settings, deadlineMs: 500, secrets: { 'add.a': 'env:A' } } }),
    pin(),
  );
});

test('a pin is the hash of the text that is kept, which holds the whole tool and no secret that was written down', () => {
  const database = 'postgres://me:sk-pass@db.example/x#y';
  const args = [
    '--api-key=sk-argument',
    '-v',
    '--token',
    'sk-next',
    '--db',
    database,
    `--db=${database}`,
    `${database}?key=1`,
  ];
  const stdio = { ...settings, args, env: { A: 'env:A', B: 'sk-plain' } };
  const [read] = readTools([TOOL], { ...READING, settings: stdio }).tools;
  const { pin: hash, pinned = '' } = read?.definition ?? {};
  assert.equal(createHash('sha256').update(pinned).digest('hex'), hash);
  const kept: unknown = JSON.parse(pinned);
  assert.deepEqual(kept !== null && typeof kept === 'object' && 'tool' in kept && kept.tool, TOOL);
  assert.match(pinned, /"A":"env:A"/);
  assert.match(pinned, /"-v","--token","sha256:/);
  assert.match(pinned, /"--db=postgres:\/\/db\.example\/x#y sha256:/);
  assert.doesNotMatch(pinned, /sk-/);
  const url = 'http://user:sk-pass@b.example/mcp?key=sk-query';
  const http = HttpMcpServer.parse({ transport: 'http', url, headers: { x: 'sk-header' } });
  const [remote] = readTools([TOOL], { ...READING, settings: http }).tools;
  assert.match(remote?.definition.pinned ?? '', /http:\/\/b\.example\/mcp sha256:/);
  assert.doesNotMatch(remote?.definition.pinned ?? '', /sk-/);
});

test('where it runs decides what it can tell the world: another machine, a network or no walls are open', () => {
  const reach = (other: ToolReading['settings']) =>
    readTools([TOOL], { ...READING, settings: other }).tools[0]?.definition.reach;
  assert.equal(reach(settings), 'house');
  assert.equal(reach({ ...settings, network: true }), 'open');
  assert.equal(reach({ ...settings, unconfined: true }), 'open');
  assert.equal(reach(HttpMcpServer.parse({ transport: 'http', url: 'http://127.0.0.1/' })), 'open');
});

test('hidden characters anywhere in a tool refuse its pin, with the place', () => {
  const places: readonly (readonly [object, string])[] = [
    [{ title: 'a\u200b' }, 'title'],
    [{ annotations: { title: 'a\u{e0041}' } }, 'annotations.title'],
    [{ _meta: { 'k\u202e': 1 } }, '_meta.k<U+202E>'],
    [
      { outputSchema: { type: 'object', properties: { a: { enum: ['x\u2066'] } } } },
      'outputSchema.properties.a.enum.0',
    ],
  ];
  for (const [more, place] of places) {
    const { tools, unpinned } = readTools([{ ...TOOL, ...more }], READING);
    assert.equal(tools[0]?.definition.pin, undefined);
    assert.equal(tools[0]?.definition.hints, undefined, 'hints of what is not pinned are not kept');
    assert.deepEqual(unpinned, [`add: hidden characters in its ${place}`]);
  }
});

test('a definition that is nested without end is left out, and the others stay', () => {
  const depth = 12_000;
  const deep: unknown = JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
  const { tools } = readTools([{ ...TOOL, name: 'deep', _meta: deep }, TOOL], READING);
  assert.ok(tools.some(({ definition }) => definition.name === 's__add'));
  const found = tools.find(({ definition }) => definition.name === 's__deep');
  assert.equal(found?.definition.pin, undefined);
});

test('instructions that are too long to be looked through unpin every tool', () => {
  const { tools, unpinned } = readTools([TOOL], { ...READING, instructions: 'x'.repeat(20_000) });
  assert.equal(tools[0]?.definition.pin, undefined);
  assert.match(unpinned.join(), /instructions are longer/);
});

test('hidden characters in the instructions unpin every tool', () => {
  const { tools } = readTools([TOOL], { ...READING, instructions: 'Be\u200b good.' });
  assert.equal(tools[0]?.definition.pin, undefined);
});

test('whatever a server lists, every definition is named, bounded and of its server', () => {
  const anything = fc.oneof(
    fc.anything(),
    fc.record({
      name: fc.string({ unit: 'binary' }),
      description: fc.anything(),
      inputSchema: fc.anything(),
    }),
    fc.record({
      name: fc.string(),
      inputSchema: fc.record({ type: fc.constant('object'), properties: fc.object() }),
    }),
  );
  fc.assert(
    fc.property(fc.array(anything), (raw) => {
      // What arrives was JSON.
      const listed: unknown[] = JSON.parse(JSON.stringify(raw.map((entry) => jsonOrNull(entry))));
      const { tools, leftOut } = readTools(listed, READING);
      assert.equal(tools.length + leftOut.length, listed.length);
      for (const { definition } of tools) {
        assert.match(definition.name, /^s__[a-zA-Z0-9_-]{1,61}$/);
        assert.equal(definition.parameters.type, 'object');
        assert.equal(definition.effect, 'external');
      }
    }),
  );
});

test('names of different long tools stay different', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 80 }), fc.string({ minLength: 80 }), (a, b) => {
      fc.pre(a !== b);
      assert.notEqual(registryName('server', a), registryName('server', b));
    }),
  );
});

function jsonOrNull(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null');
  } catch {
    return null; // A cycle or a bigint, which cannot arrive as JSON.
  }
}

test('a number that JSON can write and nobody can hold leaves its tool out, or unpins it, and nothing else', () => {
  // Hidden characters would leave the tool unpinned, so that nobody else stumbles over the number first.
  const bound = { type: 'object', properties: { a: { type: 'number', maximum: Number.POSITIVE_INFINITY } } };
  const inSchema = { ...TOOL, name: 'in_schema', description: 'x\u200by', inputSchema: bound };
  const elsewhere = { ...TOOL, name: 'elsewhere', _meta: { weight: JSON.parse('1e999') } };
  const { tools, leftOut } = readTools([inSchema, elsewhere, TOOL], READING);
  assert.deepEqual(
    tools.map(({ definition: { name, pin: pinned } }) => [name, pinned !== undefined]),
    [
      ['s__elsewhere', false],
      ['s__add', true],
    ],
  );
  assert.match(leftOut.join(), /in_schema: .*too large/);
});
