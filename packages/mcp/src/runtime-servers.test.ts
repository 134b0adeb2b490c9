import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type TestContext, test } from 'node:test';
import type { SandboxLauncher } from '@bakerst/shared/sandbox';
import { HttpMcpServer } from '@bakerst/shared/settings';
import { createGuardedFetch } from './guarded-fetch.ts';
import { poolUnderTest, textOf } from './testing/pool-under-test.ts';

/** No program is started here. */
const confined: SandboxLauncher = {
  probe: async () => ({ available: false, detail: 'not used' }),
  launch: () => Promise.reject(new Error('not used')),
};

/** A small MCP server on loopback that counts its connections; `redirect` sends everything elsewhere. */
async function inside(t: TestContext, redirect?: string) {
  const seen: IncomingMessage[] = [];
  let connections = 0;
  const server = createServer(async (request, response): Promise<unknown> => {
    seen.push(request);
    if (redirect !== undefined) return response.writeHead(307, { location: redirect }).end();
    if (request.method !== 'POST') return response.writeHead(405).end();
    let text = '';
    for await (const piece of request) text += String(piece);
    const { id, method } = JSON.parse(text) as { id?: number; method: string };
    if (id === undefined) return response.writeHead(202).end();
    const results: Record<string, unknown> = {
      initialize: {
        protocolVersion: '2025-06-18',
        capabilities: { tools: {} },
        serverInfo: { name: 'x', version: '1' },
      },
      'tools/list': { tools: [{ name: 'go', inputSchema: { type: 'object' } }] },
      'tools/call': { content: [{ type: 'text', text: 'went' }] },
    };
    const body = JSON.stringify({ jsonrpc: '2.0', id, result: results[method] ?? {} });
    // As a stream, the way most servers answer.
    return response
      .writeHead(200, { 'content-type': 'text/event-stream' })
      .end(`event: message\ndata: ${body}\n\n`);
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { port: address.port, seen, connections: () => connections };
}

function http(url: string, more: Partial<HttpMcpServer> = {}): HttpMcpServer {
  return HttpMcpServer.parse({ transport: 'http', url, ...more });
}

test('a server added at run time cannot be on loopback, however it is written', async (t) => {
  const { port, connections } = await inside(t);
  for (const host of ['127.0.0.1', '2130706433', '0x7f.1', '0.0.0.0', '[::ffff:127.0.0.1]', 'localhost']) {
    await using pool = poolUnderTest({ confined });
    const settings = http(`http://${host}:${port}/mcp`);
    await pool.servers.apply({ web: { settings, origin: 'runtime' } });
    const { lastError } = await pool.until('web', ({ state }) => state === 'backing_off');
    assert.match(lastError ?? '', /address of this machine or its network/, host);
  }
  assert.equal(connections(), 0);
});

test('a name that stands for an inward address is refused at every connection, also among public ones', async (t) => {
  const { port, connections } = await inside(t);
  const answers = [
    ['127.0.0.1'],
    ['::1'],
    ['::ffff:127.0.0.1'],
    ['93.184.216.34', '127.0.0.1'],
    ['169.254.169.254'],
    [],
  ];
  for (const addresses of answers) {
    const guarded = createGuardedFetch({ allowedHosts: [], resolve: async () => addresses });
    await assert.rejects(guarded(`http://rebind.example:${port}/`), (error: Error & { code?: string }) =>
      addresses.length === 0 ? /no address/.test(error.message) : error.code === 'mcp_address_forbidden',
    );
  }
  assert.equal(connections(), 0);
});

test('the address that was checked is the one that is connected to', async (t) => {
  const { port } = await inside(t);
  let looks = 0;
  const resolve = async () => {
    looks += 1;
    return ['127.0.0.1'];
  };
  const allowed = createGuardedFetch({ allowedHosts: [`localhost:${port}`], resolve });
  assert.equal((await allowed(`http://localhost:${port}/`)).status, 405);
  assert.equal(looks, 0, 'an allowed host is looked up by the system');
  const guarded = createGuardedFetch({ allowedHosts: [`localhost:${port}`], resolve });
  await assert.rejects(guarded(`http://once.example:${port}/`), { code: 'mcp_address_forbidden' });
  assert.equal(looks, 1, 'one question for one connection');
});

test('a host that the operator allowed works, over a stream, with headers, and is forgotten on another port', async (t) => {
  const { port, seen } = await inside(t);
  await using pool = poolUnderTest({ confined, egress: { allowedHosts: [`127.0.0.1:${port}`] } });
  const settings = http(`http://127.0.0.1:${port}/mcp`, { headers: { 'x-plain': 'yes' } });
  await pool.servers.apply({ web: { settings, origin: 'runtime' } });
  await pool.ready('web');
  assert.equal(textOf(await pool.call('web__go')), 'went');
  assert.deepEqual(
    seen.filter(({ headers }) => headers['x-plain'] !== 'yes'),
    [],
  );
  const { port: other, connections } = await inside(t);
  await pool.servers.apply({ web: { settings: http(`http://127.0.0.1:${other}/mcp`), origin: 'runtime' } });
  await pool.until('web', ({ state }) => state === 'backing_off');
  assert.equal(connections(), 0);
});

test('a redirect of an allowed host to an inward one is not followed', async (t) => {
  const target = await inside(t);
  const { port } = await inside(t, `http://127.0.0.1:${target.port}/mcp`);
  await using pool = poolUnderTest({ confined, egress: { allowedHosts: [`127.0.0.1:${port}`] } });
  await pool.servers.apply({ web: { settings: http(`http://127.0.0.1:${port}/mcp`), origin: 'runtime' } });
  await pool.until('web', ({ state }) => state === 'backing_off');
  assert.equal(target.connections(), 0);
});

test('servers of the configuration file may be anywhere', async (t) => {
  const { port } = await inside(t);
  await using pool = poolUnderTest({ confined });
  await pool.use({ web: http(`http://127.0.0.1:${port}/mcp`) });
  await pool.ready('web');
  assert.equal(textOf(await pool.call('web__go')), 'went');
});

test('a header secret goes to the origin of the address alone: no other port, host or scheme gets it', async (t) => {
  const target = await inside(t);
  const elsewhere = [`http://localhost:${target.port}/mcp`, `http://127.0.0.1:${target.port}/mcp`];
  for (const location of [
    ...elsewhere,
    `https://127.0.0.1:${target.port}/mcp`,
    `//127.0.0.1:${target.port}/`,
  ]) {
    const { port, seen } = await inside(t, location);
    await using pool = poolUnderTest({ confined, resolveSecret: async () => 'Bearer s3cret-token' });
    const headers = { authorization: 'env:WEB_TOKEN' };
    await pool.use({ web: http(`http://127.0.0.1:${port}/mcp`, { headers }) });
    await pool.until('web', ({ state }) => state === 'backing_off');
    assert.equal(seen[0]?.headers.authorization, 'Bearer s3cret-token');
  }
  assert.equal(target.connections(), 0);
});

test('what a server set up at run time binds as a secret is never read', async (t) => {
  const { port } = await inside(t);
  const asked: string[] = [];
  const resolveSecret = async (ref: string) => {
    asked.push(ref);
    return 'secret';
  };
  await using pool = poolUnderTest({ confined, resolveSecret, egress: { allowedHosts: ['127.0.0.1'] } });
  const settings = http(`http://127.0.0.1:${port}/mcp`, { secrets: { 'go.key': 'env:KEY' } });
  await pool.servers.apply({ web: { settings, origin: 'runtime' } });
  await pool.ready('web');
  await pool.call('web__go');
  assert.deepEqual(asked, []);
});
