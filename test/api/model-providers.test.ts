import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startAnthropicServer } from '@bakerst/testkit/model-servers/anthropic-server';
import { startChatCompletionsServer } from '@bakerst/testkit/model-servers/chat-completions-server';
import type { ModelServer, ModelServerOptions } from '@bakerst/testkit/model-servers/model-server';
import { callTool, say } from '@bakerst/testkit/model-servers/script';
import { startBrainProcess, temporaryFolder } from '../running/brain-process.ts';
import { catalogued, PRICE, Stage } from '../running/scripted-models.ts';
import { ask, message, readTurn, stepsOf, until } from '../running/talk.ts';
import { openEvents, ShownTurn } from '../running/turn-events.ts';

const KEY = 'sk-ant-a-made-up-key';
const OAUTH = 'sk-ant-oat-a-made-up-token';

interface Staged extends Stage {
  readonly server: ModelServer;
}

/** A server of either format whose script can be exchanged. */
async function staged(
  t: TestContext,
  start: typeof startAnthropicServer,
  options: ModelServerOptions = {},
): Promise<Staged> {
  const stage = new Stage([]);
  const server = await start(stage.reply, options);
  t.after(() => server.close());
  return Object.assign(stage, { server });
}

test('provider anthropic, found by its key in the environment', async (t) => {
  const model = await staged(t, startAnthropicServer, { apiKey: KEY });
  const brain = await startBrainProcess(t, {
    config: {
      models: {
        roles: { agent: ['anthropic/claude-scripted'] },
        catalog: { 'anthropic/claude-scripted': catalogued() },
      },
    },
    env: { ANTHROPIC_BASE_URL: model.server.origin, ANTHROPIC_API_KEY: KEY },
  });

  await t.test('sends the key as the API wants it and runs a turn with a tool', async () => {
    model.play([callTool('current_time'), say('It is late.')]);
    const done = await ask(brain, 'What time is it?');
    assert.equal(done.text, 'It is late.');
    assert.equal(done.model, 'anthropic/claude-scripted');
    const turn = await readTurn(brain, done.turn.id);
    assert.deepEqual(
      stepsOf(turn, 'tool_ended').map((step) => step.outcome),
      ['ok'],
    );
    assert.ok(model.server.requests.every((request) => request.hasHeader('x-api-key', KEY)));
    assert.equal(model.server.requests.length, 2);
  });

  await t.test('shows thinking and text before the model has finished, and keeps both', async () => {
    const gate = Promise.withResolvers<void>();
    const gated = { gate: { afterEvents: 5, open: gate.promise } };
    model.play([say('Forty-two.', { thinking: 'Let me see ...', signature: 'c2ln', ...gated })]);
    const reader = await openEvents(brain, '/api/v1/messages', {
      ...message('Think.'),
      headers: { accept: 'text/event-stream' },
    });
    const shown = new ShownTurn();
    let thinking = '';
    for await (const one of reader) {
      shown.take(one);
      if (one.event.type === 'delta' && one.event.channel === 'thinking') thinking += one.event.text;
      if (thinking === 'Let me ') gate.resolve();
    }
    assert.deepEqual([thinking, shown.answers], ['Let me see ...', ['Forty-two.']]);
  });

  await t.test('counts cache reads and writes and charges exactly, rounded up once', async () => {
    const usage = { input: 3, output: 5, cacheRead: 7, cacheWrite: 11 };
    model.play([say('Counted.', { usage })]);
    const done = await ask(brain, 'Count.');
    const [ended] = stepsOf(await readTurn(brain, done.turn.id), 'model_ended');
    assert.deepEqual(ended?.usage, {
      inputTokens: 3,
      outputTokens: 5,
      cacheReadTokens: 7,
      cacheWriteTokens: 11,
    });
    const exact = 3 * PRICE.input + 5 * PRICE.output + 7 * PRICE.cacheRead + 11 * PRICE.cacheWrite;
    assert.equal(ended?.costMicros, Math.ceil(exact / 1_000_000));
    assert.equal(done.turn.costMicros, 23);
  });
});

test('an OAuth token goes before an API key, and is sent as a bearer', async (t) => {
  const model = await staged(t, startAnthropicServer, { apiKey: OAUTH });
  model.play(() => say('With the token.'));
  const brain = await startBrainProcess(t, {
    env: {
      ANTHROPIC_BASE_URL: model.server.origin,
      ANTHROPIC_API_KEY: KEY,
      ANTHROPIC_OAUTH_TOKEN: OAUTH,
    },
  });
  assert.match(brain.output() + (await ask(brain, 'Hello')).text, /With the token\./);
  const [request] = model.server.requests.filter(({ method }) => method === 'POST');
  assert.ok(request?.hasHeader('authorization', `Bearer ${OAUTH}`));
  assert.equal(request?.headers['x-api-key'], undefined);
});

