import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Status } from '@bakerst/shared/api/system';
import { say } from '@bakerst/testkit/model-servers/script';
import { type BrainProcess, startBrainProcess } from '../running/brain-process.ts';
import { type ScriptedModel, scriptedModel } from '../running/scripted-models.ts';
import { ask, readTurn, send, stepsOf, until, untilOver } from '../running/talk.ts';

const QUESTION = 'What does this cost?';
const FEW = { maxOutputTokens: 100 };

async function budgetOf(brain: BrainProcess): Promise<Status['budget']> {
  return Status.parse(await (await brain.call('/api/v1/status')).json()).budget;
}

async function brainWithLimit(t: TestContext, model: ScriptedModel, micros: number): Promise<BrainProcess> {
  const limits = { requestsPerMinute: 100_000 };
  const budget = { monthlyLimitUsd: micros / 1_000_000 };
  return startBrainProcess(t, { config: { ...model.config, budget, limits } });
}

/** What one such turn holds before it runs. */
async function holdOfOneTurn(t: TestContext, model: ScriptedModel): Promise<number> {
  const rich = await brainWithLimit(t, model, 1_000_000_000);
  const done = await ask(rich, QUESTION, FEW);
  const [started] = stepsOf(await readTurn(rich, done.turn.id), 'model_started');
  await rich.end();
  return started?.holdMicros ?? 0;
}

test('the monthly limit', async (t) => {
  const usage = { input: 10, output: 20 };
  const model = await scriptedModel(t, () => say('As little as possible.', { usage }));
  const hold = await holdOfOneTurn(t, model);
  assert.ok(hold > 1_000, `a turn holds ${hold} micro-dollars`);
  const limit = Math.floor(hold * 3.5);
  const brain = await brainWithLimit(t, model, limit);

  await t.test(
    'holds for 50 turns at once: those it is enough for run, the rest is told, none is asked',
    async () => {
      const gate = Promise.withResolvers<void>();
      model.play(() => say('Enough.', { usage, gate: { afterEvents: 1, open: gate.promise } }));
      const before = model.asked().length;
      const turns = await Promise.all(Array.from({ length: 50 }, () => send(brain, QUESTION, FEW)));
      const states = () => Promise.all(turns.map(({ turn }) => readTurn(brain, turn.id)));
      await until('47 have been refused', async () => {
        const { reservedMicros, spentMicros } = await budgetOf(brain);
        assert.ok(spentMicros + reservedMicros <= limit, 'never more than the limit');
        const failed = (await states()).filter(({ status }) => status === 'failed');
        return failed.length === 47 ? true : undefined;
      });
      assert.equal(model.asked().length - before, 3);
      assert.equal((await budgetOf(brain)).reservedMicros, hold * 3);
      gate.resolve();
      const over = await Promise.all(turns.map(({ turn }) => untilOver(brain, turn.id)));
      assert.equal(over.filter(({ status }) => status === 'completed').length, 3);
      for (const turn of over.filter(({ status }) => status === 'failed')) {
        const [ended] = stepsOf(turn, 'turn_ended');
        assert.equal(ended?.error?.code, 'budget_exceeded');
        assert.match(ended?.error?.remedy ?? '', /budget\.monthlyLimitUsd/);
        assert.equal(stepsOf(turn, 'model_started').length, 0, 'nothing was begun');
      }
      const { spentMicros, reservedMicros } = await budgetOf(brain);
      assert.deepEqual([spentMicros, reservedMicros], [90, 0], 'only what was used is charged');
    },
  );

  await t.test(
    'is used up by what models really use, and then nothing is asked of them any more',
    async () => {
      model.play(() => say('A dear answer.', { usage: { input: 10, output: Math.floor(hold * 0.9) } }));
      const spent: number[] = [];
      for (let at = 0; at < 5; at += 1) {
        const before = model.asked().length;
        const done = await ask(brain, QUESTION, FEW);
        const { spentMicros, limitMicros } = await budgetOf(brain);
        assert.equal(limitMicros, limit);
        spent.push(spentMicros);
        assert.ok(spentMicros <= limit, `${spentMicros} of ${limit}`);
        if (done.turn.status === 'completed') continue;
        assert.equal(done.error?.code, 'budget_exceeded');
        assert.equal(model.asked().length, before, 'the provider heard nothing');
      }
      assert.equal(spent.at(-1), spent.at(-2), 'it has come to an end');
      const audit = await readFile(join(brain.home, 'audit.jsonl'), 'utf8').catch(() => '');
      assert.match(audit, /"budget\.refused"/);
    },
  );

  await t.test('still counts after a crash, and is for money alone: what costs nothing goes on', async () => {
    const { spentMicros } = await budgetOf(brain);
    await brain.end('SIGKILL');
    const next = await startBrainProcess(t, { after: brain });
    assert.equal((await budgetOf(next)).spentMicros, spentMicros);
    assert.equal((await ask(next, QUESTION, FEW)).error?.code, 'budget_exceeded');
    const demo = await ask(next, 'Hello', { model: 'demo/demo' });
    assert.deepEqual([demo.turn.status, demo.turn.costMicros], ['completed', 0]);
  });
});
