import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { TurnPage, TurnWithSteps } from '@bakerst/shared/api/conversations';
import { startChatCompletionsServer } from '@bakerst/testkit/model-servers/chat-completions-server';
import type { Script } from '@bakerst/testkit/model-servers/script';
import { callTool, say } from '@bakerst/testkit/model-servers/script';
import { acceptFreely } from '../running/accept-tools.ts';
import { type BrainProcess, startBrainProcess, temporaryFolder } from '../running/brain-process.ts';

/** `BAKERST_CRASH_RUNS` kills with seed `BAKERST_CRASH_SEED`; the default is the sample that every run takes. */
const RUNS = Number(process.env.BAKERST_CRASH_RUNS ?? '10');
const SEED = Number(process.env.BAKERST_CRASH_SEED ?? '221');
const MESSAGES_A_RUN = 5;

/** mulberry32: small, seeded, good enough to choose moments. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** First the effect, under the message's own key, then a long answer that names it. */
const recordThenAnswer: Script = (request) => {
  const key = [...JSON.stringify(request.body).matchAll(/key-\d+-\d+/g)].at(-1)?.[0] ?? 'none';
  if (request.answersTools) return say(`done ${key} ${'and so on '.repeat(10)}`, { gapMs: 2 });
  return callTool('recorder__record', JSON.stringify({ key }), { gapMs: 2 });
};

const price = { input: 1_000_000, output: 1_000_000, cacheRead: 0, cacheWrite: 0 };

async function configFor(t: TestContext, recorded: string) {
  const model = await startChatCompletionsServer(recordThenAnswer);
  t.after(() => model.close());
  return {
    providers: { test: { type: 'openai-compatible', baseUrl: `${model.origin}/v1` } },
    models: {
      roles: { agent: ['test/m'] },
      catalog: { 'test/m': { contextWindow: 32_000, maxOutputTokens: 1_000, tools: true, price } },
    },
    budget: { monthlyLimitUsd: 10_000 },
    mcpServers: {
      recorder: {
        transport: 'stdio',
        command: process.execPath,
        args: [join(import.meta.dirname, 'recorder-server.ts'), recorded],
        // The recorder stands outside the platform: a sandbox would be killed with the brain before it wrote.
        unconfined: true,
      },
    },
  };
}

interface Sent {
  readonly key: string;
  readonly conversation: string;
  turn?: string;
}

async function send(brain: BrainProcess, sent: Sent): Promise<void> {
  const body = JSON.stringify({
    conversation: sent.conversation,
    parts: [{ type: 'words', text: `Record ${sent.key}` }],
  });
  const answer = await brain.call('/api/v1/messages', {
    method: 'POST',
    body,
    headers: { 'idempotency-key': sent.key },
  });
  assert.equal(answer.status, 202, await answer.clone().text());
  const { turn } = (await answer.json()) as { turn: { id: string } };
  assert.ok(sent.turn === undefined || sent.turn === turn.id, 'a retried message is the same turn');
  sent.turn = turn.id;
}

async function untilToolsReady(brain: BrainProcess): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const { items } = (await (await brain.call('/api/v1/tools')).json()) as { items: { name: string }[] };
    if (items.some((tool) => tool.name === 'recorder__record')) return;
    await new Promise((wake) => setTimeout(wake, 20));
  }
  throw new Error(`The recorder did not start:\n${brain.output()}`);
}

async function allTurns(brain: BrainProcess, conversation: string): Promise<readonly TurnWithSteps[]> {
  const answer = await brain.call(`/api/v1/conversations/${conversation}/turns?limit=100`);
  return ((await answer.json()) as TurnPage).items;
}

