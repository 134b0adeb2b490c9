import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isCoded } from '@bakerst/shared/coded-error';
import type { SandboxLauncher } from '@bakerst/shared/sandbox';
import { HttpMcpServer } from '@bakerst/shared/settings';
import { poolUnderTest, textOf } from './testing/pool-under-test.ts';

/** No program is started here. */
const confined: SandboxLauncher = {
  probe: async () => ({ available: false, detail: 'not used' }),
  launch: () => Promise.reject(new Error('not used')),
};
const modules = join(
  dirname(fileURLToPath(import.meta.resolve('@modelcontextprotocol/sdk/types.js'))),
  '../../../..',
);
const everything = join(modules, '@modelcontextprotocol/server-everything/dist/index.js');

function http(url: string, more: Partial<HttpMcpServer> = {}): HttpMcpServer {
  return HttpMcpServer.parse({ transport: 'http', url, ...more });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const port = portOf(server);
  server.close();
  await once(server, 'close');
  return port;
}

function portOf(server: Server): number {
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return address.port;
}

async function startEverything(port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, [everything, 'streamableHttp'], {
    env: { PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr.setEncoding('utf8');
  for await (const line of child.stderr) if (String(line).includes('listening')) break;
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

/** A plain HTTP server for one test. */
async function serve(listener: RequestListener): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${portOf(server)}/mcp`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const piece of request) text += String(piece);
  const parsed: unknown = JSON.parse(text);
  assert.ok(typeof parsed === 'object' && parsed !== null);
  return parsed as Record<string, unknown>;
}

/** Answers JSON-RPC as a server without streams does; `call` answers tools/call. */
function scripted(
  call: (reply: (result: unknown) => void) => void,
  onRequest?: (request: IncomingMessage) => void,
): RequestListener {
  return async (request, response) => {
    onRequest?.(request);
    if (request.method !== 'POST') return response.writeHead(405).end();
    const { id, method } = await bodyOf(request);
    if (id === undefined) return response.writeHead(202).end();
    const reply = (result: unknown) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    if (method === 'initialize') {
      return reply({
        protocolVersion: '2025-06-18',
        capabilities: { tools: {} },
        serverInfo: { name: 'x', version: '1' },
      });
    }
    if (method === 'tools/list') {
      return reply({ tools: [{ name: 'go', inputSchema: { type: 'object' } }] });
    }
    return method === 'tools/call' ? call(reply) : reply({});
  };
}

test('server-everything over HTTP lists and answers, goes down, and is found again', async () => {
  const port = await freePort();
  let child = await startEverything(port);
  await using pool = poolUnderTest({ confined, healthIntervalMs: 200 });
  try {
    await pool.use({ web: http(`http://127.0.0.1:${port}/mcp`) });
    assert.equal((await pool.ready('web')).confinement, 'remote');
    assert.ok(pool.tools('web').length >= 10);
    assert.equal(textOf(await pool.call('web__echo', { message: 'hello' })), 'Echo: hello');
    const running = pool.call('web__trigger-long-running-operation', { duration: 60, steps: 60 });
    const rejected = assert.rejects(running, (error) => isCoded(error, 'mcp_outcome_unknown'));
    await kill(child);
    await rejected;
    const { lastError } = await pool.until('web', ({ state }) => state === 'backing_off');
    assert.match(lastError ?? '', /gone|refused|failed/i);
    assert.deepEqual(pool.tools('web'), []);
    child = await startEverything(port);
    await pool.ready('web');
    assert.equal(textOf(await pool.call('web__echo', { message: 'again' })), 'Echo: again');
  } finally {
    await kill(child);
  }
});

test('a server that was down at the start is found once it is up', async () => {
  const port = await freePort();
  await using pool = poolUnderTest({ confined });
  await pool.use({ web: http(`http://127.0.0.1:${port}/mcp`) });
  await pool.until('web', ({ state }) => state === 'backing_off');
  const child = await startEverything(port);
  await pool.ready('web');
  await kill(child);
});

test('headers carry the secret they name, and errors do not repeat it', async () => {
  const seen = new Set<string | undefined>();
  const server = await serve((request, response) => {
    seen.add(request.headers.authorization);
    response.writeHead(403).end(`no entry for ${request.headers.authorization}`);
  });
  await using pool = poolUnderTest({ confined, resolveSecret: async () => 'Bearer s3cret-token' });
  await pool.use({ web: http(server.url, { headers: { authorization: 'env:WEB_TOKEN' } }) });
  const { lastError } = await pool.until('web', ({ state }) => state === 'backing_off');
  assert.deepEqual([...seen], ['Bearer s3cret-token']);
  assert.match(lastError ?? '', /no entry for \[redacted\]/);
  await pool.servers.close();
  await server.close();
});

test('a redirect to another origin is not followed, and no header reaches it', async () => {
  const reached: string[] = [];
  const thief = await serve((request, response) => {
    reached.push(String(request.headers.authorization));
    response.writeHead(200).end();
  });
  const server = await serve((_request, response) => response.writeHead(307, { location: thief.url }).end());
  await using pool = poolUnderTest({ confined });
  await pool.use({ web: http(server.url, { headers: { authorization: 'plain' } }) });
  await pool.until('web', ({ state }) => state === 'backing_off');
  assert.deepEqual(reached, []);
  await pool.servers.close();
  await server.close();
  await thief.close();
});

test('a response without end is cut off instead of kept in memory', async () => {
  const server = await serve(
    scripted((reply) => reply({ content: [{ type: 'text', text: 'x'.repeat(3_000_000) }] })),
  );
  await using pool = poolUnderTest({ confined, limits: { messageBytes: 1_000_000 } });
  await pool.use({ web: http(server.url) });
  await pool.ready('web');
  await assert.rejects(pool.call('web__go'), (error) => isCoded(error, 'mcp_outcome_unknown'));
  await pool.servers.close();
  await server.close();
});

test('a server that forgot the session is connected to anew', async () => {
  let isForgotten = false;
  let connections = 0;
  const known = scripted((reply) => reply({}));
  const server = await serve((request, response) => {
    response.setHeader('mcp-session-id', `s${connections}`);
    if (request.headers['mcp-session-id'] === undefined && request.method === 'POST') {
      connections += 1;
      isForgotten = false;
    } else if (isForgotten) {
      response.writeHead(404).end('no such session');
      return;
    }
    known(request, response);
  });
  await using pool = poolUnderTest({ confined, healthIntervalMs: 100 });
  await pool.use({ web: http(server.url) });
  await pool.ready('web');
  isForgotten = true;
  await pool.until('web', ({ state, restarts }) => state === 'ready' && restarts === 1);
  assert.equal(connections, 2);
  await pool.servers.close();
  await server.close();
});

test('a server that accepts and says nothing does not hold up a close', async () => {
  const server = await serve(() => undefined);
  const pool = poolUnderTest({ confined, graceMs: 200 });
  await pool.use({ web: http(server.url) });
  const from = Date.now();
  await pool.servers.close();
  assert.ok(Date.now() - from < 2_000);
  await server.close();
});
