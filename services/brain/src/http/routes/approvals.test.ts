import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ApprovalCard } from '@bakerst/shared/guard';
import type { Access } from '@bakerst/shared/identity';
import { type AskedRig, askedRig } from '../rig/asked-rig.ts';

const MAIL: Partial<ApprovalCard> = {
  title: 'Send a mail',
  tool: 'mail__send',
  server: 'mail',
  effect: 'external',
  destination: 'ann@example.com',
  values: [
    { name: 'to', value: 'ann@example.com', origin: 'a page', slot: 'recipient', endorsable: true },
    { name: 'body', value: 'hello', origin: 'the model' },
  ],
};

test('a decision belongs to a card that was shown to the very credential that decides', async (t) => {
  const house = await askedRig(t);
  const token = await house.rig.token();
  const other = { token: await house.rig.token() };
  const by = { token };
  const ask = await house.ask(token, MAIL);
  const elsewhere = await house.ask(token, MAIL);
  const { digest, nonce, obstacle } = await house.show(by, ask);
  assert.equal(obstacle, undefined);
  const decision = { decision: 'approved', digest, nonce };
  assert.equal((await house.post(by, ask, { decision: 'approved', digest })).code, 'invalid_request');
  const wrong = [
    await house.post(by, ask, { ...decision, nonce: 'x'.repeat(43) }),
    await house.post(by, elsewhere, decision),
    await house.post(other, ask, decision),
  ];
  for (const { code, status } of wrong) assert.deepEqual([code, status], ['approval_nonce_invalid', 409]);
  const changed = await house.post(by, ask, { ...decision, digest: 'another' });
  assert.equal(changed.code, 'approval_digest_mismatch');
  house.rig.advance(15 * 60_000 + 1);
  assert.equal((await house.post(by, ask, decision)).code, 'approval_nonce_invalid');
  assert.equal((await house.decide(by, ask)).status, 200);
  assert.equal((await house.decide(by, ask)).code, 'approval_not_open');
  assert.equal((await house.show(by, ask)).obstacle?.code, 'approval_not_open');
});

test('who decides, how it proved itself and what it endorsed is recorded and audited', async (t) => {
  const house = await askedRig(t);
  const token = await house.rig.token();
  const ask = await house.ask(token, MAIL);
  const more = { endorse: ['to'], remember: { names: ['to'], days: 30 }, reason: 'fine' };
  assert.equal((await house.decide({ token }, ask, more)).status, 200);
  const step = house.steps(house.rig.owner, ask).at(-1);
  assert.ok(step?.type === 'approval_decided');
  assert.deepEqual([step.decision, step.endorsed, step.reason], ['approved', ['to'], 'fine']);
  assert.deepEqual([step.proof?.via, step.proof?.fresh], ['token', false]);
  const decided = house.rig.audited().find(({ type }) => type === 'approval.decided');
  assert.deepEqual(
    [decided?.body.via, decided?.body.fresh, decided?.body.fourEyes, decided?.body.endorsed],
    ['token', false, false, 1],
  );
  const granted = house.rig.audited().find(({ type }) => type === 'grant.created');
  assert.equal(granted?.body.slot, 'recipient');
  assert.doesNotMatch(JSON.stringify(granted), /ann@example/, 'no value in the audit log');
  const listed = await house.call('GET', '/api/v1/grants', { token });
  const [grant] = listed.body.items as { id: string; value: string; server: string }[];
  assert.deepEqual([grant?.value, grant?.server], ['ann@example.com', 'mail']);
  assert.equal((await house.call('DELETE', `/api/v1/grants/${grant?.id}`, { token })).status, 204);
  const after = await house.call('GET', '/api/v1/grants', { token });
  assert.ok((after.body.items as { revokedAt?: string }[])[0]?.revokedAt);
  assert.ok(house.rig.audited().some(({ type }) => type === 'grant.revoked'));
});

test('only what the card offers is endorsed, and never for money, exec, admin or beside a denial', async (t) => {
  const house = await askedRig(t);
  const token = await house.rig.token();
  const refused = async (card: Parameters<AskedRig['ask']>[1], more: Record<string, unknown>) => {
    const ask = await house.ask(token, card);
    const { code, status } = await house.decide({ token }, ask, more);
    assert.deepEqual([code, status], ['approval_endorsement_refused', 422], JSON.stringify(more));
    assert.equal((await house.show({ token }, ask)).status, 'open');
  };
  await refused(MAIL, { endorse: ['body'] });
  await refused(MAIL, { endorse: ['to', 'absent'] });
  await refused(MAIL, { decision: 'denied', endorse: ['to'] });
  await refused(MAIL, { remember: { names: ['body'], days: 1 } });
  for (const effect of ['money', 'exec', 'admin'] as const) {
    await refused({ ...MAIL, effect }, { endorse: ['to'] });
    await refused({ ...MAIL, effect }, { remember: { names: ['to'], days: 1 } });
  }
  const slotless = {
    ...MAIL,
    values: [{ name: 'body', value: 'hello', origin: 'the model', endorsable: true }],
  };
  await refused(slotless, { remember: { names: ['body'], days: 1 } });
  await refused({ ...MAIL, stepUp: true }, { proof: { token }, remember: { names: ['to'], days: 1 } });
  const ask = await house.ask(token, MAIL);
  const long = await house.decide({ token }, ask, { remember: { names: ['to'], days: 31 } });
  assert.equal(long.code, 'invalid_request');
});

