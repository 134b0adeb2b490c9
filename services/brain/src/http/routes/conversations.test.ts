import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type EdgeRig, startRig } from '../rig/edge-rig.ts';

describe('conversations, attachments, approvals and the rest of the API', () => {
  let rig: EdgeRig;
  let token: string;
  before(async () => {
    rig = await startRig();
    token = await rig.token();
  });
  after(() => rig.close());

  async function call<T>(
    method: string,
    path: string,
    json?: unknown,
  ): Promise<{ status: number; body: T; response: Response }> {
    const response = await rig.request(method, path, { token, ...(json === undefined ? {} : { json }) });
    const text = await response.clone().text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, body: (isJson ? JSON.parse(text) : text) as T, response };
  }
  async function send(text: string, conversation?: string): Promise<string> {
    const json = { parts: [{ type: 'words', text }], ...(conversation ? { conversation } : {}) };
    const response = await rig.request('POST', '/api/v1/messages', {
      token,
      json,
      headers: { prefer: 'wait=5' },
    });
    assert.equal(response.status, 200);
    return ((await response.json()) as { conversation: string }).conversation;
  }

  it('makes, lists, renames, pins, searches and deletes a conversation', async () => {
    const made = await call<{ id: string; title: string }>('POST', '/api/v1/conversations', {
      title: 'Trip',
    });
    assert.equal(made.status, 201);
    const path = `/api/v1/conversations/${made.body.id}`;
    assert.equal(made.response.headers.get('location'), path);
    await send('Where is the marzipan?', made.body.id);
    const changed = await call<{ title: string; pinned: boolean }>('PATCH', path, {
      title: 'Sweets',
      pinned: true,
    });
    assert.deepEqual([changed.body.title, changed.body.pinned], ['Sweets', true]);
    const listed = await call<{ items: { id: string }[] }>('GET', '/api/v1/conversations?limit=5');
    assert.equal(listed.body.items[0]?.id, made.body.id);
    const found = await call<{ items: { conversation: string }[] }>('GET', '/api/v1/search?q=marzi');
    assert.equal(found.body.items[0]?.conversation, made.body.id);
    assert.equal((await call('DELETE', path)).status, 204);
    assert.equal((await call('GET', path)).status, 404);
    assert.ok(rig.audited().some((event) => event.type === 'admin.conversation_deleted'));
  });

  it('pages through turns, newest first', async () => {
    const conversation = await send('one');
    for (const text of ['two', 'three']) await send(text, conversation);
    const path = `/api/v1/conversations/${conversation}/turns`;
    const first = await call<{ items: { position: number }[]; next?: number }>('GET', `${path}?limit=2`);
    assert.deepEqual(
      first.body.items.map(({ position }) => position),
      [3, 2],
    );
    const rest = await call<typeof first.body>('GET', `${path}?limit=2&before=${first.body.next}`);
    assert.deepEqual(
      rest.body.items.map(({ position }) => position),
      [1],
    );
    assert.equal(rest.body.next, undefined);
    assert.equal((await call('GET', `${path}?limit=1000`)).status, 400);
  });

  it('exports everything as JSON and as Markdown, as a download, and records it', async () => {
    const conversation = await send('Tell me\n# not a heading');
    const path = `/api/v1/conversations/${conversation}/export`;
    const asJson = await call<{ turns: { steps: unknown[] }[] }>('GET', path);
    assert.equal(asJson.body.turns.length, 1);
    assert.match(
      asJson.response.headers.get('content-disposition') ?? '',
      /^attachment; filename="conv_.*\.json"$/,
    );
    const asText = await call<string>('GET', `${path}?format=markdown`);
    assert.match(asText.body, /Tell me[\s\S]*Hello, world\./);
    assert.equal(rig.audited().filter((event) => event.type === 'admin.conversation_exported').length, 2);
    assert.equal((await call('GET', `${path}?format=exe`)).status, 400);
  });

  it('an unknown model is refused before anything is stored', async () => {
    const count = rig.turns.accepted.length;
    const json = { parts: [{ type: 'words', text: 'x' }], model: 'acme/none' };
    assert.equal((await call('POST', '/api/v1/messages', json)).status, 404);
    assert.equal((await call('POST', '/api/v1/conversations', { model: 'acme/none' })).status, 404);
    assert.equal(rig.turns.accepted.length, count);
  });

  it('takes files of known kinds by their bytes and only ever hands them out as downloads', async () => {
    const upload = (name: string, type: string, body: Uint8Array<ArrayBuffer> | string) =>
      rig.request('POST', `/api/v1/attachments?name=${encodeURIComponent(name)}`, {
        token,
        headers: { 'content-type': type },
        body,
      });
    const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
    const made = await upload('../../a"\u202egnp.exe\r\nX: y.png', 'image/png', png);
    assert.equal(made.status, 201);
    const { id, name, mediaType } = (await made.json()) as { id: string; name: string; mediaType: string };
    assert.deepEqual([name, mediaType], ['a"gnp.exeX: y.png', 'image/png']);
    const got = await rig.request('GET', `/api/v1/attachments/${id}`, { token });
    assert.deepEqual(new Uint8Array(await got.arrayBuffer()), png);
    assert.match(got.headers.get('content-disposition') ?? '', /^attachment; filename\*=UTF-8''a%22/);
    assert.equal(got.headers.get('x-content-type-options'), 'nosniff');
    assert.match(got.headers.get('content-security-policy') ?? '', /^sandbox;/);

    const page = await upload('x.html', 'text/html', '<script>alert(1)</script>');
    const html = (await page.json()) as { id: string };
    const served = await rig.request('GET', `/api/v1/attachments/${html.id}`, { token });
    assert.equal(served.headers.get('content-type'), 'text/plain; charset=utf-8');

    const fake = await upload('x.png', 'image/png', 'no png');
    assert.equal(fake.status, 415);
    assert.equal(((await fake.json()) as { code: string }).code, 'attachment_type_refused');
    assert.equal((await upload('x.txt', 'text/plain', png)).status, 415);
    assert.equal((await upload('x.exe', 'application/x-msdownload', 'MZ')).status, 415);
    assert.equal((await upload('x.bin', 'text/plain', new Uint8Array([0, 1, 2]))).status, 415);
    assert.equal((await upload('x.txt', 'text/plain', new Uint8Array(0))).status, 400);
    const parts = [{ type: 'attachment', attachment: id }];
    assert.equal((await call('POST', '/api/v1/messages', { parts })).status, 202);
    assert.deepEqual(rig.turns.accepted.at(-1)?.parts[0], {
      type: 'attachment',
      attachment: id,
      name,
      mediaType,
      bytes: 11,
      sha256: (rig.turns.accepted.at(-1)?.parts[0] as { sha256: string } | undefined)?.sha256,
    });
    const stranger = await rig.stranger();
    assert.equal(
      (await rig.request('POST', '/api/v1/messages', { token: stranger, json: { parts } })).status,
      404,
    );
  });

  it('a file above the limit is refused', async () => {
    const small = await startRig({ settings: { limits: { attachmentBytes: 1_024 } } });
    try {
      const response = await small.request('POST', '/api/v1/attachments?name=a', {
        token: await small.token(),
        headers: { 'content-type': 'text/plain' },
        body: 'a'.repeat(1_025),
      });
      assert.equal(response.status, 413);
    } finally {
      await small.close();
    }
  });

  it('only the scope approve decides an approval', async () => {
    const hello = rig.turns.script;
    rig.turns.script = (turn) => turn.park();
    const json = { parts: [{ type: 'words', text: 'write it' }] };
    const parked = await rig.request('POST', '/api/v1/messages', {
      token,
      json,
      headers: { prefer: 'wait=5' },
    });
    rig.turns.script = hello;
    const { approval } = (await parked.json()) as { approval: string };
    const listed = await call<{ items: { id: string; digest: string }[] }>(
      'GET',
      '/api/v1/approvals?status=open',
    );
    const [open] = listed.body.items;
    assert.equal(open?.id, approval);
    const shown = await call<{ nonce: string }>('GET', `/api/v1/approvals/${approval}`);
    const decision = { decision: 'approved', digest: open?.digest, nonce: shown.body.nonce };
    const cli = await rig.token(['chat', 'config', 'admin', 'speaks-for-user', 'metrics']);
    const path = `/api/v1/approvals/${approval}/decision`;
    assert.equal((await rig.request('POST', path, { token: cli, json: decision })).status, 403);
    assert.equal((await call('POST', path, decision)).status, 200);
    assert.equal((await call('POST', path, decision)).status, 409);
  });

  it('answers models, tools, status, configuration and their schemas as documented', async () => {
    for (const path of [
      'models',
      'tools',
      'status',
      'config',
      'config/runtime',
      'config/history',
      'config/schema',
      'me',
    ]) {
      assert.equal((await call('GET', `/api/v1/${path}`)).status, 200, path);
    }
    const put = { expectedVersion: 0, value: { agentName: 'Irene' } };
    assert.equal((await call('PUT', '/api/v1/config/runtime', put)).status, 200);
    const loose = {
      expectedVersion: 0,
      value: { mcpServers: { x: { transport: 'stdio', command: 'x', unconfined: true } } },
    };
    assert.equal((await call('PUT', '/api/v1/config/runtime', loose)).status, 400);
    const server = { server: { transport: 'http', url: 'http://127.0.0.1:9/mcp' } };
    assert.equal((await call('PUT', '/api/v1/mcp-servers/files', server)).status, 200);
    assert.equal((await call('PUT', '/api/v1/mcp-servers/core', server)).status, 400);
    assert.equal((await call('DELETE', '/api/v1/mcp-servers/files')).status, 200);
    assert.equal((await call('POST', '/api/v1/tool-servers/files/restart')).status, 204);
    const chat = await rig.token(['chat']);
    assert.equal(
      (await rig.request('PUT', '/api/v1/config/runtime', { token: chat, json: put })).status,
      403,
    );
  });

  it('other methods on a path are 405 with Allow, HEAD is GET without a body, unknown paths are problems', async () => {
    const wrong = await call<{ code: string }>('PUT', '/api/v1/conversations');
    assert.equal(wrong.status, 405);
    assert.equal(wrong.body.code, 'method_not_allowed');
    assert.equal(wrong.response.headers.get('allow'), 'GET, HEAD, POST');
    const head = await rig.app.request('http://localhost/healthz', { method: 'HEAD' });
    assert.deepEqual([head.status, await head.text()], [200, '']);
    for (const path of ['/api/v1/none', '/api/none', '/v1/none', '/api', '/healthz/x']) {
      const response = await rig.request('GET', path, { token, headers: { accept: 'text/html' } });
      assert.equal(response.status, 404, path);
      assert.match(await response.text(), /"code":"route_not_found"/, path);
    }
  });
});
