import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { prepareSmallModel, skipWithout } from '@bakerst/testkit/small-model/prepare-small-model';
import { startSmallModel } from '@bakerst/testkit/small-model/start-small-model';
import { testCacheFolder } from '@bakerst/testkit/small-model/test-cache';
import { startBrainProcess, temporaryFolder } from '../running/brain-process.ts';
import { PRICE } from '../running/scripted-models.ts';
import { ask, message, readTurn, stepsOf } from '../running/talk.ts';
import { openEvents, ShownTurn } from '../running/turn-events.ts';

const WINDOW = 3_072;
const small = await prepareSmallModel({ cacheDir: testCacheFolder(process.env), fetch: false });

/** The operator's prompts, short: what is tried here is the conversation, and reading takes this model long. */
const PROMPTS = {
  'SOUL.md': 'You are a helpful assistant.',
  'BRAIN.md': 'Answer in one short sentence.',
  'WORKER.md': 'Answer in one short sentence.',
  'OBSERVER.md': 'Write a short summary of the transcript.',
};

async function promptFolder(t: TestContext): Promise<string> {
  const folder = await temporaryFolder(t);
  for (const [name, text] of Object.entries(PROMPTS)) await writeFile(join(folder, name), text);
  return folder;
}

async function houseOfRealModel(t: TestContext) {
  assert.ok(small.outcome === 'ready');
  const model = await startSmallModel(small, { contextTokens: WINDOW });
  t.after(() => model.close());
  const ref = `small/${model.model}`;
  const entry = { contextWindow: WINDOW, maxOutputTokens: 64, tools: false, accepts: ['text'], price: PRICE };
  const brain = await startBrainProcess(t, {
    config: {
      agent: { operatingSystem: await promptFolder(t) },
      providers: { small: { type: 'openai-compatible', baseUrl: `${model.origin}/v1` } },
      models: { roles: { agent: [ref], observer: [ref] }, catalog: { [ref]: entry } },
    },
  });
  return { model, brain, ref };
}

/** Prose that differs from turn to turn, as a person's notes do. */
function notes(day: number): string {
  const crops = ['barley', 'clover', 'lentils', 'spelt', 'turnips', 'walnuts'];
  const lines = crops.map(
    (crop, at) =>
      `Day ${day}, field ${at + 1}: the ${crop} stood ${day * 3 + at} inches high, the soil was dry; ${at + day} rows were watered.`,
  );
  return `${lines.join('\n')}\nWas this a good day?`;
}

test('a real model answers through the whole program', { skip: skipWithout(small) }, async (t) => {
  const { model, brain, ref } = await houseOfRealModel(t);

  await t.test('token by token, counted and charged', async () => {
    const reader = await openEvents(brain, '/api/v1/messages', {
      ...message('What is the capital of France?'),
      headers: { accept: 'text/event-stream' },
    });
    const shown = new ShownTurn();
    await shown.read(reader);
    assert.equal(shown.ended, 'completed');
    assert.match(shown.answers.join(''), /Paris/);
    const deltas = shown.types.filter((type) => type === 'delta');
    assert.ok(deltas.length > 2, `${deltas.length} deltas`);
    const turn = await readTurn(brain, reader.response.headers.get('bakerst-turn') ?? '');
    const [ended] = stepsOf(turn, 'model_ended');
    const counted = model.log.at(-1);
    assert.ok(ended && counted?.event === 'answered');
    assert.equal(ended.usageSource, 'reported');
    const { inputTokens, cacheReadTokens, outputTokens } = ended.usage;
    assert.equal(inputTokens + cacheReadTokens, counted.promptTokens);
    assert.equal(outputTokens, counted.completionTokens);
    assert.ok(turn.costMicros >= outputTokens && outputTokens > 0, `${turn.costMicros} micro-dollars`);
  });

  await t.test('and a conversation that outgrows its window is compacted by it and goes on', async () => {
    let conversation: string | undefined;
    for (let day = 1; day <= 12; day += 1) {
      const done = await ask(brain, notes(day), { ...(conversation && { conversation }) });
      conversation = done.turn.conversation;
      assert.equal(done.turn.status, 'completed', JSON.stringify(done.error));
      assert.notEqual(done.text, '');
      const turn = await readTurn(brain, done.turn.id);
      const started = stepsOf(turn, 'model_started');
      const [compacted] = stepsOf(turn, 'context_compacted');
      console.error(
        day,
        started.map((s) => [s.role, s.estimatedInputTokens]),
        model.log.at(-1),
        compacted?.turnsSummarised,
        process.uptime(),
      );
      if (!compacted) continue;
      assert.deepEqual(
        started.map(({ role, model: asked }) => [role, asked]),
        [
          ['observer', ref],
          ['agent', ref],
        ],
      );
      const [summary] = stepsOf(turn, 'model_ended');
      assert.equal(summary?.outcome, 'completed');
      assert.ok(compacted.turnsSummarised > 0);
      break;
    }
    const refused = model.log.filter(({ event }) => event === 'refused');
    assert.deepEqual(refused, []);
  });
});
