import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { LoginLink } from '@bakerst/shared/api/auth';
import { type EdgeRig, type RigRequest, startRig } from '../rig/edge-rig.ts';

const HERE = { origin: 'http://localhost:4221' };

describe('login', () => {
  let rig: EdgeRig;
  before(async () => {
    rig = await startRig();
  });
  after(() => rig.close());

  async function login(body: unknown): Promise<Response> {
    return rig.request('POST', '/api/v1/auth/login', { json: body, headers: HERE });
  }
  function cookieOf(response: Response): string {
    return response.headers.get('set-cookie')?.split(';')[0] ?? '';
  }

  it('a one-time code opens a session with every scope, once', async () => {
    const code = await rig.loginCode();
    const first = await login({ code });
    assert.equal(first.status, 200);
    const cookie = first.headers.get('set-cookie') ?? '';
    assert.match(cookie, /^bakerst_session=bss_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/);
    const me = await rig.request('GET', '/api/v1/me', { headers: { cookie: cookieOf(first) } });
    const body = (await me.json()) as { via: string; scopes: string[] };
    assert.equal(body.via, 'session');
    assert.ok(body.scopes.includes('approve'));
    assert.equal((await login({ code })).status, 401);
  });

  it('a code is void after a quarter of an hour', async () => {
    const code = await rig.loginCode();
    rig.advance(15 * 60_000 + 1);
    assert.equal((await login({ code })).status, 401);
  });

  it('two browsers with the same code: one gets in', async () => {
    rig.advance(60_000);
    const code = await rig.loginCode();
    const statuses = (await Promise.all([login({ code }), login({ code })])).map((r) => r.status).sort();
    assert.deepEqual(statuses, [200, 401]);
  });

  it('a token gives a session its own scopes and no more, and its end ends it', async () => {
    const owner = await rig.token();
    const made = await rig.request('POST', '/api/v1/tokens', {
      token: owner,
      json: { name: 'phone', scopes: ['chat'] },
    });
    const { id, secret } = (await made.json()) as { id: string; secret: string };
    const session = await login({ token: secret });
    const headers = { cookie: cookieOf(session) };
    assert.deepEqual(((await session.json()) as { scopes: string[] }).scopes, ['chat']);
    assert.equal((await rig.request('GET', '/api/v1/tokens', { headers })).status, 403);
    assert.equal((await rig.request('DELETE', `/api/v1/tokens/${id}`, { token: owner })).status, 204);
    assert.equal((await rig.request('GET', '/api/v1/me', { headers })).status, 401);
    assert.equal((await rig.request('GET', '/api/v1/me', { token: secret })).status, 401);
  });

  it('logout ends the session and takes the cookie back', async () => {
    const session = await login({ code: await rig.loginCode() });
    const headers = { cookie: cookieOf(session), ...HERE };
    const out = await rig.request('POST', '/api/v1/auth/logout', { headers });
    assert.equal(out.status, 204);
    assert.match(out.headers.get('set-cookie') ?? '', /bakerst_session=; .*Max-Age=0/);
    assert.equal((await rig.request('GET', '/api/v1/me', { headers })).status, 401);
  });

  describe('with a link made by a credential', () => {
    const link = (request: RigRequest) => rig.request('POST', '/api/v1/auth/login-code', request);
    const codeOf = (url: string) => new URLSearchParams(new URL(url).hash.slice(1)).get('code') ?? '';
    async function made(request: RigRequest): Promise<LoginLink> {
      const response = await link(request);
      assert.equal(response.status, 201);
      return (await response.json()) as LoginLink;
    }

    it('holds what its maker holds and no more: no way to give oneself approve', async () => {
      rig.advance(60_000);
      const token = await rig.token(['chat', 'admin']);
      const { url, scopes, expiresAt } = await made({ token });
      assert.match(url, /^http:\/\/localhost:4221\/login#code=bsl_[\w-]{43}$/);
      assert.deepEqual(scopes, ['chat', 'admin']);
      assert.ok(Date.parse(expiresAt) <= rig.parts.now() + 15 * 60_000);
      const session = await login({ code: codeOf(url) });
      assert.deepEqual(((await session.json()) as { scopes: string[] }).scopes, ['chat', 'admin']);
      const headers = { cookie: cookieOf(session), ...HERE };
      const decision = { decision: 'approved', digest: 'x'.repeat(64) };
      const path = `/api/v1/approvals/${rig.parts.ids('approval')}/decision`;
      const refused = await rig.request('POST', path, { headers, json: decision });
      assert.equal(refused.status, 403);
      const problem = (await refused.json()) as { code: string; remedy: string };
      assert.equal(problem.code, 'scope_missing');
      assert.match(problem.remedy, /printed at start.*bakerst login-link/);
      // Nor by going round twice.
      const again = await made({ headers });
      const second = await login({ code: codeOf(again.url) });
      assert.deepEqual(((await second.json()) as { scopes: string[] }).scopes, ['chat', 'admin']);
      assert.equal((await login({ code: codeOf(url) })).status, 401);
    });

    it('needs admin', async () => {
      const refused = await link({ token: await rig.token(['chat', 'config', 'approve']) });
      assert.equal(refused.status, 403);
    });

    it('is over with the token that made it: the sessions it opened, those they opened, and unused links', async () => {
      rig.advance(60_000);
      const owner = await rig.token();
      const json = { name: 'phone', scopes: ['admin'], expiresInDays: 1 };
      const answer = await rig.request('POST', '/api/v1/tokens', { token: owner, json });
      const { id, secret, expiresAt } = (await answer.json()) as {
        id: string;
        secret: string;
        expiresAt: string;
      };
      const first = await login({ code: codeOf((await made({ token: secret })).url) });
      assert.equal(((await first.clone().json()) as { expiresAt: string }).expiresAt, expiresAt);
      const headers = { cookie: cookieOf(first), ...HERE };
      const second = await login({ code: codeOf((await made({ headers })).url) });
      assert.equal(second.status, 200);
      const unused = [await made({ token: secret }), await made({ headers })];
      assert.equal((await rig.request('DELETE', `/api/v1/tokens/${id}`, { token: owner })).status, 204);
      for (const session of [first, second]) {
        const me = await rig.request('GET', '/api/v1/me', { headers: { cookie: cookieOf(session) } });
        assert.equal(((await me.json()) as { code: string }).code, 'credential_revoked');
      }
      for (const { url } of unused) assert.equal((await login({ code: codeOf(url) })).status, 401);
    });

    it('a token that is revoked while it logs in opens nothing', async () => {
      rig.advance(60_000);
      const owner = await rig.token();
      const json = { name: 'stolen', scopes: ['chat'] };
      const answer = await rig.request('POST', '/api/v1/tokens', { token: owner, json });
      const { id, secret } = (await answer.json()) as { id: string; secret: string };
      const logins = Array.from({ length: 5 }, () => login({ token: secret }));
      const revoked = rig.request('DELETE', `/api/v1/tokens/${id}`, { token: owner });
      logins.push(...Array.from({ length: 3 }, () => login({ token: secret })));
      assert.equal((await revoked).status, 204);
      for (const session of await Promise.all(logins)) {
        const me = await rig.request('GET', '/api/v1/me', { headers: { cookie: cookieOf(session) } });
        assert.equal(me.status, 401);
      }
    });

    it('one token keeps its newest 50 sessions, so that its end can end them all', async () => {
      rig.advance(60_000);
      const owner = await rig.token();
      const json = { name: 'hoarder', scopes: ['chat'] };
      const answer = await rig.request('POST', '/api/v1/tokens', { token: owner, json });
      const { id, secret } = (await answer.json()) as { id: string; secret: string };
      const cookies: string[] = [];
      for (let n = 0; n < 52; n += 1) cookies.push(cookieOf(await login({ token: secret })));
      const status = async (cookie = '') =>
        (await rig.request('GET', '/api/v1/me', { headers: { cookie } })).status;
      assert.deepEqual(
        [await status(cookies[1]), await status(cookies[2]), await status(cookies[51])],
        [401, 200, 200],
      );
      assert.equal((await rig.request('DELETE', `/api/v1/tokens/${id}`, { token: owner })).status, 204);
      assert.deepEqual([await status(cookies[2]), await status(cookies[51])], [401, 401]);
    });

    it('every link is recorded with its maker and scopes, and without its code', () => {
      const events = rig.audited().filter((event) => event.type === 'auth.login_code_created');
      assert.ok(events.some((event) => event.body.by === 'start-up link'));
      assert.ok(events.some((event) => /^tok_/.test(String(event.body.by))));
      assert.ok(events.some((event) => /^ses_/.test(String(event.body.by))));
      assert.doesNotMatch(JSON.stringify(events), /bsl_/);
    });
  });

  it('a token cannot be given scopes its maker does not hold', async () => {
    const token = await rig.token(['chat', 'admin']);
    const json = { name: 'more', scopes: ['chat', 'approve'] };
    const refused = await rig.request('POST', '/api/v1/tokens', { token, json });
    assert.equal(refused.status, 403);
    assert.equal(((await refused.json()) as { code: string }).code, 'scope_not_held');
  });

  it('records logins, logouts and tokens without any secret', async () => {
    const events = rig.audited();
    const types = new Set(events.map((event) => event.type));
    for (const type of ['auth.login_succeeded', 'auth.login_failed', 'auth.logout', 'auth.token_created']) {
      assert.ok(types.has(type as never), type);
    }
    assert.doesNotMatch(JSON.stringify(events), /bs[tls]_[\w-]{20}/);
    assert.doesNotMatch(rig.logged.join('\n'), /bs[tls]_[\w-]{20}/);
  });

  it('failed logins are throttled by address while valid sessions go on', async () => {
    rig.advance(120_000);
    const session = await login({ code: await rig.loginCode() });
    const statuses: number[] = [];
    for (let n = 0; n < 15; n++) statuses.push((await login({ code: 'x'.repeat(47) })).status);
    assert.deepEqual(new Set(statuses), new Set([401, 429]));
    assert.equal(statuses.filter((status) => status === 401).length, 10);
    const refused = await login({ code: await rig.loginCode() });
    assert.equal(refused.status, 429);
    assert.equal(((await refused.json()) as { code: string }).code, 'login_throttled');
    assert.ok(Number(refused.headers.get('retry-after')) >= 1);
    const me = await rig.request('GET', '/api/v1/me', { headers: { cookie: cookieOf(session) } });
    assert.equal(me.status, 200);
    rig.advance(6_001);
    assert.equal((await login({ code: await rig.loginCode() })).status, 200);
  });
});
