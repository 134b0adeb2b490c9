import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { describe, it } from 'node:test';
import { listen } from './listen.ts';
import { startRig } from './rig/edge-rig.ts';

describe('listening', () => {
  it('a taken port and an address that is not ours are errors with a remedy', async () => {
    const rig = await startRig();
    try {
      const { port } = await rig.listen();
      await assert.rejects(listen({ app: rig.app, host: '127.0.0.1', port }), { code: 'port_in_use' });
      await assert.rejects(listen({ app: rig.app, host: '192.0.2.1', port: 0 }), {
        code: 'address_unavailable',
      });
    } finally {
      await rig.close();
    }
  });

  it('asks for the body of a client that waits to be asked', async () => {
    const rig = await startRig();
    try {
      const { port } = await rig.listen();
      const upload = request({
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: '/api/v1/messages',
        headers: {
          authorization: `Bearer ${await rig.token()}`,
          'content-type': 'application/json',
          expect: '100-continue',
        },
      });
      upload.flushHeaders();
      await once(upload, 'continue');
      upload.end('{"parts":[{"type":"words","text":"hi"}]}');
      const [response] = (await once(upload, 'response')) as [IncomingMessage];
      response.resume();
      assert.equal(response.statusCode, 202);
    } finally {
      await rig.close();
    }
  });

  it('stops while a kept-alive connection is open, and cuts a stuck request at the deadline', async () => {
    const rig = await startRig();
    try {
      const server = await rig.listen();
      await (await fetch(`${server.url}/healthz`)).text();
      const stuck = fetch(`${server.url}/api/v1/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${await rig.token()}`, 'content-type': 'application/json' },
        body: new ReadableStream({ pull: () => new Promise(() => undefined) }),
        duplex: 'half',
      }).catch(() => 'cut');
      const began = performance.now();
      await server.close(300);
      assert.ok(performance.now() - began < 3_000);
      assert.equal(await stuck, 'cut');
      await assert.rejects(fetch(`${server.url}/healthz`));
    } finally {
      await rig.close();
    }
  });
});
