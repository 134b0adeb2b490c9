import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Listening } from './listen.ts';
import { type EdgeRig, startRig } from './rig/edge-rig.ts';

const SEND = { parts: [{ type: 'words', text: 'hi' }] };

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { code: string }).code;
}

/** What one raw connection gets back, until the server closes it or says nothing more. */
async function raw(server: Listening, bytes: string | Buffer): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  await once(socket, 'connect');
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString('latin1');
  });
  socket.on('error', () => undefined);
  socket.write(bytes);
  const deadline = Date.now() + 3_000;
  while (!answer.includes('\r\n\r\n') && Date.now() < deadline) await pause(5);
  await pause(20);
  socket.destroy();
  return answer;
}

describe('what must not happen at the edge', () => {
  let rig: EdgeRig;
  let token: string;
  before(async () => {
    rig = await startRig({ settings: { server: { allowedHosts: ['baker.example'] } } });
    token = await rig.token();
  });
  after(() => rig.close());

  it("a stranger's Host header is refused on every path before anything else", async () => {
    for (const path of ['/', '/api/v1/me', '/v1/models', '/healthz', '/nothing']) {
      for (const host of [
        'evil.example',
        'localhost.evil.example',
        '127.0.0.1.evil.example',
        'evil.example:4221',
      ]) {
        const response = await rig.request('GET', path, { token, headers: { host } });
        assert.equal(response.status, 421, `${host} ${path}`);
      }
    }
    for (const host of [
      'localhost',
      'LOCALHOST:4221',
      '127.0.0.1:1',
      '[::1]:4221',
      'baker.example',
      'baker.example.',
    ]) {
      const response = await rig.request('GET', '/api/v1/me', { token, headers: { host } });
      assert.equal(response.status, 200, host);
    }
  });

  it('a cross-site POST is refused, with a token or with a session', async () => {
    const login = await rig.request('POST', '/api/v1/auth/login', { json: { code: await rig.loginCode() } });
    const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    const foreign = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://localhost:3000' },
      { origin: 'http://localhost:4221', 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of foreign) {
      const withCookie = await rig.request('POST', '/api/v1/messages', {
        json: SEND,
        headers: { cookie, ...headers },
      });
      assert.equal(withCookie.status, 403, JSON.stringify(headers));
      assert.equal(await codeOf(withCookie), 'origin_refused');
      const withToken = await rig.request('POST', '/api/v1/messages', { json: SEND, token, headers });
      assert.equal(withToken.status, 403, JSON.stringify(headers));
    }
    const silent = await rig.request('POST', '/api/v1/messages', { json: SEND, headers: { cookie } });
    assert.equal(silent.status, 403, 'a session without Origin');
    const form = await rig.request('POST', '/api/v1/messages', {
      headers: { cookie, origin: 'http://localhost:4221', 'content-type': 'text/plain' },
      body: JSON.stringify(SEND),
    });
    assert.equal(form.status, 415, 'a form can only send simple types');
    assert.equal(await codeOf(form), 'media_type_refused');
    const own = await rig.request('POST', '/api/v1/messages', {
      json: SEND,
      headers: { cookie, origin: 'http://localhost:4221' },
    });
    assert.equal(own.status, 202);
    assert.equal(own.headers.get('access-control-allow-origin'), null);
    const preflight = await rig.request('OPTIONS', '/api/v1/messages', {
      headers: { origin: 'https://evil.example' },
    });
    assert.equal(preflight.status, 403);
  });

  it('a non-ASCII token is just a wrong token', async () => {
    rig.advance(120_000);
    const server = await rig.listen();
    const bytes = Buffer.from(
      'GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer bst_töken☃',
      'utf8',
    );
    const answer = await raw(
      server,
      Buffer.concat([bytes, Buffer.from([0xff, 0xfe]), Buffer.from('\r\n\r\n')]),
    );
    assert.match(answer, /^HTTP\/1\.1 401 /);
    assert.match(answer, /credential_invalid/);
    assert.equal((await rig.request('GET', '/api/v1/me', { token: 'ÿ'.repeat(47) })).status, 401);
    assert.equal(
      (await rig.request('GET', '/api/v1/me', { headers: { cookie: 'bakerst_session=ÿþ' } })).status,
      401,
    );
  });

  it('1,000 wrong tokens are throttled, recorded a few times, and lock nobody else out', async () => {
    rig.advance(120_000);
    const recorded = rig.audited().length;
    const statuses = new Map<number, number>();
    for (let n = 0; n < 1_000; n++) {
      const wrong = `bst_${String(n).padStart(43, 'A')}`;
      const { status } = await rig.request('GET', '/api/v1/me', { token: wrong });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    assert.ok((statuses.get(401) ?? 0) <= 12, 'only as many as the limit were looked at');
    assert.equal((statuses.get(401) ?? 0) + (statuses.get(429) ?? 0), 1_000);
    assert.equal((await rig.request('GET', '/api/v1/me', { token })).status, 200);
    const denials = rig.audited().slice(recorded);
    assert.ok(denials.length > 0 && denials.length <= 12, `${denials.length} were recorded`);
    assert.deepEqual(new Set(denials.map(({ type }) => type)), new Set(['auth.denied']));
  });

  it('malformed JSON of every kind is a problem with a code', async () => {
    const bodies: (string | Uint8Array<ArrayBuffer>)[] = [
      '{',
      '{"parts":',
      'nul',
      '[1,]',
      '\u0000',
      new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
      `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      '{"parts":[],"parts":[]}',
      '{"__proto__":{"admin":true},"parts":[{"type":"words","text":"x"}]}',
      '{"\\u005f_proto__":1}',
      '{"parts":[{"type":"words","text":"\\ud800"}]}',
    ];
    for (const body of bodies) {
      const headers = { 'content-type': 'application/json' };
      const response = await rig.request('POST', '/api/v1/messages', { token, headers, body });
      assert.equal(response.status, 400, String(body).slice(0, 40));
      assert.equal(await codeOf(response), 'malformed_json', String(body).slice(0, 40));
    }
    const empty = await rig.request('POST', '/api/v1/messages', {
      token,
      headers: { 'content-type': 'application/json' },
    });
    assert.equal(await codeOf(empty), 'body_missing');
    const wrong = await rig.request('POST', '/api/v1/messages', { token, json: { parts: [] } });
    assert.equal(wrong.status, 400);
    const problem = (await wrong.json()) as { code: string; errors: { path: string }[] };
    assert.deepEqual([problem.code, problem.errors[0]?.path], ['invalid_request', 'parts']);
  });

  it('a 110 kB and a 1 MB message are taken whole', async () => {
    for (const size of [110_000, 1_000_000]) {
      const text = '☃'.repeat(size / 3);
      const response = await rig.request('POST', '/api/v1/messages', {
        token,
        json: { parts: [{ type: 'words', text }] },
      });
      assert.equal(response.status, 202);
      const { turn } = (await response.json()) as { turn: { id: string } };
      const read = await rig.request('GET', `/api/v1/turns/${turn.id}`, { token });
      const { steps } = (await read.json()) as { steps: { step: { parts: { text: string }[] } }[] };
      assert.equal(steps[0]?.step.parts[0]?.text, text);
    }
  });

  it('50 MB are refused unread, declared or in chunks', async () => {
    const server = await rig.listen();
    const head =
      `POST /api/v1/messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n` +
      'Content-Type: application/json\r\n';
    const declared = await raw(server, `${head}Content-Length: 52428800\r\n\r\n`);
    assert.match(declared, /^HTTP\/1\.1 413 /);
    assert.match(declared, /body_too_large/);
    const expecting = await raw(server, `${head}Content-Length: 52428800\r\nExpect: 100-continue\r\n\r\n`);
    assert.match(expecting, /^HTTP\/1\.1 413 /, 'no 100 Continue before it');
    let sent = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(0x20));
        if (sent > 60_000_000) controller.close();
      },
    });
    const headers = { 'content-type': 'application/json' };
    const chunked = await rig.request('POST', '/api/v1/messages', { token, headers, body: endless });
    assert.equal(chunked.status, 413);
    assert.ok(sent < 5_000_000, `${sent} bytes were read`);
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  });

  it('a stranger is refused before a byte of the body is read', async () => {
    rig.advance(120_000);
    let pulled = false;
    const body = new ReadableStream<Uint8Array>(
      {
        pull() {
          pulled = true;
        },
      },
      { highWaterMark: 0 },
    );
    const headers = { 'content-type': 'application/json' };
    const response = await rig.request('POST', '/api/v1/messages', { headers, body });
    assert.equal(response.status, 401);
    assert.equal(pulled, false);
  });

  it('bytes that are no HTTP get a problem too', async () => {
    const server = await rig.listen();
    const cases: [string, RegExp][] = [
      ['\u0016\u0003\u0001\u0002\r\n\r\n', /^HTTP\/1\.1 400[\s\S]*"request_malformed"/],
      [`GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'a'.repeat(40_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
      ['GET / HTTP/1.1\r\nHost: a b\r\n\r\n', /^HTTP\/1\.1 400 /],
      ['GET http://evil.example/api/v1/me HTTP/1.1\r\nHost: localhost\r\n\r\n', /^HTTP\/1\.1 (401|421) /],
      ['GET /%ff%fe/../..%2f..%2fetc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n', /^HTTP\/1\.1 404 /],
    ];
    for (const [bytes, status] of cases) {
      const answer = await raw(server, bytes);
      assert.match(answer, status, bytes.slice(0, 40));
      assert.doesNotMatch(answer, /<html/i);
    }
  });

  it('an expired token and a token that was never sent say so', async () => {
    rig.advance(120_000);
    const json = { name: 'short', scopes: ['chat'], expiresInDays: 1 };
    const made = await rig.request('POST', '/api/v1/tokens', { token, json });
    const { secret } = (await made.json()) as { secret: string };
    assert.equal((await rig.request('GET', '/api/v1/me', { token: secret })).status, 200);
    rig.advance(86_400_001);
    assert.equal(
      await codeOf(await rig.request('GET', '/api/v1/me', { token: secret })),
      'credential_expired',
    );
    const none = await rig.request('GET', '/api/v1/me');
    assert.equal(await codeOf(none), 'unauthenticated');
    assert.equal(none.headers.get('www-authenticate'), 'Bearer realm="bakerst"');
    for (const authorization of ['', 'Bearer', 'Basic eDp5', `Bearer  ${token} x`]) {
      const response = await rig.request('GET', '/api/v1/me', { headers: { authorization } });
      assert.equal(response.status, 401, authorization);
    }
  });

  it('a client that hangs up in the middle of its body leaves nothing behind', async () => {
    const server = await rig.listen();
    const count = rig.turns.accepted.length;
    const head = `POST /api/v1/messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n`;
    const body = 'Content-Type: application/json\r\nContent-Length: 500\r\n\r\n{"parts":[';
    const socket = connect(server.port, '127.0.0.1');
    socket.write(head + body);
    await pause(50);
    socket.destroy();
    const deadline = Date.now() + 3_000;
    while (!rig.logged.some((line) => line.includes('body_incomplete')) && Date.now() < deadline)
      await pause(5);
    assert.ok(rig.logged.some((line) => line.includes('body_incomplete')));
    assert.equal(rig.turns.accepted.length, count);
    assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  });

  it("another owner's things are not there", async () => {
    const stranger = await rig.stranger();
    const made = await rig.request('POST', '/api/v1/messages', { token, json: SEND });
    const { turn, conversation } = (await made.json()) as { turn: { id: string }; conversation: string };
    const paths = [
      `/api/v1/turns/${turn.id}`,
      `/api/v1/turns/${turn.id}/events`,
      `/api/v1/conversations/${conversation}`,
      `/api/v1/conversations/${conversation}/turns`,
      `/api/v1/conversations/${conversation}/export`,
    ];
    for (const path of paths) {
      assert.equal((await rig.request('GET', path, { token: stranger })).status, 404, path);
    }
    const into = await rig.request('POST', '/api/v1/messages', {
      token: stranger,
      json: { ...SEND, conversation },
    });
    assert.equal(into.status, 404);
    assert.equal(
      (await rig.request('POST', `/api/v1/turns/${turn.id}/cancel`, { token: stranger })).status,
      404,
    );
    assert.equal(
      (await rig.request('DELETE', `/api/v1/conversations/${conversation}`, { token: stranger })).status,
      404,
    );
  });

  it('a defect answers a problem that says nothing of its cause, and logs it', async () => {
    const broken = await startRig();
    try {
      const secret = 'the cause';
      broken.turns.accept = () => Promise.reject(new Error(secret));
      const response = await broken.request('POST', '/api/v1/messages', {
        token: await broken.token(),
        json: SEND,
      });
      assert.equal(response.status, 500);
      const text = await response.text();
      assert.doesNotMatch(text, /the cause/);
      const { request } = JSON.parse(text) as { request: string };
      assert.ok(broken.logged.some((line) => line.includes(request) && line.includes(secret)));
    } finally {
      await broken.close();
    }
  });
});
