import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { callTool, type Script, say } from '@bakerst/testkit/model-servers/script';
import OpenAI from 'openai';
import { startBrainProcess } from '../running/brain-process.ts';
import { type ScriptedModel, scriptedModel } from '../running/scripted-models.ts';
import { readTurn, until } from '../running/talk.ts';

const HI = [{ role: 'user' as const, content: 'Hello there' }];
const WEATHER = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    description: 'The weather of a city',
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
};
const ARGUMENTS = { city: 'Zürich "Altstadt"' };

async function house(t: TestContext) {
  const model = await scriptedModel(t);
  const brain = await startBrainProcess(t, { config: model.config });
  const client = new OpenAI({
    apiKey: await brain.token(),
    baseURL: `${brain.origin}/v1`,
    maxRetries: 0,
    timeout: 20_000,
  });
  return { model, brain, client };
}

const lastBody = (model: ScriptedModel) => JSON.stringify(model.asked().at(-1)?.body);

/** Asks for the weather once, and answers what it is told of it. */
const weatherScript: Script = ({ body }) =>
  /sunny/.test(JSON.stringify(body.messages))
    ? say('It is sunny in Zürich.')
    : { ...callTool('get_weather', ARGUMENTS), text: 'I will look.' };

test('the official openai package as a client of /v1', async (t) => {
  const { model, brain, client } = await house(t);
  await t.test('gets whole answers with usage and the place where they can be found again', async () => {
    model.play([say('Hello to you.', { usage: { input: 40, output: 7, cacheRead: 10 } })]);
    const { data, response } = await client.chat.completions
      .create({ model: 'bakerst', messages: HI, temperature: 0, max_tokens: 200 })
      .withResponse();
    assert.equal(data.choices[0]?.message.content, 'Hello to you.');
    assert.equal(data.choices[0]?.finish_reason, 'stop');
    assert.deepEqual(
      [data.usage?.prompt_tokens, data.usage?.completion_tokens, data.usage?.total_tokens],
      [50, 7, 57],
    );
    assert.equal(data.usage?.prompt_tokens_details?.cached_tokens, 10);
    assert.equal(data.model, 'test/m');
    const turn = await readTurn(brain, response.headers.get('bakerst-turn') ?? '');
    assert.equal(turn.status, 'completed');
    assert.equal(turn.conversation, response.headers.get('bakerst-conversation'));
    // 40 at 1, 7 at 1, 10 at 0.1 micro-dollars.
    assert.equal(turn.costMicros, 48);
  });

  await t.test('sees the stream before the model has finished, and the usage at its end', async () => {
    const gate = Promise.withResolvers<void>();
    model.play([say(['One ', 'two ', 'three.'], { gate: { afterEvents: 3, open: gate.promise } })]);
    const stream = await client.chat.completions.create({
      model: 'test/m',
      messages: HI,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let finish: string | null | undefined;
    let usage: OpenAI.CompletionUsage | null | undefined;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? '';
      finish ??= chunk.choices[0]?.finish_reason;
      usage = chunk.usage ?? usage;
      // The rest only leaves the model once this was read here.
      if (text === 'One two ') gate.resolve();
    }
    assert.equal(text, 'One two three.');
    assert.equal(finish, 'stop');
    assert.ok((usage?.completion_tokens ?? 0) > 0);
  });

  await t.test(
    "hands the client's own tools back as tool_calls, never runs them, and goes on with the results",
    async () => {
      model.play(weatherScript);
      const first = await client.chat.completions
        .create({ model: 'bakerst', messages: HI, tools: [WEATHER] })
        .withResponse();
      const choice = first.data.choices[0];
      assert.equal(choice?.finish_reason, 'tool_calls');
      assert.equal(choice?.message.content, 'I will look.');
      const call = choice?.message.tool_calls?.[0];
      assert.ok(call?.type === 'function');
      assert.equal(call.function.name, 'get_weather');
      assert.deepEqual(JSON.parse(call.function.arguments), ARGUMENTS);
      const turn = await readTurn(brain, first.response.headers.get('bakerst-turn') ?? '');
      assert.equal(turn.status, 'completed');
      assert.equal(
        turn.steps.some(({ step }) => step.type === 'tool_started'),
        false,
      );
      const results = [
        ...HI,
        choice?.message ?? { role: 'assistant' as const },
        { role: 'tool' as const, tool_call_id: call.id, content: 'sunny, 21 degrees' },
      ];
      // Both ways that clients work: the whole list each time, and the stored conversation continued.
      const stored = { 'bakerst-conversation': first.response.headers.get('bakerst-conversation') ?? '' };
      for (const headers of [{}, stored]) {
        const second = await client.chat.completions.create(
          { model: 'bakerst', messages: results, tools: [WEATHER] },
          { headers },
        );
        assert.equal(second.choices[0]?.message.content, 'It is sunny in Zürich.');
        assert.match(lastBody(model), /sunny, 21 degrees/);
        assert.equal(lastBody(model).split('Hello there').length - 1, 1, 'nothing is told twice');
      }
    },
  );

  await t.test('streams tool_calls as the openai stream helper assembles them', async () => {
    model.play(weatherScript);
    const stream = client.chat.completions.stream({ model: 'bakerst', messages: HI, tools: [WEATHER] });
    let streamed = '';
    stream.on('content', (piece) => {
      streamed += piece;
    });
    const final = await stream.finalChatCompletion();
    assert.equal(streamed, 'I will look.');
    const call = final.choices[0]?.message.tool_calls?.[0];
    assert.equal(call?.function.name, 'get_weather');
    assert.deepEqual(JSON.parse(call?.function.arguments ?? ''), ARGUMENTS);
    assert.equal(final.choices[0]?.finish_reason, 'tool_calls');
  });

  await t.test('continues a stored conversation with a header, and otherwise gets a hidden one', async () => {
    model.play(({ number }) => say(`Answer ${number}.`));
    const made = await brain.call('/api/v1/conversations', { method: 'POST', body: '{"title":"Kept"}' });
    const { id } = (await made.json()) as { id: string };
    const headers = { 'Bakerst-Conversation': id };
    const say1 = [{ role: 'user' as const, content: 'My name is Ada.' }];
    await client.chat.completions.create({ model: 'bakerst', messages: say1 }, { headers });
    const say2 = [{ role: 'user' as const, content: 'What is my name?' }];
    await client.chat.completions.create({ model: 'bakerst', messages: say2 }, { headers });
    assert.match(lastBody(model), /My name is Ada\..*Answer 0\..*What is my name\?/);
    await client.chat.completions.create({ model: 'bakerst', messages: say2 });
    assert.doesNotMatch(lastBody(model), /Ada/);
    const list = (await (await brain.call('/api/v1/conversations')).json()) as { items: { id: string }[] };
    assert.deepEqual(
      list.items.map((one) => one.id),
      [id],
      'the other one is hidden',
    );
  });

  await t.test(
    'retries a completion under its Idempotency-Key as the same turn, and may not change what it asks',
    async () => {
      model.play(({ number }) => say(`Answer ${number}.`));
      const before = model.asked().length;
      const request = { model: 'bakerst', messages: HI };
      const options = { headers: { 'Idempotency-Key': 'a-retry' } };
      const both = await Promise.all(
        [1, 2].map(() => client.chat.completions.create(request, options).withResponse()),
      );
      const later = await client.chat.completions.create(request, options).withResponse();
      const [turn, ...same] = [...both, later].map(({ response }) => response.headers.get('bakerst-turn'));
      assert.deepEqual(same, [turn, turn]);
      assert.equal(later.data.choices[0]?.message.content, 'Answer 0.');
      assert.equal(model.asked().length - before, 1, 'the model was asked once');
      const other = { ...request, messages: [{ role: 'user' as const, content: 'Something else' }] };
      await assert.rejects(client.chat.completions.create(other, options), { status: 422 });
    },
  );

  await t.test('lists models, and reads the agent and a model by name', async () => {
    model.play([]);
    const listed = (await client.models.list()).data.map(({ id }) => id);
    for (const id of ['bakerst', 'test/m']) assert.ok(listed.includes(id), `${id} is in ${listed}`);
    assert.equal((await client.models.retrieve('test/m')).id, 'test/m');
    await assert.rejects(client.models.retrieve('test/none'), { status: 404, code: 'not_found' });
  });

  await t.test('gets errors in the shape it knows, each with a code and a remedy', async () => {
    model.play([{ kind: 'error', status: 400, message: 'no such thing' }]);
    await assert.rejects(
      client.chat.completions.create({ model: 'nobody/none', messages: HI }),
      (error) =>
        error instanceof OpenAI.APIError &&
        error.code === 'model_unknown' &&
        error.type === 'invalid_request_error' &&
        typeof (error.error as { remedy?: unknown }).remedy === 'string',
    );
    await assert.rejects(client.chat.completions.create({ model: 'bakerst', messages: HI, n: 3 }), {
      status: 400,
      code: 'unsupported_parameter',
      param: 'n',
    });
    await assert.rejects(
      client.chat.completions.create({ model: 'bakerst', messages: HI }),
      (error) =>
        error instanceof OpenAI.APIError && error.status === 502 && /no such thing/.test(error.message),
    );
    const stranger = new OpenAI({
      apiKey: 'bst_stranger',
      baseURL: `${brain.origin}/v1`,
      maxRetries: 0,
    });
    await assert.rejects(stranger.chat.completions.create({ model: 'bakerst', messages: HI }), {
      status: 401,
      type: 'authentication_error',
      code: 'credential_invalid',
    });
  });

  await t.test('gets a failure in mid-stream as an error, not as an end', async () => {
    model.play(() => ({ kind: 'error', status: 400, message: 'refused later' }));
    const stream = await client.chat.completions.create({ model: 'bakerst', messages: HI, stream: true });
    await assert.rejects(async () => {
      for await (const chunk of stream) assert.equal(chunk.choices[0]?.finish_reason ?? null, null);
    }, /refused later/);
  });

  await t.test('may hang up in mid-stream: the turn runs to its end', async () => {
    const gate = Promise.withResolvers<void>();
    model.play([say('A long answer.', { gate: { afterEvents: 3, open: gate.promise } })]);
    const { data: stream, response } = await client.chat.completions
      .create({ model: 'bakerst', messages: HI, stream: true })
      .withResponse();
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
    stream.controller.abort();
    gate.resolve();
    const turn = await until('the turn ends', async () => {
      const now = await readTurn(brain, response.headers.get('bakerst-turn') ?? '');
      return now.status === 'running' ? undefined : now;
    });
    assert.equal(turn.status, 'completed');
  });
});
