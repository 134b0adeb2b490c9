import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Scope } from '@bakerst/shared/identity';
import { subjects } from '@bakerst/shared/subjects';
import { startRig } from '../rig/edge-rig.ts';
import { readEvents } from '../rig/read-events.ts';
import { ROUTES } from '../routes.ts';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly 'x-scope': string;
  readonly 'x-errors': readonly string[];
  readonly responses: Record<string, unknown>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, unknown> };
}

describe('the system routes', () => {
  it('the OpenAPI document names every route with summary, scope and errors, and every reference resolves', async () => {
    const rig = await startRig();
    try {
      const response = await rig.request('GET', '/api/v1/openapi.json', { token: await rig.token() });
      const text = await response.text();
      const document = JSON.parse(text) as Document;
      assert.equal(document.openapi, '3.1.0');
      const ids = new Set<string>();
      for (const route of ROUTES) {
        const path = route.path.replaceAll(/:([a-z]+)/g, '{$1}');
        const operation = document.paths[path]?.[route.method.toLowerCase()];
        assert.ok(operation, `${route.method} ${path}`);
        assert.ok(operation.summary.length > 5, path);
        assert.equal(operation['x-scope'], route.access);
        assert.ok(operation['x-errors'].includes('host_refused'), path);
        assert.ok(operation.responses.default, path);
        ids.add(operation.operationId);
      }
      assert.equal(ids.size, ROUTES.length, 'operation ids are unique');
      assert.equal(
        Object.values(document.paths).flatMap(Object.keys).length,
        ROUTES.length,
        'nothing else is in it',
      );
      for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
        assert.ok(document.components.schemas[name ?? ''], name);
      }
      assert.doesNotMatch(text, /#\/\$defs/);
    } finally {
      await rig.close();
    }
  });

  it('what a server says of its failure is read with the scope config, not in a chat', async () => {
    const rig = await startRig();
    try {
      for (const path of ['/api/v1/tools', '/api/v1/status']) {
        const read = async (...scopes: Scope[]) =>
          (await rig.request('GET', path, { token: await rig.token(scopes) })).text();
        assert.match(await read('chat', 'config'), /in its own words/, path);
        const chat = await read('chat');
        assert.match(chat, /It has reported a problem/, path);
        assert.doesNotMatch(chat, /in its own words/, path);
      }
    } finally {
      await rig.close();
    }
  });

  it('probes answer without a credential; readiness says why not', async () => {
    const rig = await startRig({
      notReady: ['the store is opening'],
      settings: { limits: { requestsPerMinute: 1 } },
    });
    try {
      for (let n = 0; n < 5; n++) assert.equal((await rig.request('GET', '/healthz')).status, 200);
      const ready = await rig.request('GET', '/readyz');
      assert.equal(ready.status, 503);
      assert.deepEqual(((await ready.json()) as { reasons: string[] }).reasons, ['the store is opening']);
    } finally {
      await rig.close();
    }
  });

  it('metrics need their own scope and count requests and turns in the Prometheus format', async () => {
    const rig = await startRig();
    try {
      assert.equal((await rig.request('GET', '/metrics')).status, 401);
      assert.equal((await rig.request('GET', '/metrics', { token: await rig.token(['chat']) })).status, 403);
      rig.parts.metrics.turn({ type: 'turn_ended', status: 'completed', durationMs: 700 });
      rig.parts.metrics.turn({ type: 'tool_ended', server: 'we"ird\n', outcome: 'ok', durationMs: 1 });
      const text = await (
        await rig.request('GET', '/metrics', { token: await rig.token(['metrics']) })
      ).text();
      assert.match(text, /bakerst_http_requests_total\{route="GET \/metrics",status="401"\} 1/);
      assert.match(text, /bakerst_turn_seconds_bucket\{le="0\.5"\} 0\n/);
      assert.match(text, /bakerst_turn_seconds_bucket\{le="1"\} 1\n/);
      assert.match(text, /bakerst_turn_seconds_bucket\{le="\+Inf"\} 1\n/);
      assert.match(text, /server="we\\"ird\\n"/);
      for (const line of text.trimEnd().split('\n')) {
        assert.match(line, /^(# (HELP|TYPE) .+|[a-z_]+(\{.*\})? [0-9.e+-]+)$/);
      }
    } finally {
      await rig.close();
    }
  });

  it("change hints reach the principal's own streams only, and streams are bounded", async () => {
    const rig = await startRig();
    try {
      const { url } = await rig.listen();
      const open = async (token: string) =>
        fetch(`${url}/api/v1/events`, { headers: { authorization: `Bearer ${token}` } });
      const mine = await open(await rig.token());
      const theirs = await open(await rig.stranger());
      const change = (id: string) => ({ type: 'changed', what: 'turn', id });
      rig.parts.bus.publish(subjects.changes(rig.owner), { type: 'not one of ours' });
      rig.parts.bus.publish(subjects.changes(rig.owner), change('turn_1'));
      const events = await readEvents(mine, () => true);
      assert.deepEqual(
        events.map(({ data }) => JSON.parse(data)),
        [change('turn_1')],
      );
      await theirs.body?.cancel();
    } finally {
      await rig.close();
    }
  });

  it('a stream ends when its credential is revoked', async () => {
    const rig = await startRig();
    try {
      const { url } = await rig.listen();
      const admin = await rig.token();
      const json = { name: 'tab', scopes: ['chat'] };
      const made = await rig.request('POST', '/api/v1/tokens', { token: admin, json });
      const { id, secret } = (await made.json()) as { id: string; secret: string };
      const stream = await fetch(`${url}/api/v1/events`, { headers: { authorization: `Bearer ${secret}` } });
      const events = readEvents(stream);
      await rig.request('DELETE', `/api/v1/tokens/${id}`, { token: admin });
      assert.deepEqual(await events, []);
    } finally {
      await rig.close();
    }
  });

  it('an event stream without the node server is an error, not half an answer', async () => {
    const rig = await startRig();
    try {
      const response = await rig.request('GET', '/api/v1/events', { token: await rig.token() });
      assert.equal(response.status, 500);
      assert.equal(((await response.json()) as { code: string }).code, 'stream_unavailable');
    } finally {
      await rig.close();
    }
  });
});