test('a chain of three providers', async (t) => {
  const first = await staged(t, startAnthropicServer);
  const second = await staged(t, startChatCompletionsServer);
  const third = await staged(t, startChatCompletionsServer);
  const chain = ['anthropic/one', 'openai/two', 'spare/three'];
  const brain = await startBrainProcess(t, {
    config: {
      providers: { spare: { type: 'openai-compatible', baseUrl: `${third.server.origin}/v1` } },
      models: {
        roles: { agent: chain },
        catalog: Object.fromEntries(chain.map((ref) => [ref, catalogued()])),
      },
    },
    env: {
      ANTHROPIC_BASE_URL: first.server.origin,
      ANTHROPIC_API_KEY: KEY,
      OPENAI_BASE_URL: `${second.server.origin}/v1`,
      OPENAI_API_KEY: 'sk-a-made-up-key',
    },
  });
  const modelsOf = async (turn: string) =>
    stepsOf(await readTurn(brain, turn), 'model_started').map((step) => step.model);

  await t.test('streams from a Chat Completions server before the model has finished', async () => {
    const gate = Promise.withResolvers<void>();
    second.play([say(['Slow', 'ly.'], { gate: { afterEvents: 2, open: gate.promise } })]);
    const reader = await openEvents(brain, '/api/v1/messages', {
      ...message('Stream.', { model: 'openai/two' }),
      headers: { accept: 'text/event-stream' },
    });
    const shown = new ShownTurn();
    await shown.read(reader, ({ text }) => {
      if (text === 'Slow') gate.resolve();
      return false;
    });
    assert.deepEqual([shown.answers, shown.ended], [['Slowly.'], 'completed']);
    assert.ok(second.server.requests.at(-1)?.hasHeader('authorization', 'Bearer sk-a-made-up-key'));
  });

  await t.test(
    'goes on to the next one where the first refuses the request for being overloaded',
    async () => {
      first.play(() => ({ kind: 'error', status: 529, type: 'overloaded_error', message: 'Overloaded' }));
      second.play(() => say('The second answers.'));
      const done = await ask(brain, 'Anyone?');
      assert.equal(done.text, 'The second answers.');
      assert.equal(done.model, 'openai/two');
      assert.deepEqual(await modelsOf(done.turn.id), [chain[0], chain[0], chain[0], chain[1]]);
    },
  );

  await t.test('goes on at once where a key is refused, and tells why in the record', async () => {
    const denied = { kind: 'error', status: 401, type: 'authentication_error', message: 'bad key' } as const;
    first.play(() => denied);
    second.play(() => denied);
    third.play(() => say('The third answers.'));
    const done = await ask(brain, 'Anyone else?');
    assert.equal(done.text, 'The third answers.');
    const ended = stepsOf(await readTurn(brain, done.turn.id), 'model_ended');
    assert.ok(ended.some((step) => step.error?.code === 'provider_unauthorized'));
    // What was refused before it ran costs nothing.
    assert.ok(ended.filter((step) => step.outcome === 'failed').every((step) => step.costMicros === 0));
  });

  await t.test(
    'starts the answer anew where a stream is cut, and a reader is told to forget the half',
    async () => {
      third.play(({ number }) =>
        number === 0
          ? say('A half that will be', { fault: { kind: 'cut', afterEvents: 4 } })
          : say('A whole answer.'),
      );
      const reader = await openEvents(brain, '/api/v1/messages', {
        ...message('Whole, please.', { model: 'spare/three' }),
        headers: { accept: 'text/event-stream' },
      });
      const shown = new ShownTurn();
      await shown.read(reader);
      assert.deepEqual([shown.answers, shown.ended], [['A whole answer.'], 'completed']);
      assert.ok(shown.types.includes('reset'));
      const turn = await readTurn(brain, reader.response.headers.get('bakerst-turn') ?? '');
      const [cut] = stepsOf(turn, 'model_ended');
      assert.equal(cut?.outcome, 'failed');
      assert.equal(cut?.usageSource, 'estimated');
      assert.ok((cut?.costMicros ?? 0) > 0, 'what was streamed is charged');
    },
  );

  await t.test('says what failed and what to do where nobody answers', async () => {
    const down = { kind: 'error', status: 400, message: 'not today' } as const;
    for (const model of [first, second, third]) model.play(() => down);
    const done = await ask(brain, 'Nobody?', { model: 'spare/three' });
    assert.equal(done.turn.status, 'failed');
    assert.match(done.error?.message ?? '', /not today/);
    assert.ok(done.error?.remedy);
  });
});

test('a refused key that is replaced in its file works without a restart', async (t) => {
  const model = await staged(t, startChatCompletionsServer, { apiKey: 'the-new-key' });
  const file = join(await temporaryFolder(t), 'key');
  await writeFile(file, 'the-old-key\n', { mode: 0o600 });
  const brain = await startBrainProcess(t, {
    config: {
      providers: {
        test: { type: 'openai-compatible', baseUrl: `${model.server.origin}/v1`, apiKey: `file:${file}` },
      },
      models: { roles: { agent: ['test/m'] }, catalog: { 'test/m': catalogued() } },
    },
  });
  const refused = await ask(brain, 'Hello?');
  assert.equal(refused.turn.status, 'failed');
  assert.match(`${refused.error?.message} ${refused.error?.remedy}`, /key/i);
  model.play(() => say('Welcome back.'));
  await writeFile(`${file}.new`, 'the-new-key\n', { mode: 0o600 });
  await rename(`${file}.new`, file);
  const answered = await until('the new key is used', async () => {
    const done = await ask(brain, 'And now?');
    return done.turn.status === 'completed' ? done : undefined;
  });
  assert.equal(answered.text, 'Welcome back.');
  const models = (await (await brain.call('/api/v1/models')).json()) as {
    items: { ref: string; state: string }[];
  };
  assert.equal(models.items.find(({ ref }) => ref === 'test/m')?.state, 'ready');
});
