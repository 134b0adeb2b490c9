import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createListedToolsGuard } from '@bakerst/guard/listed-tools-guard';
import { CodedError } from '@bakerst/shared/coded-error';
import { modelText } from '@bakerst/shared/content';
import type { TurnEvent } from '@bakerst/shared/events';
import type { Guard } from '@bakerst/shared/guard';
import type { Step, StepOf, StepType } from '@bakerst/shared/steps';
import type { ToolDefinition, ToolOutput, ToolSource } from '@bakerst/shared/tools';
import { ScriptedProvider } from '../testing/scripted-provider.ts';
import { openHouse } from '../testing/turn-house.ts';

const find = <T extends StepType>(steps: readonly Step[], type: T): StepOf<T> | undefined =>
  steps.find((step): step is StepOf<T> => step.type === type);
const writeNote = { name: 'write_note', arguments: '{"title":"milk","text":"buy it"}' };
const providerError = (code: string, retryable = true) =>
  new CodedError({ code, message: 'no', remedy: 'none', retryable });

/** A tool of a server that records what it was asked and answers as told. */
function mailServer(
  run: ToolSource['call'] = async () => ({ content: [{ type: 'text', text: 'sent' }], isError: false }),
  over: Partial<ToolDefinition> = {},
) {
  const calls: Readonly<Record<string, unknown>>[] = [];
  const definition: ToolDefinition = {
    name: 'mail__send',
    server: 'mail',
    description: 'Sends',
    parameters: { type: 'object' },
    effect: 'external',
    idempotent: false,
    deadlineMs: 5_000,
    maxResultBytes: 10_000,
    ...over,
  };
  const source: ToolSource = {
    server: 'mail',
    tools: () => [definition],
    call: (tool, args, context): Promise<ToolOutput> => {
      calls.push(args);
      return run(tool, args, context);
    },
  };
  return { source, calls };
}
const sendMail = { name: 'mail__send', arguments: '{"to":"a"}' };

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