test('two decisions quicker than anybody reads make the next one type the destination', async (t) => {
  const house = await askedRig(t);
  const token = await house.rig.token();
  const by = { token };
  const asks = [];
  for (let n = 0; n < 5; n += 1) asks.push(await house.ask(token, MAIL));
  const [first, second, third, fourth, fifth] = asks as [Ask, Ask, Ask, Ask, Ask];
  assert.equal((await house.decide(by, first, { readMs: 500 })).status, 200);
  assert.equal((await house.show(by, second)).typing, false);
  assert.equal((await house.decide(by, second, { readMs: 500 })).status, 200);
  assert.equal((await house.show(by, third)).typing, true);
  for (const typed of [undefined, 'ann@example.com ', 'ANN@example.com', '']) {
    const { code, status } = await house.decide(by, third, typed === undefined ? {} : { typed });
    assert.deepEqual([code, status], ['approval_typing_required', 422]);
  }
  assert.equal((await house.decide(by, third, { typed: 'ann@example.com' })).status, 200);
  assert.equal((await house.show(by, fourth)).typing, false, 'a slow one ends it');
  await house.decide(by, fourth, { readMs: 500 });
  assert.equal((await house.decide(by, fifth, { decision: 'denied', readMs: 500 })).status, 200);
  const plain = await house.ask(token, { tool: 'write_note' });
  assert.equal(
    (await house.decide(by, plain, { typed: 'ann@example.com' })).code,
    'approval_typing_required',
  );
  assert.equal((await house.decide(by, plain, { decision: 'denied' })).status, 200, 'no is never made hard');
});

test('a card can ask for typing by itself, and names the tool where there is no destination', async (t) => {
  const house = await askedRig(t);
  const token = await house.rig.token();
  const ask = await house.ask(token, { tool: 'shell__run', typing: true });
  assert.equal((await house.show({ token }, ask)).typing, true);
  assert.equal((await house.decide({ token }, ask)).code, 'approval_typing_required');
  assert.equal((await house.decide({ token }, ask, { typed: 'shell__run' })).status, 200);
});

test('where the policy asks for a fresh sign-in, an old session or a bare token does not approve', async (t) => {
  const house = await askedRig(t);
  const token = await house.rig.token();
  const card = { ...MAIL, stepUp: true };
  const asks = [];
  for (let n = 0; n < 4; n += 1) asks.push(await house.ask(token, card));
  const [first, second, third, fourth] = asks as [Ask, Ask, Ask, Ask];
  const session = await house.session({ code: await house.rig.loginCode() });
  assert.equal((await house.decide(session, first)).status, 200, 'signed in just now');
  house.rig.advance(5 * 60_000);
  const told = await house.decide(session, second);
  assert.deepEqual([told.code, told.status], ['approval_step_up_required', 403]);
  assert.equal((await house.decide(session, second, { proof: { token } })).status, 200);
  const step = house.steps(house.rig.owner, second).at(-1);
  assert.ok(step?.type === 'approval_decided' && step.proof?.via === 'token' && step.proof.fresh);
  assert.equal((await house.decide({ token }, third)).code, 'approval_step_up_required');
  assert.equal((await house.decide({ token }, third, { proof: { token } })).status, 200);
  assert.equal((await house.decide({ token }, fourth, { decision: 'denied' })).status, 200);
});

test('only a live token of the same person with approve is a proof, and guessing is throttled', async (t) => {
  const house = await askedRig(t);
  const { rig } = house;
  const token = await rig.token();
  const ask = await house.ask(token, { ...MAIL, stepUp: true });
  const session = await house.session({ code: await rig.loginCode() });
  rig.advance(6 * 60_000);
  const wrong = [await rig.token(['chat', 'admin']), await rig.stranger(), `bst_${'A'.repeat(43)}`, 'x'];
  for (const proof of wrong) {
    const { code } = await house.decide(session, ask, { proof: { token: proof } });
    assert.equal(code, 'approval_step_up_required');
  }
  const failed = rig.audited().filter(({ type }) => type === 'auth.login_failed');
  assert.deepEqual(new Set(failed.map(({ body }) => body.by)), new Set(['proof']));
  const codes = new Set<string | undefined>();
  for (let n = 0; n < 20; n += 1) {
    codes.add((await house.decide(session, ask, { proof: { token: `bst_${n}` }, readMs: 0 })).code);
  }
  assert.ok(codes.has('login_throttled'));
});

