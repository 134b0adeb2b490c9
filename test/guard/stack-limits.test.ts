import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemOf, stepsOf } from '../running/talk.ts';
import { decide, openApprovals, showApproval, typedFor, untilSettled } from './stack-rig/decide.ts';
import { stops } from './stack-rig/fixtures.ts';
import { OFFICE, OFFICE_POLICY } from './stack-rig/office.ts';
import { inWorld } from './stack-rig/servers.ts';
import {
  type Call,
  obeying,
  openStack,
  play,
  type Stack,
  saidOf,
  type Told,
  tell,
} from './stack-rig/stack.ts';

const READ: Call = ['office__read_inbox'];
const WORDS = 'Read my inbox and send a mail to ann@example.com.';
const mail = (to: string): Call => ['office__send_mail', { to: [to], subject: 'Hello', body: 'At noon?' }];
const EVE = mail('eve@evil.example');
const others = (count: number) => Array.from({ length: count }, (_, at) => mail(`e${at}@evil.example`));

async function mails(stack: Stack): Promise<number> {
  return (await stack.arrived('office')).filter(({ tool }) => tool === 'send_mail').length;
}

/** The one approval that the turn waits for. */
async function waitsFor(stack: Stack, { turn }: Told): Promise<string> {
  const open = (await openApprovals(stack)).filter((one) => one.turn === turn.id);
  assert.equal(open.length, 1);
  return open[0]?.id ?? '';
}

