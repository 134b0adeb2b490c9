import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreatedStop } from '@bakerst/shared/api/guard';
import { startBrainProcess } from '../running/brain-process.ts';
import { openConsole } from '../running/console-session.ts';
import { publishedServer, untilServer } from '../running/mcp-servers.ts';
import { problemOf, readTurn, send, stepsOf, until, untilOver } from '../running/talk.ts';
import { openApprovals, showApproval } from './stack-rig/decide.ts';
import { passes, stops } from './stack-rig/fixtures.ts';
import { OFFICE, OFFICE_POLICY } from './stack-rig/office.ts';
import { inWorld } from './stack-rig/servers.ts';
import { type Call, json, obeying, openStack, type Stack, tell } from './stack-rig/stack.ts';

const WORDS = 'Read my inbox and send a mail to ann@example.com.';
const READ: Call = ['office__read_inbox'];
const mail = (to: string): Call => ['office__send_mail', { to: [to], subject: 'Hello', body: 'At noon?' }];
const SLOW: Call = ['ev__trigger-long-running-operation', { duration: 30, steps: 30 }];

async function stop({ console }: Stack, scope: string, target = ''): Promise<CreatedStop> {
  const body = JSON.stringify({ scope, target });
  return CreatedStop.parse(await json(console, '/api/v1/stops', { method: 'POST', body }));
}

async function lift({ console }: Stack, id: string): Promise<void> {
  const answer = await console.call(`/api/v1/stops/${id}`, { method: 'DELETE' });
  assert.ok(answer.ok, await answer.text());
}

async function restart(stack: Stack, t: Parameters<typeof startBrainProcess>[0]): Promise<void> {
  await stack.brain.end('SIGKILL');
  stack.brain = await startBrainProcess(t, { after: stack.brain });
  stack.console = await openConsole(stack.brain);
  for (const server of ['office', 'ev']) await untilServer(stack.brain, server, 'ready');
}

test('the kill switch', async (t) => {
  const slow = { effect: 'read', arguments: { duration: { role: 'content' }, steps: { role: 'content' } } };
  const stack = await openStack(t, {
    servers: {
      office: inWorld(OFFICE),
      ev: () => publishedServer('everything', { unconfined: true }) as never,
    },
    policy: {
      servers: {
        office: OFFICE_POLICY,
        ev: { clearance: 'internal', tools: { 'trigger-long-running-operation': slow } },
      },
    },
  });
  const call = 'ev__trigger-long-running-operation';

  await t.test('ends a call that runs, and what waits for a person', async () => {
    const waits = await stops(stack, { words: WORDS, calls: [READ, mail('eve@evil.example')] });
    const approval = (await openApprovals(stack)).find(({ turn }) => turn === waits.told.turn.id)?.id ?? '';
    const { nonce, digest } = await showApproval(stack, approval);
    stack.model.play(obeying([SLOW, mail('ann@example.com')]));
    const { turn } = await send(stack.brain, `Wait, then send a mail to ann@example.com.`);
    await until('the call runs', async () =>
      stepsOf(await readTurn(stack.brain, turn.id), 'tool_started').length > 0 ? true : undefined,
    );
    const from = performance.now();
    const { id, cancelledTurns } = await stop(stack, 'everything');
    assert.equal(cancelledTurns, 2);
    const over = await untilOver(stack.brain, turn.id);
    assert.ok(performance.now() - from < 5_000, 'long before the call would have ended');
    assert.equal(over.status, 'cancelled');
    assert.notEqual(stepsOf(over, 'tool_ended')[0]?.outcome, 'ok');
    const body = JSON.stringify({ decision: 'approved', nonce, digest });
    const late = await stack.console.call(`/api/v1/approvals/${approval}/decision`, { method: 'POST', body });
    assert.equal((await problemOf(late, 409)).code, 'approval_not_open');
    await lift(stack, id);
    assert.deepEqual(
      (await stack.arrived('office')).filter(({ tool }) => tool === 'send_mail'),
      [],
    );
  });

  await t.test(
    'holds everything, also after a kill, until it is lifted; the conversation goes on',
    async () => {
      const { id } = await stop(stack, 'everything');
      const stopped = { words: WORDS, calls: [mail('ann@example.com')] };
      assert.deepEqual((await stops(stack, stopped)).rules, ['stopped']);
      await restart(stack, t);
      const { told, rules } = await stops(stack, stopped);
      assert.deepEqual(rules, ['stopped']);
      assert.equal(told.turn.status, 'completed', 'it still answers');
      const note: Call = ['write_note', { title: 'a', text: 'b' }];
      assert.equal(
        (await tell(stack, 'Note it.', [note])).verdicts[0]?.decision,
        'deny',
        'tools of the house too',
      );
      await lift(stack, id);
      await passes(stack, { words: WORDS, calls: [READ, mail('ann@example.com')] });
    },
  );

  for (const [scope, target] of [
    ['server', 'office'],
    ['tool', 'office__send_mail'],
  ] as const)
    await t.test(`of a ${scope} holds that and nothing else`, async () => {
      const { id } = await stop(stack, scope, target);
      const { rules } = await stops(stack, { words: WORDS, calls: [mail('ann@example.com')] });
      assert.deepEqual(rules, ['stopped']);
      const other: Call = [call, { duration: 0.01, steps: 1 }];
      const told = await tell(stack, 'Wait a moment.', [other]);
      assert.equal(told.verdicts[0]?.decision, 'allow');
      await lift(stack, id);
      await passes(stack, { words: WORDS, calls: [mail('ann@example.com')] });
    });

  await t.test('of a conversation holds that one alone', async () => {
    const { conversation } = await tell(stack, 'Hello.', []);
    const { id } = await stop(stack, 'conversation', conversation);
    const text = WORDS;
    const { rules } = await stops(stack, { words: { conversation, text }, calls: [mail('ann@example.com')] });
    assert.deepEqual(rules, ['stopped']);
    await passes(stack, { words: WORDS, calls: [mail('ann@example.com')] });
    await lift(stack, id);
    await passes(stack, { words: { conversation, text }, calls: [mail('ann@example.com')] });
  });

  await t.test('a model can neither lift it nor name a tool around it', async () => {
    const { id } = await stop(stack, 'everything');
    const calls: Call[] = [
      ['lift_stop', { id }],
      ['core__lift_stop', { id }],
      ['OFFICE__send_mail', mail('ann@example.com')[1]],
      ['office__send_mail ', mail('ann@example.com')[1]],
      ['send_mail', mail('ann@example.com')[1]],
    ];
    for (const one of calls)
      assert.equal((await stops(stack, { words: WORDS, calls: [one] })).verdict.decision, 'deny');
    await lift(stack, id);
  });

  await t.test('a call that ran when the program was killed is not made again', async () => {
    stack.model.play(obeying([SLOW]));
    const { turn } = await send(stack.brain, 'Wait.');
    await until('the call runs', async () =>
      stepsOf(await readTurn(stack.brain, turn.id), 'tool_started').length > 0 ? true : undefined,
    );
    await stop(stack, 'everything');
    await restart(stack, t);
    const over = await untilOver(stack.brain, turn.id);
    assert.equal(stepsOf(over, 'tool_started').length, 1);
    assert.equal(over.status, 'cancelled');
  });
});
