import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type TestContext, test } from 'node:test';
import { isCoded } from '@bakerst/shared/coded-error';
import { boundedFetch } from './bounded-fetch.ts';

async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return `http://127.0.0.1:${address.port}/`;
}

test('a server that accepts and does not answer is a connection that failed', async (t) => {
  const url = await serve(t, () => undefined);
  const impatient = boundedFetch({ fetch, headMs: 50, messageBytes: 1_000 });
  await assert.rejects(
    impatient(url),
    (error) => isCoded(error, 'mcp_connection_failed') && error.retryable && /50 ms/.test(error.message),
  );
});

test('a message that is too large is cut off while it arrives', async (t) => {
  const url = await serve(t, (_request, response) => response.end('x'.repeat(200_000)));
  const response = await boundedFetch({ fetch, headMs: 5_000, messageBytes: 100_000 })(url);
  await assert.rejects(response.text(), (error) => isCoded(error, 'mcp_server_misbehaved'));
});

test('a stream may go on for ever as long as each of its events is small', async (t) => {
  const event = `data: ${'x'.repeat(900)}\n\n`;
  const url = await serve(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let n = 0; n < 50; n += 1) response.write(event);
    response.end();
  });
  const response = await boundedFetch({ fetch, headMs: 5_000, messageBytes: 1_000 })(url);
  assert.equal((await response.text()).length, event.length * 50);
});

test('a redirect is handed back, not followed', async (t) => {
  const url = await serve(t, (_request, response) =>
    response.writeHead(307, { location: 'http://127.0.0.1:9/' }).end(),
  );
  assert.equal((await boundedFetch({ fetch, headMs: 5_000, messageBytes: 1_000 })(url)).status, 307);
});
