import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ApprovalDetail } from '@bakerst/shared/api/guard';
import { isCoded } from '@bakerst/shared/coded-error';
import type { ApprovalCard } from '@bakerst/shared/guard';
import { exitCodeOf } from '../exit-codes.ts';
import { AT, commandNamed, type Line, runCommand } from '../rig/scripted-brain.ts';
import { approvalCommands } from './approvals.ts';

const DIGEST = 'd'.repeat(64);
const card: ApprovalCard = {
  title: 'Send a mail\u{e0041}?',
  tool: 'mail__send',
  server: 'mail',
  effect: 'external',
  asked: 'Send Mary\nthe report',
  values: [
    {
      name: 'to',
      value: 'm\u200bary\u{e0101}\u00ad\u202e@example.org\u001b[2K',
      origin: 'only in: result of web__fetch',
      role: 'control',
      slot: 'recipient',
      proven: false,
      marks: ['hidden characters'],
      endorsable: true,
    },
    { name: 'body', value: 'Hello\n\nWhy you are asked\n  all is well', origin: 'model', role: 'content' },
  ],
  referents: [{ argument: 'file', value: 'f_1', kind: 'file', state: 'unresolvable', title: 'Q1 report' }],
  warnings: ['The server runs without walls.'],
};
const turn = {
  id: 'turn_1',
  conversation: 'conv_1',
  status: 'queued',
  position: 1,
  createdAt: AT,
  seq: 7,
  costMicros: 0,
};
const principal = { id: 'prn_1', kind: 'human', name: 'Ann' };
const me = { principal, scopes: ['approve'], via: 'token', agentName: 'Baker', version: '1' };

function detailOf(
  change: Partial<ApprovalDetail> = {},
  cardChange: Partial<ApprovalCard> = {},
): ApprovalDetail {
  return {
    id: 'apr_1',
    turn: 'turn_1',
    conversation: 'conv_1',
    call: 'call_1',
    digest: DIGEST,
    requestedAt: AT,
    expiresAt: '2026-01-02T04:04:05.006Z',
    status: 'open',
    requester: { id: 'prn_1', name: 'Ann' },
    nonce: 'nonce_1',
    typing: false,
    together: [],
    decided: {
      v: 1,
      id: 'step_1',
      at: AT,
      actor: 'brain_1',
      onBehalfOf: 'prn_1',
      type: 'tool_decided',
      call: 'call_1',
      tool: 'mail__send',
      server: 'mail',
      effect: 'external',
      digest: DIGEST,
      sameCallDigest: 's'.repeat(64),
      idempotent: false,
      verdict: {
        decision: 'ask',
        reasons: [{ rule: 'provenance', message: 'Nobody said so.', remedy: 'Name the address.' }],
        card: { ...card, ...cardChange },
      },
      label: { integrity: 'untrusted', confidentiality: 'internal' },
      policyHash: 'p'.repeat(64),
    },
    ...change,
  };
}

const run = (verb: string, line: Line, detail = detailOf()) =>
  runCommand(commandNamed(approvalCommands, `approvals ${verb}`), { args: ['apr_1'], ...line }, (request) => {
    if (request.path === '/api/v1/me') return me;
    if (request.method === 'POST') return turn;
    return request.path === '/api/v1/approvals/apr_1' ? detail : { items: [detail] };
  });

async function refused(running: Promise<unknown>, code: string, expected: RegExp): Promise<unknown> {
  const error = await running.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(isCoded(error, code), String(error));
  assert.match(`${error.message} ${error.remedy}`, expected);
  return error;
}

describe('the card in the terminal', () => {
  test('shows everything the monitor wrote, with all that a terminal would hide or obey', async () => {
    const { out, code } = await run('show', {});
    assert.equal(code, 0);
    assert.match(out, /^Send a mail<U\+E0041>\?\n/);
    assert.ok(out.includes('m<U+200B>ary<U+E0101><U+00AD><U+202E>@example.org<U+001B>[2K'), out);
    for (const expected of [
      /effect +external: reaches other people/,
      /for +you \(Ann\)/,
      /asked for +Send Mary\n +│ the report/,
      /had read +untrusted content, internal/,
      /to {2}decides the recipient, NOT proven, can be endorsed/,
      /from only in: result of web__fetch/,
      /! hidden characters/,
      /file = f_1: cannot be looked up: it may change after you approve/,
      /Q1 report/,
      /! The server runs without walls/,
      /Nobody said so\. \[provenance\]\n.*Name the address/,
      /counts as denied in 60 min/,
    ]) {
      assert.match(out, expected);
    }
  });

  test('gives foreign text no line of its own: whatever it says stands behind a margin', async () => {
    const { out } = await run('show', {});
    assert.equal(out.match(/^Why you are asked/gm)?.length, 1);
    assert.match(out, /^ {4}│ Why you are asked$/m);
  });

  test('wraps by itself, so that a long value cannot reach the edge and begin a line', async () => {
    const value = `${'x'.repeat(300)} ${'word '.repeat(60)}`;
    const { out } = await run(
      'show',
      {},
      detailOf({}, { values: [{ name: 'body', value, origin: 'model' }] }),
    );
    for (const line of out.split('\n')) assert.ok(line.length <= 100, line);
    assert.equal(out.match(/x/g)?.filter(Boolean).length, 301);
  });
});

