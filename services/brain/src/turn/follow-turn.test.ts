import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelText } from '@bakerst/shared/content';
import type { TurnEvent } from '@bakerst/shared/events';
import { find } from '../testing/steps-of.ts';
import { openHouse } from '../testing/turn-house.ts';

test('a reader that joins in the middle gets the steps, a snapshot, and what follows, without a gap or a repeat', async (t) => {
  const house = await openHouse(t);
  house.provider.reply({ hang: true, text: 'Hello wor' });
  const { record } = await house.turns.accept({
    access: house.access,
    parts: [{ type: 'words', text: 'x' }],
  });
  const first = new AbortController();
  const cursorOf: TurnEvent[] = [];
  for await (const event of house.turns.follow(house.access, record.id, { signal: first.signal })) {
    cursorOf.push(event);
    if (event.type === 'delta') first.abort();
  }
  const late: TurnEvent[] = [];
  for await (const event of house.turns.follow(house.access, record.id, {
    signal: new AbortController().signal,
  })) {
    late.push(event);
    if (event.type === 'snapshot') await house.turns.cancel(house.access, record.id);
  }
  assert.deepEqual(
    late.flatMap((event) => (event.type === 'step' ? [event.seq] : [])),
    [1, 2, 3, 4],
  );
  assert.equal(late.find((event) => event.type === 'snapshot')?.text, 'Hello wor');
});

test('a foreign principal neither sees nor stops a turn', async (t) => {
  const house = await openHouse(t);
  const { turn } = await house.say('hi');
  const foreign = { ...house.access, principal: 'prn_other' };
  const follow = house.turns.follow(foreign, turn, { signal: new AbortController().signal });
  await assert.rejects(async () => follow[Symbol.asyncIterator]().next());
  await assert.rejects(house.turns.cancel(foreign, turn));
});

test('stopping a turn stops the model call, keeps what was said, and the conversation goes on', async (t) => {
  const house = await openHouse(t);
  house.provider.reply({ hang: true, text: 'Once upon' });
  const { record } = await house.turns.accept({
    access: house.access,
    parts: [{ type: 'words', text: 'tell' }],
  });
  const seen: TurnEvent[] = [];
  for await (const event of house.turns.follow(house.access, record.id, {
    signal: new AbortController().signal,
  })) {
    seen.push(event);
    if (event.type === 'delta') await house.turns.cancel(house.access, record.id);
  }
  const { steps } = await house.settled(record.id, record.conversation);
  assert.equal(find(steps, 'model_ended')?.outcome, 'aborted');
  assert.equal(modelText(find(steps, 'model_ended')?.parts ?? []), 'Once upon');
  assert.equal(find(steps, 'turn_ended')?.status, 'cancelled');
  house.provider.reply({ text: 'next' });
  assert.equal((await house.say('again', record.conversation)).record.status, 'completed');
});
