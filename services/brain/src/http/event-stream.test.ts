import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { describe, it } from 'node:test';
import { type EventStream, serveEvents } from './event-stream.ts';
import { createStreamSlots } from './stream-slots.ts';

/** One stream over a real socket, with a client that reads only when told. */
async function withStream(
  options: { heartbeatMs?: number; stallMs?: number },
  run: (stream: EventStream, client: ReturnType<typeof connect>, outgoing: ServerResponse) => Promise<void>,
): Promise<void> {
  const served = Promise.withResolvers<void>();
  const server = createServer((_, outgoing) => {
    serveEvents(outgoing, { headers: {}, endedBy: [], ...options }, (stream) =>
      run(stream, client, outgoing),
    ).then(served.resolve, served.reject);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => undefined);
  client.pause();
  client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  try {
    await served.promise;
  } finally {
    client.destroy();
    server.close();
  }
}

describe('an event stream', () => {
  it('makes its producer wait while the client reads nothing, and go on when it reads', async () => {
    await withStream({}, async (stream, client) => {
      const data = 'x'.repeat(1_000_000);
      let waited = false;
      const flood = (async () => {
        for (let n = 0; n < 12; n++) await stream.write({ data });
      })();
      await Promise.race([flood, new Promise((resolve) => setTimeout(resolve, 200))]);
      waited = await Promise.race([flood.then(() => false), Promise.resolve(true)]);
      assert.equal(waited, true, 'twelve megabytes do not fit into a socket nobody reads');
      client.resume();
      await flood;
    });
  });

  it('gives up on a client that reads nothing for too long', async () => {
    await withStream({ stallMs: 50 }, async (stream, _client, outgoing) => {
      const data = 'x'.repeat(1_000_000);
      for (let n = 0; n < 30 && !stream.signal.aborted; n++) {
        await stream.write({ data });
        if (outgoing.destroyed) break;
      }
      assert.equal(outgoing.destroyed, true);
    });
  });

  it('sends a comment while nothing happens', async () => {
    await withStream({ heartbeatMs: 5 }, async (_stream, client) => {
      client.resume();
      let seen = '';
      for await (const chunk of client.iterator({ destroyOnReturn: false })) {
        seen += String(chunk);
        if (/\r\n:\n\n/.test(seen)) break;
      }
      assert.match(seen, /retry: \d+\n\n/);
    });
  });

  it('knows at once when the client hung up', async () => {
    await withStream({}, async (stream, client) => {
      const aborted = once(stream.signal, 'abort');
      client.destroy();
      await aborted;
      await stream.write({ data: 'to nobody' });
    });
  });

  it('open streams of one principal are bounded and given back, and end with their credential', () => {
    const slots = createStreamSlots(2);
    const first = slots.enter({ id: 'tok_1', principal: 'a' });
    const second = slots.enter({ id: 'tok_2', principal: 'a' });
    assert.throws(() => slots.enter({ id: 'tok_1', principal: 'a' }), { code: 'too_many_streams' });
    slots.enter({ id: 'tok_3', principal: 'b' });
    slots.endAll('tok_1');
    assert.deepEqual([first.revoked.aborted, second.revoked.aborted], [true, false]);
    first.leave();
    slots.enter({ id: 'tok_1', principal: 'a' });
    assert.equal(slots.open(), 3);
  });
});
