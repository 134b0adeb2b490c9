import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isCoded } from '@bakerst/shared/coded-error';
import { modelText } from '@bakerst/shared/content';
import { providerError, ScriptedProvider } from '../testing/scripted-provider.ts';
import { find } from '../testing/steps-of.ts';
import { openHouse } from '../testing/turn-house.ts';

test('a message is answered, with every step recorded and the cost settled', async (t) => {
  const house = await openHouse(t);
  house.provider.reply({ text: 'Hello there' });
  const { steps, types, record } = await house.say('hi');
  assert.deepEqual(types, ['message_received', 'model_started', 'model_ended', 'turn_ended']);
  assert.equal(modelText(find(steps, 'model_ended')?.parts ?? []), 'Hello there');
  // 100 input tokens at $1 and 10 output tokens at $5 a million: 150 micro-dollars.
  assert.equal(record.costMicros, 150);
  const [scope] = house.parts.budget.scopes();
  assert.deepEqual(house.store.readBudget(scope?.key ?? ''), {
    key: scope?.key,
    spentMicros: 150,
    reservedMicros: 0,
    blocked: false,
  });
});

test('a failing provider is tried again, then the next of the chain answers', async (t) => {
  const backup = new ScriptedProvider('backup');
  const house = await openHouse(t, { backup });
  house.provider.otherwise = () => ({ error: providerError('provider_overloaded') });
  backup.reply({ text: 'from backup' });
  const { steps, record } = await house.say('hi');
  const outcomes = steps.flatMap((step) => (step.type === 'model_ended' ? [step.outcome] : []));
  assert.deepEqual(outcomes, ['failed', 'failed', 'failed', 'completed']);
  assert.equal(record.status, 'completed');
  // A refused call cost nothing.
  assert.equal(record.costMicros, 150);
});

test('a stream that breaks off is charged for what it said, and its text is not read again', async (t) => {
  const house = await openHouse(t);
  house.provider.reply(
    { error: providerError('provider_unreachable'), after: 'half an answ' },
    { text: 'whole' },
  );
  const { steps, record } = await house.say('hi');
  const [cut] = steps.filter((step) => step.type === 'model_ended');
  assert.equal(cut?.usageSource, 'estimated');
  assert.ok((cut?.costMicros ?? 0) > 0);
  assert.equal(record.status, 'completed');
  assert.doesNotMatch(JSON.stringify(house.provider.requests[1]), /half an/);
});

test('the money limit ends the turn before the provider is asked', async (t) => {
  const house = await openHouse(t, { limitUsd: 0.000_001 });
  const { steps, record } = await house.say('hi');
  assert.equal(record.status, 'failed');
  assert.equal(find(steps, 'turn_ended')?.error?.code, 'budget_exceeded');
  assert.ok(find(steps, 'turn_ended')?.error?.remedy);
  assert.deepEqual(house.provider.requests, []);
});

test('a model without a price is refused with the line to add', async (t) => {
  const house = await openHouse(t, { model: { price: undefined } as never });
  const { steps } = await house.say('hi');
  assert.match(find(steps, 'turn_ended')?.error?.remedy ?? '', /price/);
  assert.deepEqual(house.provider.requests, []);
});

test('turns of one conversation run one after another in order; others run beside them', async (t) => {
  const house = await openHouse(t);
  const order: string[] = [];
  house.provider.otherwise = (request) => {
    const last = request.messages.at(-1);
    order.push(last?.role === 'user' && last.content[0]?.type === 'text' ? last.content[0].text : '?');
    return { text: 'ok' };
  };
  const first = await house.say('0');
  const accepted = await Promise.all(
    ['1', '2', '3'].map((text) =>
      house.turns.accept({
        access: house.access,
        conversation: first.conversation,
        parts: [{ type: 'words', text }],
      }),
    ),
  );
  const last = accepted.at(-1)?.record.id ?? '';
  await house.settled(last, first.conversation);
  assert.deepEqual(order, ['0', '1', '2', '3']);
});

