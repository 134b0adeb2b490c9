import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SCRIPTED_USAGE, type ScriptedReply } from '../testing/scripted-provider.ts';
import { find } from '../testing/steps-of.ts';
import { type House, openHouse } from '../testing/turn-house.ts';

/** Everything that waits for the audit log is in it. */
async function drained(house: House): Promise<number> {
  for (let look = 0; look < 100 && house.store.outboxDepth() > 0; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return house.store.outboxDepth();
}

const half = '\ud83d';
const names: readonly (readonly [string, string])[] = [
  ['longer than an audit event may be', 'm'.repeat(100_000)],
  ['with half a surrogate pair', `m${half}`],
  ['whose cut would halve a pair', `${'m'.repeat(199)}\u{1f600}`],
];
for (const [what, name] of names) {
  test(`a model that names itself in a way ${what} does not stop the audit log`, async (t) => {
    const house = await openHouse(t);
    house.provider.reply({ text: 'hello', reportedModel: name });
    const { record } = await house.say('hi');
    assert.equal(record.status, 'completed');
    assert.equal(await drained(house), 0);
  });

  test(`a tool called by a name ${what} is one that does not exist`, async (t) => {
    const house = await openHouse(t);
    house.provider.reply({ text: '', calls: [{ name, arguments: '{}' }] }, { text: 'I see' });
    const { record, steps } = await house.say('hi');
    assert.equal(record.status, 'completed');
    assert.equal(find(steps, 'tool_decided')?.problem?.code, 'unknown_tool');
    assert.equal(await drained(house), 0);
  });
}

test('a use beyond all numbers spends the limit and leaves everything readable', async (t) => {
  const house = await openHouse(t);
  const most = Number.MAX_SAFE_INTEGER;
  const hostile: ScriptedReply = {
    text: 'hello',
    usage: { ...SCRIPTED_USAGE, inputTokens: most, outputTokens: most },
  };
  house.provider.reply({ text: 'fair' }, hostile);
  const { conversation } = await house.say('hi');
  await house.say('and now', conversation);
  const again = await house.say('more', conversation);
  assert.equal(find(again.steps, 'turn_ended')?.error?.code, 'budget_exceeded');
  assert.ok(house.store.readConversation(house.access, conversation).costMicros > 0);
});