describe('approving from the terminal', () => {
  test('shows the card, asks, and decides about the digest and nonce that were shown', async () => {
    const { code, notes, asked } = await run('approve', { types: ['y'], options: { reason: 'fine' } });
    assert.equal(code, 0);
    assert.match(notes, /Nobody said so/);
    assert.deepEqual(asked.at(-1)?.body, {
      decision: 'approved',
      digest: DIGEST,
      nonce: 'nonce_1',
      reason: 'fine',
    });
  });

  test('does nothing where the person does not say yes', async () => {
    for (const answer of ['', 'n', 'yess', 'approve']) {
      const { code, asked } = await run('approve', { types: [answer] });
      assert.equal(code, 1, answer);
      assert.equal(asked.filter(({ method }) => method === 'POST').length, 0);
    }
  });

  test('needs the digest where nobody can be asked, and the right one', async () => {
    await refused(run('approve', {}), 'cli_usage', /--digest d{64}/);
    await refused(run('approve', { options: { yes: true } }), 'cli_usage', /unseen/);
    const wrong = run('approve', { options: { digest: 'e'.repeat(64) } });
    await refused(wrong, 'cli_local_problem', /is not the digest/);
    assert.equal((await run('approve', { options: { digest: DIGEST } })).code, 0);
  });

  test('refuses what it was not shown', async () => {
    const { decided: _card, ...bare } = detailOf();
    await refused(run('approve', { options: { digest: DIGEST } }, bare), 'cli_bad_answer', /unseen/);
  });

  test('endorses only what the card offers, and remembers nothing about money', async () => {
    const { asked } = await run('approve', {
      options: { digest: DIGEST, endorse: ['to'], remember: '7' },
    });
    assert.deepEqual(asked.at(-1)?.body, {
      decision: 'approved',
      digest: DIGEST,
      nonce: 'nonce_1',
      endorse: ['to'],
      remember: { names: ['to'], days: 7 },
    });
    await refused(run('approve', { options: { endorse: ['body'] } }), 'cli_usage', /These can: to/);
    for (const remember of ['0', '31', '1.5', 'x']) {
      const line = { options: { endorse: ['to'], remember } };
      await refused(run('approve', line), 'cli_usage', /1 to 30/);
    }
    const money = run(
      'approve',
      { options: { endorse: ['to'], remember: '1' } },
      detailOf({}, { effect: 'money' }),
    );
    await refused(money, 'cli_usage', /Nothing is remembered for money/);
  });

  test('asks for the destination after quick decisions, and for fresh proof where the card says so', async () => {
    const detail = detailOf({ typing: true }, { stepUp: true, destination: 'mary@example.org' });
    const { asked, notes } = await run('approve', { types: ['mary@example.org', 'y', 'bst_secret'] }, detail);
    assert.deepEqual(asked.at(-1)?.body, {
      decision: 'approved',
      digest: DIGEST,
      nonce: 'nonce_1',
      typed: 'mary@example.org',
      proof: { token: 'bst_secret' },
    });
    assert.doesNotMatch(notes, /bst_secret/);
    assert.match(notes, /goes to +mary@example\.org/);
  });

  test('explains why somebody else must decide, and ends as denied', async () => {
    const obstacle = { code: 'four_eyes', message: 'You asked for it.', remedy: 'Let Bob decide.' };
    const error = await refused(run('approve', {}, detailOf({ obstacle })), 'four_eyes', /Let Bob decide/);
    assert.equal(exitCodeOf(error), 4);
    assert.match(
      (await run('show', {}, detailOf({ obstacle }))).out,
      /You cannot decide it: You asked for it\./,
    );
  });

  test('says so where it is decided already', async () => {
    const done = detailOf({ status: 'denied' });
    await refused(run('approve', {}, done), 'cli_local_problem', /is denied/);
  });
});

test('denying takes a reason and no ceremony', async () => {
  const { asked, notes } = await run('deny', { options: { reason: 'wrong' } });
  assert.match(notes, /Send a mail/);
  assert.deepEqual(asked.at(-1)?.body, {
    decision: 'denied',
    digest: DIGEST,
    nonce: 'nonce_1',
    reason: 'wrong',
  });
});

test('the list says what each would do', async () => {
  const { out, asked } = await run('list', {});
  assert.match(out, /apr_1 +open +just now +external +mail__send +Send a mail/);
  assert.match(asked[0]?.path ?? '', /status=open/);
});