test('the same idempotency key is the same turn', async (t) => {
  const house = await openHouse(t);
  const send = () =>
    house.turns.accept({
      access: house.access,
      parts: [{ type: 'words', text: 'once' }],
      idempotency: { route: 'messages', key: 'k', digest: 'd' },
    });
  const [a, b] = await Promise.all([send(), send()]);
  assert.equal(a.record.id, b.record.id);
  await house.settled(a.record.id, a.record.conversation);
  assert.equal(house.provider.requests.length, 1);
});

test('the number of model calls of one turn is bounded', async (t) => {
  const house = await openHouse(t, { limits: { modelCallsPerTurn: 3 } });
  house.provider.otherwise = () => ({ text: '', calls: [{ name: 'current_time', arguments: '{}' }] });
  const { steps, record } = await house.say('loop');
  assert.equal(record.status, 'failed');
  assert.equal(find(steps, 'turn_ended')?.error?.code, 'turn_model_call_limit');
  assert.equal(house.provider.requests.length, 3);
});

test('a turn that runs too long ends with the limit it met', async (t) => {
  const house = await openHouse(t, { limits: { turnDeadlineMs: 50 } });
  house.provider.reply({ hang: true });
  const { steps } = await house.say('slow');
  assert.equal(find(steps, 'turn_ended')?.error?.code, 'turn_deadline');
});

test('a brain that stops in mid-answer gives the turn back, and the next one answers it', async (t) => {
  const house = await openHouse(t);
  house.provider.reply({ hang: true, text: 'Hel' });
  const { record } = await house.turns.accept({
    access: house.access,
    parts: [{ type: 'words', text: 'x' }],
  });
  for await (const event of house.turns.follow(house.access, record.id, {
    signal: new AbortController().signal,
  })) {
    if (event.type === 'delta') break;
  }
  await house.close(10);
  const next = await openHouse(t, { folder: house.folder, autoStart: false });
  next.provider.reply({ text: 'Hello' });
  next.runner.start();
  const { steps, record: after } = await next.settled(record.id, record.conversation);
  assert.equal(after.status, 'completed');
  const outcomes = steps.flatMap((step) => (step.type === 'model_ended' ? [step.outcome] : []));
  assert.deepEqual(outcomes, ['interrupted', 'completed']);
});

test('a defect in the middle of a turn ends it in words, and the conversation goes on', async (t) => {
  const house = await openHouse(t);
  const { prompts } = house.parts;
  Object.assign(house.parts, {
    prompts: () => {
      throw new Error('password=hunter2');
    },
  });
  const { steps, record, conversation } = await house.say('hi');
  assert.equal(record.status, 'failed');
  const error = find(steps, 'turn_ended')?.error;
  assert.equal(error?.code, 'turn_internal_error');
  assert.match(error?.remedy ?? '', /log/);
  assert.doesNotMatch(JSON.stringify(steps), /hunter2/);
  Object.assign(house.parts, { prompts });
  assert.equal((await house.say('again', conversation)).record.status, 'completed');
});

test('a brain that is stopping takes no message, and says that it can be sent again', async (t) => {
  const house = await openHouse(t);
  await house.runner.drain(0);
  await assert.rejects(
    house.turns.accept({ access: house.access, parts: [{ type: 'words', text: 'late' }] }),
    (error) => isCoded(error, 'brain_stopping') && error.retryable && /Idempotency-Key/.test(error.remedy),
  );
});

test('a message that the disk refuses leaves no run behind, and the next one finds the brain idle', async (t) => {
  const house = await openHouse(t);
  const { store } = house.parts;
  const full = () => Promise.reject(providerError('store_full'));
  const refusing: Pick<typeof store, 'acceptTurn' | 'appendSteps'> = { acceptTurn: full, appendSteps: full };
  const { acceptTurn, appendSteps } = store;
  Object.assign(store, refusing);
  const refused = house.turns.accept({ access: house.access, parts: [{ type: 'words', text: 'hi' }] });
  await assert.rejects(refused, { code: 'store_full' });
  // Without a run to wait for, a drain is over at once; the journal of one would go on trying for ever.
  const drained = house.runner.drain(60_000).then(() => 'drained');
  const late = new Promise((resolve) => setTimeout(resolve, 5_000, 'still running').unref());
  assert.equal(await Promise.race([drained, late]), 'drained');
  Object.assign(store, { acceptTurn, appendSteps });
});
