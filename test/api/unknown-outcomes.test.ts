import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Approval, type TurnWithSteps } from '@bakerst/shared/api/conversations';
import { ApprovalDetail } from '@bakerst/shared/api/guard';
import { hostileServer } from '@bakerst/testkit/hostile-mcp/hostile-server';
import { callTool, say } from '@bakerst/testkit/model-servers/script';
import { acceptFreely, withdraw } from '../running/accept-tools.ts';
import { type BrainProcess, startBrainProcess } from '../running/brain-process.ts';
import { openConsole } from '../running/console-session.ts';
import { killBelow, missingSandbox, publishedServer, untilServer } from '../running/mcp-servers.ts';
import { scriptedModel } from '../running/scripted-models.ts';
import {
  ask,
  newConversation,
  problemOf,
  readTurn,
  send,
  stepsOf,
  until,
  untilOver,
} from '../running/talk.ts';

const SLOW = 'ev__trigger-long-running-operation';
const SLOWLY = { duration: 2, steps: 2 };

async function openApprovals(brain: BrainProcess): Promise<readonly Approval[]> {
  const { items } = (await (await brain.call('/api/v1/approvals?status=open')).json()) as {
    items: unknown[];
  };
  return items.map((one) => Approval.parse(one));
}

function outcomes(turn: TurnWithSteps): readonly string[] {
  return stepsOf(turn, 'tool_ended').map((step) => step.outcome);
}

