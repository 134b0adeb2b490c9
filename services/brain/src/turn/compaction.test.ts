import assert from 'node:assert/strict';
import { test } from 'node:test';
import { providerError } from '../testing/scripted-provider.ts';
import { find } from '../testing/steps-of.ts';
import { openHouse } from '../testing/turn-house.ts';

test('a conversation that outgrows the window is compacted, visibly, and goes on', async (t) => {
  const house = await openHouse(t, { model: { contextWindow: 8_000, maxOutputTokens: 500 } });
  house.provider.otherwise = (request) =>
    request.system[0] === 'Summarise.' ? { text: 'They spoke of words.' } : { text: 'ok '.repeat(50) };
  let conversation: string | undefined;
  for (let n = 0; n < 12; n += 1) {
    const said = await house.say(`${n} ${'word '.repeat(600)}`, conversation);
    conversation = said.conversation;
    assert.equal(said.record.status, 'completed', `turn ${n}`);
  }
  const summaries = house.provider.requests.filter((request) => request.system[0] === 'Summarise.');
  assert.ok(summaries.length >= 2, `${summaries.length} summaries`);
  const last = JSON.stringify(house.provider.requests.at(-1)?.messages[0]);
  assert.match(last, /They spoke of words/);
  const steps = house.store
    .readHistory(house.access, conversation ?? '', { limit: 50 })
    .flatMap((turn) => turn.steps);
  assert.ok(steps.some(({ step }) => step.type === 'context_compacted' && step.turnsSummarised > 0));
  const compactions = steps.flatMap(({ step }) => (step.type === 'context_compacted' ? [step] : []));
  for (const { tokensBefore, tokensAfter } of compactions) {
    assert.ok(tokensAfter > 0 && tokensAfter < tokensBefore, `${tokensBefore} became ${tokensAfter}`);
  }
});

test('a message larger than the window is refused before the provider is asked', async (t) => {
  const house = await openHouse(t, { model: { contextWindow: 4_000, maxOutputTokens: 500 } });
  const { steps } = await house.say('word '.repeat(5_000));
  assert.equal(find(steps, 'turn_ended')?.error?.code, 'message_too_long');
  assert.deepEqual(house.provider.requests, []);
});

test('a provider that finds the prompt too long gets a shorter one', async (t) => {
  const house = await openHouse(t);
  house.provider.reply({ text: 'ok' });
  const first = await house.say('word '.repeat(20_000));
  house.provider.reply({ error: providerError('provider_context_exceeded', false) });
  const { record } = await house.say('next', first.conversation);
  assert.equal(record.status, 'completed');
});