test('a tool with an effect runs after verdict, intent and receipt, and its result is read by the model', async (t) => {
  const house = await openHouse(t);
  house.provider.reply({ text: '', calls: [writeNote] }, { text: 'Done' });
  const { steps, types, record } = await house.say('write milk');
  assert.deepEqual(types.slice(3, 7), ['tool_decided', 'tool_intended', 'tool_started', 'tool_ended']);
  assert.equal(record.status, 'completed');
  assert.equal(house.store.readNote(house.access, 'milk')?.text, 'buy it');
  assert.match(JSON.stringify(house.provider.requests[1]?.messages.at(-1)), /is written/);
  await house.close();
  const log = (await readFile(join(house.folder, 'audit.jsonl'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const types_ = log.map((line) => line.event.type);
  assert.ok(types_.indexOf('tool.intended') < types_.indexOf('tool.ended'));
  const intent = log.find((line) => line.event.type === 'tool.intended');
  assert.equal(find(steps, 'tool_started')?.receipt, intent.digest);
  assert.doesNotMatch(JSON.stringify(log), /buy it/);
});

test('an unlisted tool is denied with the remedy, and the model reads it', async (t) => {
  const mail = mailServer();
  const house = await openHouse(t, { sources: [mail.source] });
  house.provider.reply({ text: '', calls: [sendMail] }, { text: 'I may not' });
  const { steps, record } = await house.say('send');
  assert.equal(find(steps, 'tool_ended')?.outcome, 'denied');
  assert.match(JSON.stringify(house.provider.requests[1]?.messages.at(-1)), /tools\.allow/);
  assert.deepEqual(mail.calls, []);
  assert.equal(record.status, 'completed');
});

test('without a receipt nothing with an effect runs; reads and answers go on', async (t) => {
  const refuse = async () =>
    Promise.reject(
      new CodedError({ code: 'audit_unavailable', message: 'full', remedy: 'space', retryable: true }),
    );
  const house = await openHouse(t, {
    audit: { assurance: 'not tamper-evident', append: refuse, close: async () => undefined },
  });
  house.provider.reply(
    { text: '', calls: [writeNote, { name: 'current_time', arguments: '{}' }] },
    { text: 'Hm' },
  );
  const { steps, record } = await house.say('write');
  const ended = steps.filter((step) => step.type === 'tool_ended');
  assert.deepEqual(
    ended.map((step) => [step.outcome, step.error?.code]),
    [
      ['error', 'audit_unavailable'],
      ['ok', undefined],
    ],
  );
  assert.equal(house.store.readNote(house.access, 'milk'), undefined);
  assert.equal(record.status, 'completed');
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

test('stopping a turn in the middle of an effect leaves its outcome unknown', async (t) => {
  const started = Promise.withResolvers<void>();
  const mail = mailServer(() => {
    started.resolve();
    return new Promise(() => undefined);
  });
  const house = await openHouse(t, { sources: [mail.source], allow: ['mail__send'] });
  house.provider.reply({ text: '', calls: [sendMail] });
  const { record } = await house.turns.accept({
    access: house.access,
    parts: [{ type: 'words', text: 'send' }],
  });
  await started.promise;
  await house.turns.cancel(house.access, record.id);
  const { steps } = await house.settled(record.id, record.conversation);
  assert.equal(find(steps, 'tool_ended')?.outcome, 'unknown');
  assert.equal(find(steps, 'turn_ended')?.status, 'cancelled');
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

const askAlways: Guard = {
  ...createListedToolsGuard({ allow: ['mail__send'] }),
  decide: (_context, { tool, server, effect }) => ({
    decision: 'ask',
    reasons: [{ rule: 'always', message: 'Ask always.' }],
    card: { title: 'Send?', tool, server, effect, values: [] },
  }),
};

test('a call that needs a person parks the turn, and runs after the approval, once', async (t) => {
  const mail = mailServer();
  const house = await openHouse(t, { sources: [mail.source], guard: askAlways });
  house.provider.reply({ text: '', calls: [sendMail] }, { text: 'Sent' });
  const parked = await house.say('send');
  assert.equal(parked.record.status, 'parked');
  assert.deepEqual(mail.calls, []);
  const [approval] = house.turns.listApprovals(house.access, { status: 'open', limit: 10 });
  assert.ok(approval);
  await assert.rejects(
    house.turns.decideApproval(house.access, approval.id, { decision: 'approved', digest: 'another' }),
    (error) => error instanceof CodedError && error.code === 'approval_digest_mismatch',
  );
  const decision = { decision: 'approved', digest: approval.digest } as const;
  await house.turns.decideApproval(house.access, approval.id, decision);
  await assert.rejects(house.turns.decideApproval(house.access, approval.id, decision));
  const { record } = await house.settled(parked.turn, parked.conversation);
  assert.equal(record.status, 'completed');
  assert.deepEqual(mail.calls, [{ to: 'a' }]);
});

test('a denied approval is read by the model with its reason, and nothing runs', async (t) => {
  const mail = mailServer();
  const house = await openHouse(t, { sources: [mail.source], guard: askAlways });
  house.provider.reply({ text: '', calls: [sendMail] }, { text: 'Understood' });
  const parked = await house.say('send');
  const [approval] = house.turns.listApprovals(house.access, { status: 'open', limit: 10 });
  assert.ok(approval);
  await house.turns.decideApproval(house.access, approval.id, {
    decision: 'denied',
    digest: approval.digest,
    reason: 'not today',
  });
  await house.settled(parked.turn, parked.conversation);
  assert.match(JSON.stringify(house.provider.requests[1]?.messages.at(-1)), /not today/);
  assert.deepEqual(mail.calls, []);
});

test('two approvals of one answer are decided one by one', async (t) => {
  const mail = mailServer();
  const house = await openHouse(t, { sources: [mail.source], guard: askAlways });
  house.provider.reply(
    { text: '', calls: [sendMail, { name: 'mail__send', arguments: '{"to":"b"}' }] },
    { text: 'Sent' },
  );
  const parked = await house.say('send both');
  const open = house.turns.listApprovals(house.access, { status: 'open', limit: 10 });
  assert.equal(open.length, 2);
  for (const approval of open) {
    await house.turns.decideApproval(house.access, approval.id, {
      decision: 'approved',
      digest: approval.digest,
    });
    await house.settled(parked.turn, parked.conversation);
  }
  const { record } = await house.settled(parked.turn, parked.conversation);
  assert.equal(record.status, 'completed');
  assert.equal(mail.calls.length, 2);
});

test('a new message withdraws an open approval, lets the turn end, and then runs', async (t) => {
  const mail = mailServer();
  const house = await openHouse(t, { sources: [mail.source], guard: askAlways });
  house.provider.reply({ text: '', calls: [sendMail] }, { text: 'Left it' }, { text: 'Sure' });
  const parked = await house.say('send');
  const next = await house.say('never mind', parked.conversation);
  assert.equal(next.record.status, 'completed');
  const { steps, record } = await house.settled(parked.turn, parked.conversation);
  assert.equal(record.status, 'completed');
  assert.equal(find(steps, 'approval_decided')?.decision, 'withdrawn');
  assert.deepEqual(mail.calls, []);
});

test('after an unknown outcome the same call asks, in a later turn too', async (t) => {
  let fails = true;
  const mail = mailServer(async () => {
    if (fails) throw new Error('connection lost');
    return { content: [], isError: false };
  });
  const house = await openHouse(t, { sources: [mail.source], allow: ['mail__send'] });
  house.provider.reply({ text: '', calls: [sendMail] }, { text: 'It is unknown' });
  const first = await house.say('send');
  assert.equal(find(first.steps, 'tool_ended')?.outcome, 'unknown');
  fails = false;
  house.provider.reply({ text: '', calls: [sendMail] });
  const again = await house.say('send again', first.conversation);
  assert.equal(again.record.status, 'parked');
  assert.equal(mail.calls.length, 1);
});

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

test('what a step names by its hash can be read again: prompt, tools, policy', async (t) => {
  const house = await openHouse(t);
  house.provider.reply({ text: '', calls: [writeNote] }, { text: 'Done' });
  const { steps } = await house.say('write');
  const started = find(steps, 'model_started');
  const decided = find(steps, 'tool_decided');
  assert.equal(house.store.readContent(started?.promptHash ?? '')?.text, 'You are Baker.');
  assert.match(house.store.readContent(started?.toolsHash ?? '')?.text ?? '', /"name":"write_note"/);
  assert.match(house.store.readContent(decided?.policyHash ?? '')?.text ?? '', /write_note/);
  const forged = { hash: started?.promptHash ?? '', kind: 'prompt', text: 'another' } as const;
  await assert.rejects(
    house.store.keepContent(forged),
    (error) => error instanceof CodedError && error.code === 'store_misuse',
  );
});