test('how often a person is asked', async (t) => {
  const stack = await openStack(t, {
    servers: { office: inWorld(OFFICE) },
    policy: { asksPerRequest: 3, servers: { office: OFFICE_POLICY } },
  });

  await t.test('after three times the card wants its destination typed, and nothing else does', async () => {
    const calls = others(4);
    let told = await tell(stack, WORDS, [READ, ...calls]);
    for (const at of [0, 1, 2]) {
      const { decided } = await showApproval(stack, await waitsFor(stack, told));
      assert.ok(decided?.type === 'tool_decided' && decided.verdict.decision === 'ask');
      assert.equal(decided.verdict.card.typing, undefined, `card ${at}`);
      told = await decide(stack, told, { decision: 'approved', andThen: calls.slice(at + 1) });
    }
    const approval = await waitsFor(stack, told);
    const shown = await showApproval(stack, approval);
    assert.equal(shown.typing, true);
    const before = await mails(stack);
    for (const typed of [undefined, '', 'yes', 'E3@evil.example', 'e3@evil.example ', 'e2@evil.example']) {
      const body = JSON.stringify({ decision: 'approved', nonce: shown.nonce, digest: shown.digest, typed });
      const answer = await stack.console.call(`/api/v1/approvals/${approval}/decision`, {
        method: 'POST',
        body,
      });
      assert.equal((await problemOf(answer, 422)).code, 'approval_typing_required', String(typed));
    }
    assert.equal(await mails(stack), before);
    assert.deepEqual(typedFor(shown), { typed: 'e3@evil.example' });
    const done = await decide(stack, told, { decision: 'approved' });
    assert.equal(done.turn.status, 'completed');
    assert.equal(await mails(stack), before + 1);
  });

  await t.test('after twelve times nothing more is asked: it is denied', async () => {
    const calls = others(13);
    let told = await tell(stack, WORDS, [READ, ...calls]);
    const before = await mails(stack);
    for (let at = 0; at < 12; at += 1)
      told = await decide(stack, told, { decision: 'approved', andThen: calls.slice(at + 1) });
    assert.equal(told.turn.status, 'completed', JSON.stringify([saidOf(told), told.turn.steps.at(-1)]));
    assert.equal(await mails(stack), before + 12);
    assert.match(saidOf(told).at(-1) ?? '', /^deny .*too-many-asks/);
  });

  await t.test(
    'after a no under taint nothing that reaches others is asked for in this request',
    async () => {
      const before = await mails(stack);
      const pay: Call = ['office__pay', { recipient: 'GB33BUKB20201555555555', amount: 1 }];
      const remove: Call = ['office__delete_mails', { filter: { from: 'ann' } }];
      const told = await tell(stack, WORDS, [READ, EVE]);
      const done = await decide(stack, told, {
        decision: 'denied',
        andThen: [EVE, mail('mallory@evil.example'), pay, remove, mail('ann@example.com'), READ],
      });
      assert.equal(done.turn.status, 'completed', 'the conversation goes on');
      const said = saidOf(done).slice(2);
      for (const verdict of said.slice(0, -1)) assert.match(verdict, /^deny .*after-denial/);
      assert.equal(said.at(-1), 'allow', 'it may still read');
      assert.equal(await mails(stack), before);
      assert.equal(stepsOf(done.turn, 'approval_requested').length, 1);
    },
  );

  await t.test('a new message starts afresh', async () => {
    const told = await tell(stack, WORDS, [READ, EVE]);
    const denied = await decide(stack, told, { decision: 'denied' });
    const before = await mails(stack);
    const words = { conversation: denied.conversation, text: 'Send the mail to ann@example.com after all.' };
    const again = await tell(stack, words, [mail('ann@example.com'), EVE]);
    assert.deepEqual(
      saidOf(again).map((said) => said.split(' ')[0]),
      ['allow', 'ask'],
    );
    assert.equal(await mails(stack), before + 1);
    await decide(stack, again, { decision: 'denied' });
  });

  await t.test('the same call is never asked twice in a request, however it is written', async () => {
    const before = await mails(stack);
    const told = await tell(stack, 'What is new?', [EVE]);
    const again: Call = [
      'office__send_mail',
      '{"body":"At noon?", "to":["eve@evil.example"],"subject":"Hello"}',
    ];
    const done = await decide(stack, told, { decision: 'denied', andThen: [EVE, again] });
    assert.deepEqual(
      saidOf(done)
        .slice(1)
        .map((said) => /asked-before/.test(said)),
      [true, true],
    );
    assert.equal(stepsOf(done.turn, 'approval_requested').length, 1);
    assert.equal(await mails(stack), before);
  });

  await t.test('several calls of one answer are decided one by one, and count as one time', async () => {
    const before = await mails(stack);
    const [one = EVE, other = EVE] = others(2);
    const script = obeying([]);
    stack.model.play(script);
    const toolCalls = [one, other].map(([name, args]) => ({ name, arguments: args }));
    const told = await play(stack, 'What is new?', [{ kind: 'answer', toolCalls }]);
    const open = (await openApprovals(stack)).filter(({ turn }) => turn === told.turn.id);
    assert.equal(open.length, 2);
    const [first] = open.toReversed();
    assert.ok(first);
    const shown = await showApproval(stack, first.id);
    assert.deepEqual(shown.together.length, 1);
    stack.model.play(script);
    const body = { decision: 'approved', nonce: shown.nonce, digest: shown.digest, ...typedFor(shown) };
    const path = `/api/v1/approvals/${first.id}/decision`;
    const answer = await stack.console.call(path, { method: 'POST', body: JSON.stringify(body) });
    assert.equal(answer.status, 200, await answer.clone().text());
    const half = await untilSettled(stack, told);
    assert.equal(half.turn.status, 'parked', 'the other one still waits');
    const done = await decide(stack, half, { decision: 'denied' });
    assert.equal(done.turn.status, 'completed');
    assert.equal(await mails(stack), before + 1);
  });

  await t.test('what was endorsed counts for its slot in this request, and for nothing else', async () => {
    const before = await mails(stack);
    const ben = 'ben@example.org';
    const words = 'Read my inbox, send a mail to ann@example.com, and send a mail that thanks for it.';
    const told = await tell(stack, words, [READ, mail(ben)]);
    const share: Call = ['office__share_file', { file: 'wages.txt', who: ben, permission: 'read' }];
    const done = await decide(stack, told, { decision: 'approved', endorse: ['to[0]'], andThen: [share] });
    assert.match(saidOf(done).at(-1) ?? '', /^ask .*unproven-value/, 'the file was never named');
    assert.equal(await mails(stack), before + 1);
    await decide(stack, done, { decision: 'denied' });
    await stops(stack, { words: WORDS, calls: [READ, mail(ben)] });
  });
});
