import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { modelText } from '@bakerst/shared/content';
import { prepareSmallModel, skipWithout } from '@bakerst/testkit/small-model/prepare-small-model';
import { startSmallModel } from '@bakerst/testkit/small-model/start-small-model';
import { testCacheFolder } from '@bakerst/testkit/small-model/test-cache';
import { startBrainProcess, temporaryFolder } from '../running/brain-process.ts';
import { PRICE } from '../running/scripted-models.ts';
import { ask, message, readTurn, stepsOf } from '../running/talk.ts';
import { openEvents, ShownTurn } from '../running/turn-events.ts';

/** About the smallest in which a summary has its room beside a message. */
const WINDOW = 2_624;
const small = await prepareSmallModel({ cacheDir: testCacheFolder(process.env), fetch: false });

/** The operator's prompts, short: what is tried here is the conversation, and reading takes this model long. */
const PROMPTS = {
  'SOUL.md': 'You are a helpful assistant.',
  'BRAIN.md': 'Answer in one short sentence.',
  'WORKER.md': 'Answer in one short sentence.',
  'OBSERVER.md': 'Write a short summary of the transcript.',
  'PLANNER.md': 'Answer with an empty list.',
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

/** Words that are long and yet one token each: they fill the window by our measure, and reading them is quick. */
const REPORT = [
  'International representatives recommended comprehensive environmental responsibilities throughout agricultural communities.',
  'Environmental administration representatives recommended comprehensive infrastructure responsibilities.',
  'Pharmaceutical manufacturers demonstrated extraordinary characteristics throughout international investigations.',
  'Constitutional interpretation strengthened administrative accountability throughout neighborhoods.',
  'Professional organizations communicated understanding regarding technological transformation.',
  'Archaeological investigations established relationships between Mediterranean civilizations.',
].join(' ');

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

  await t.test('in a conversation that outgrows its window, which it summarises itself', async () => {
    let conversation: string | undefined;
    let summarised = 0;
    for (let day = 1; summarised === 0 && day <= 16; day += 1) {
      const words = `Day ${day}. ${REPORT} Was this a good day?`;
      const done = await ask(brain, words, conversation === undefined ? {} : { conversation });
      conversation = done.turn.conversation;
      assert.equal(done.turn.status, 'completed', JSON.stringify(done.error));
      assert.notEqual(done.text, '');
      const turn = await readTurn(brain, done.turn.id);
      const calls = stepsOf(turn, 'model_started').map((step) => [step.role, step.model]);
      const [compacted] = stepsOf(turn, 'context_compacted');
      assert.deepEqual(calls, [...(compacted ? [['observer', ref]] : []), ['agent', ref]]);
      if (!compacted) continue;
      summarised = compacted.turnsSummarised;
      const [summary] = stepsOf(turn, 'model_ended');
      assert.equal(summary?.outcome, 'completed');
      assert.equal(compacted.summary, modelText(summary.parts).trim());
    }
    assert.ok(summarised > 1, 'it was compacted');
    const done = await ask(brain, 'What is the capital of France?', conversation ? { conversation } : {});
    assert.equal(done.turn.status, 'completed', JSON.stringify(done.error));
    assert.deepEqual(
      model.log.filter(({ event }) => event !== 'answered'),
      [],
      'no prompt was refused for its length',
    );
  });
});