async function untilAllEnded(
  brain: BrainProcess,
  conversations: readonly string[],
): Promise<readonly TurnWithSteps[]> {
  for (let tries = 0; tries < 600; tries += 1) {
    const turns = (await Promise.all(conversations.map((one) => allTurns(brain, one)))).flat();
    if (turns.every((turn) => ['completed', 'failed', 'cancelled'].includes(turn.status))) return turns;
    await new Promise((wake) => setTimeout(wake, 50));
  }
  throw new Error(`Turns did not end:\n${brain.output()}`);
}

test(`kill -9 at ${RUNS} random moments loses no accepted message and repeats no effect (seed ${SEED})`, {
  timeout: 60_000 + RUNS * 6_000,
}, async (t) => {
  const random = seeded(SEED);
  const recorded = join(await temporaryFolder(t), 'recorded.txt');
  await writeFile(recorded, '');
  const config = await configFor(t, recorded);
  let brain = await startBrainProcess(t, { config });
  await untilToolsReady(brain);
  await acceptFreely(brain, 'recorder', { tools: ['record'] });
  const conversations: string[] = [];
  for (let n = 0; n < 3; n += 1) {
    const made = await brain.call('/api/v1/conversations', {
      method: 'POST',
      body: JSON.stringify({ title: `c${n}` }),
    });
    conversations.push(((await made.json()) as { id: string }).id);
  }
  const sent: Sent[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await untilToolsReady(brain);
    const fresh = Array.from({ length: MESSAGES_A_RUN }, (_, n): Sent => {
      const conversation = conversations[Math.floor(random() * conversations.length)] ?? '';
      return { key: `key-${run}-${n}`, conversation };
    });
    sent.push(...fresh);
    const posting = Promise.allSettled(fresh.map((one) => send(brain, one)));
    await new Promise((wake) => setTimeout(wake, random() * 400));
    await brain.end('SIGKILL');
    await posting;
    brain = await startBrainProcess(t, { after: brain });
    // What got no answer is sent again under its key, and so is what did.
    await Promise.all(fresh.map((one) => send(brain, one)));
  }
  await untilToolsReady(brain);
  const turns = await untilAllEnded(brain, conversations);
  const lines = (await readFile(recorded, 'utf8')).split('\n').filter(Boolean);
  const times = (key: string) => lines.filter((line) => line === key).length;
  const outcomes = { ok: 0, unknown: 0, error: 0 };
  for (const { key, turn } of sent) {
    const record = turns.find((one) => one.id === turn);
    assert.ok(record, `the accepted message ${key} is there`);
    assert.ok(times(key) <= 1, `${key} took effect ${times(key)} times`);
    const ended = record.steps.flatMap(({ step }) => (step.type === 'tool_ended' ? [step.outcome] : []));
    if (ended.includes('ok')) assert.equal(times(key), 1, `${key} is said to be done`);
    if (ended.includes('unknown')) outcomes.unknown += 1;
    else if (ended.includes('ok')) outcomes.ok += 1;
    else outcomes.error += 1;
    // With one brain after another the recorder is there whenever a turn runs: nothing but a crash may fail a call.
    assert.ok(
      !ended.includes('error'),
      JSON.stringify(record.steps.find(({ step }) => step.type === 'tool_ended')),
    );
    const answers = record.steps.flatMap(({ step }) =>
      step.type === 'model_ended' && step.outcome === 'completed' ? [step] : [],
    );
    assert.equal(record.status, 'completed', JSON.stringify(record.steps.at(-1)));
    assert.equal(answers.length, 2, `${key}: a complete answer is not asked for twice`);
    assert.deepEqual(
      record.steps.map(({ seq }) => seq),
      record.steps.map((_, index) => index + 1),
    );
  }
  assert.equal(turns.length, sent.length, 'no turn was made twice');
  const { budget } = (await (await brain.call('/api/v1/status')).json()) as {
    budget: { reservedMicros: number };
  };
  assert.equal(budget.reservedMicros, 0, 'no hold is left behind');
  t.diagnostic(`${sent.length} messages, outcomes ${JSON.stringify(outcomes)}`);
  assert.equal(await brain.end('SIGTERM'), 0);
});