test('a tool server that is killed in mid-call', async (t) => {
  const model = await scriptedModel(t);
  const brain = await startBrainProcess(t, {
    config: {
      ...model.config,
      mcpServers: { ev: publishedServer('everything') },
    },
  });
  const missing = await missingSandbox(brain);
  if (missing !== undefined) return t.skip(missing);
  const console = await openConsole(brain);
  const { id: conversation } = await newConversation(brain);
  await untilServer(brain, 'ev', 'ready');
  await acceptFreely(brain, 'ev', { tools: ['trigger-long-running-operation'] });
  const callSlowly = () => model.play([callTool(SLOW, SLOWLY), say('So be it.')]);

  await t.test('leaves a call whose outcome is unknown, for the model and for the person', async () => {
    callSlowly();
    const { turn } = await send(brain, 'Take your time.', { conversation });
    await until('the call runs', async () =>
      stepsOf(await readTurn(brain, turn.id), 'tool_started').length > 0 ? true : undefined,
    );
    await killBelow(brain.pid, 'mcp-server-everything');
    const over = await untilOver(brain, turn.id);
    assert.equal(over.status, 'completed');
    assert.deepEqual(outcomes(over), ['unknown']);
    assert.match(JSON.stringify(model.asked().at(-1)?.body), /UNKNOWN/);
  });

  await t.test('comes back by itself', async () => {
    const server = await untilServer(brain, 'ev', 'ready');
    assert.equal(server.restarts, 1);
  });

  let approval: Approval | undefined;
  await t.test('makes the same call ask a person, and the turn waits without running it', async () => {
    callSlowly();
    const waiting = await ask(brain, 'Try that again.', { conversation });
    assert.equal(waiting.turn.status, 'parked');
    [approval] = await openApprovals(brain);
    assert.equal(approval?.id, waiting.approval);
    assert.equal(approval?.turn, waiting.turn.id);
    const decided = approval?.decided;
    assert.ok(decided?.type === 'tool_decided' && decided.verdict.decision === 'ask');
    assert.match(decided.verdict.reasons[0]?.message ?? '', /may already have happened/);
    assert.deepEqual(
      decided.verdict.card.values.map(({ name, value }) => [name, value]),
      [
        ['duration', '2'],
        ['steps', '2'],
      ],
    );
    assert.equal(stepsOf(await readTurn(brain, waiting.turn.id), 'tool_started').length, 0);
  });

  const decide = async (call: BrainProcess['call'], body: object) => {
    const path = `/api/v1/approvals/${approval?.id}`;
    const { nonce } = ApprovalDetail.parse(await (await call(path)).json());
    return call(`${path}/decision`, { method: 'POST', body: JSON.stringify({ nonce, ...body }) });
  };

  await t.test('which neither the CLI nor a token it makes may answer', async () => {
    const yes = { decision: 'approved', digest: approval?.digest };
    assert.equal((await problemOf(await decide(brain.call, yes), 403)).code, 'scope_missing');
    const made = await brain.call('/api/v1/tokens', {
      method: 'POST',
      body: JSON.stringify({ name: 'sly', scopes: ['chat', 'approve'] }),
    });
    await problemOf(made, 403);
    assert.equal((await openApprovals(brain)).length, 1);
  });

  await t.test('nor anybody with the digest of another call', async () => {
    const other = { decision: 'approved', digest: '0'.repeat(64) };
    await problemOf(await decide(console.call, other), 409);
  });

  await t.test('and a person in the console may: then it runs, once', async () => {
    const yes = { decision: 'approved', digest: approval?.digest };
    const answers = await Promise.all([decide(console.call, yes), decide(console.call, yes)]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
    const over = await untilOver(brain, approval?.turn ?? '');
    assert.deepEqual(outcomes(over), ['ok']);
    assert.equal(stepsOf(over, 'approval_decided')[0]?.decision, 'approved');
    assert.equal(stepsOf(over, 'tool_intended')[0]?.approval, approval?.id);
    assert.deepEqual(await openApprovals(brain), []);
  });

  await t.test('a denial is told to the model with its reason, and the turn goes on', async () => {
    await withdraw(brain, 'ev', 'trigger-long-running-operation');
    callSlowly();
    const waiting = await ask(brain, 'And once more.', { conversation });
    [approval] = await openApprovals(brain);
    const no = { decision: 'denied', digest: approval?.digest, reason: 'It was enough.' };
    assert.equal((await decide(console.call, no)).status, 200);
    const over = await untilOver(brain, waiting.turn.id);
    assert.deepEqual([over.status, outcomes(over)], ['completed', ['denied']]);
    assert.match(JSON.stringify(model.asked().at(-1)?.body), /It was enough/);
  });

  await t.test('a new message withdraws what was asked, and goes on with what was said', async () => {
    callSlowly();
    const waiting = await ask(brain, 'Please, again.', { conversation });
    assert.equal(waiting.turn.status, 'parked');
    model.play(() => say('As you say.'));
    const next = await send(brain, 'Never mind.', { conversation });
    assert.deepEqual(next.withdrawnApprovals, [waiting.approval]);
    assert.equal((await untilOver(brain, next.turn.id)).status, 'completed');
    assert.deepEqual(outcomes(await untilOver(brain, waiting.turn.id)), ['denied']);
  });
});

test('a tool that returns too much', async (t) => {
  const model = await scriptedModel(t);
  const brain = await startBrainProcess(t, {
    config: {
      ...model.config,
      limits: { toolResultBytes: 10_000 },
      mcpServers: { h: hostileServer('huge') },
    },
  });
  const missing = await missingSandbox(brain);
  if (missing !== undefined) return t.skip(missing);
  await untilServer(brain, 'h', 'ready');
  await acceptFreely(brain, 'h', { tools: ['huge'] });
  const huge = (megabytes: number) => {
    model.play([callTool('h__huge', { megabytes }), say('That was a lot.')]);
    return ask(brain, 'Fetch it.');
  };

  await t.test('is cut, with a mark that the model reads and a record of how much is missing', async () => {
    const done = await huge(20);
    const [ended] = stepsOf(await readTurn(brain, done.turn.id), 'tool_ended');
    assert.equal(ended?.outcome, 'ok');
    assert.deepEqual(ended?.truncated, { bytes: 20_000_000, keptBytes: 10_000 });
    assert.match(JSON.stringify(model.asked().at(-1)?.body), /\[cut: 19990000 of 20000000 bytes left out/);
  });

  await t.test(
    'of 100 MB loses its connection, not the brain its memory, and is there again afterwards',
    async () => {
      const done = await huge(100);
      const [ended] = stepsOf(await readTurn(brain, done.turn.id), 'tool_ended');
      assert.equal(ended?.outcome, 'unknown');
      assert.equal(done.text, 'That was a lot.');
      await untilServer(brain, 'h', 'ready');
      assert.equal((await huge(1)).turn.status, 'completed');
    },
  );
});