test('a session cannot make itself fresh: by a link, or by a token that approves', async (t) => {
  const house = await askedRig(t);
  const token = await house.rig.token();
  const ask = await house.ask(token, { ...MAIL, stepUp: true });
  const old = await house.session({ code: await house.rig.loginCode() });
  house.rig.advance(6 * 60_000);
  const link = await house.call('POST', '/api/v1/auth/login-code', old);
  const renewed = await house.session({ code: String(link.body.url).split('#code=')[1] ?? '' });
  assert.equal((await house.decide(renewed, ask)).code, 'approval_step_up_required');
  for (const session of [old, renewed]) {
    const json = { name: 'x', scopes: ['approve'] };
    const made = await house.call('POST', '/api/v1/tokens', { ...session, json });
    assert.deepEqual([made.code, made.status], ['fresh_login_required', 403]);
  }
  const fresh = await house.session({ token });
  assert.equal((await house.decide(fresh, ask)).status, 200);
});

test('a second person approves where four eyes are asked, and who asked cannot', async (t) => {
  const house = await askedRig(t);
  const owner = await house.rig.token();
  const { person, token: theirs } = await house.person(owner, 'Ann Lee');
  const ask = await house.ask(owner, { ...MAIL, fourEyes: true });
  const alone = await house.ask(owner, MAIL);
  const own = await house.decide({ token: owner }, ask);
  assert.deepEqual([own.code, own.status], ['approval_needs_second_person', 403]);
  assert.equal((await house.show({ token: owner }, ask)).obstacle?.code, 'approval_needs_second_person');
  const second = await house.session({ token: theirs });
  const listed = await house.call('GET', '/api/v1/approvals?status=open', second);
  const items = listed.body.items as { id: string; requester: { id: string; name: string } }[];
  assert.deepEqual(
    items.map(({ id, requester }) => [id, requester.name]),
    [[ask.approval, 'Owner']],
  );
  assert.equal((await house.show(second, ask)).obstacle, undefined);
  for (const path of [
    `/api/v1/approvals/${alone.approval}`,
    `/api/v1/turns/${ask.turn}`,
    `/api/v1/conversations/${ask.conversation}`,
  ]) {
    const { status } = await house.call('GET', path, second);
    assert.ok(status === 403 || status === 404, `${path}: ${status}`);
  }
  assert.equal((await house.decide(second, ask)).status, 200);
  const step = house.steps(house.rig.owner, ask).at(-1);
  assert.ok(step?.type === 'approval_decided');
  assert.deepEqual([step.actor, step.onBehalfOf], [person, house.rig.owner]);
  const decided = house.rig.audited().find(({ type }) => type === 'approval.decided');
  assert.equal(decided?.body.fourEyes, true);
});

test('nothing is remembered where four eyes are asked', async (t) => {
  const house = await askedRig(t);
  const owner = await house.rig.token();
  const { token } = await house.person(owner, 'Ann');
  const ask = await house.ask(owner, { ...MAIL, fourEyes: true });
  const told = await house.decide({ token }, ask, { remember: { names: ['to'], days: 1 } });
  assert.equal(told.code, 'approval_endorsement_refused');
});

test('without the scope approve nothing is decided, whatever else a credential holds; nor by the brain', async (t) => {
  const house = await askedRig(t);
  const owner = await house.rig.token();
  const ask = await house.ask(owner, MAIL);
  const cli = await house.rig.token([
    'chat',
    'config',
    'admin',
    'speaks-for-user',
    'operator-prompt',
    'metrics',
  ]);
  const shown = await house.show({ token: cli }, ask);
  assert.equal(shown.obstacle?.code, 'approval_not_permitted');
  const decision = { decision: 'approved', digest: shown.digest, nonce: shown.nonce } as const;
  assert.equal((await house.post({ token: cli }, ask, decision)).code, 'scope_missing');
  const metrics = await house.rig.token(['metrics']);
  assert.equal((await house.call('GET', '/api/v1/approvals', { token: metrics })).code, 'scope_missing');
  const { parts } = house.rig;
  const credential = {
    id: 'brain',
    kind: 'token',
    principal: house.rig.owner,
    name: '',
    scopes: [],
  } as const;
  const access: Access = {
    principal: house.rig.owner,
    scopes: new Set(['approve']),
    via: 'system',
    credential: 'brain',
  };
  const { nonce } = parts.approvals.read(access, ask.approval);
  const decider = { access, credential: { ...credential, createdAt: new Date(parts.now()).toISOString() } };
  await assert.rejects(
    parts.approvals.decide(decider, ask.approval, { ...decision, nonce }),
    (error) => error instanceof Error && 'code' in error && error.code === 'approval_not_permitted',
  );
});

type Ask = Awaited<ReturnType<AskedRig['ask']>>;
