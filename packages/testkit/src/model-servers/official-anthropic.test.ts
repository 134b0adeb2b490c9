import assert from 'node:assert/strict';
import { test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { startAnthropicServer } from './anthropic-server.ts';
import type { ModelServerOptions } from './model-server.ts';
import { callTool, type Script, say } from './script.ts';

const QUESTION = { role: 'user' as const, content: 'Hello?' };
const CALL = { model: 'claude-test', max_tokens: 100, messages: [QUESTION] };
const TOOL = { name: 'get_weather', description: 'Weather', input_schema: { type: 'object' as const } };

/** Takes nothing from the environment: neither a token nor the headers that the client would read from there. */
function clientOf(baseURL: string, apiKey: string): Anthropic {
  const defaultHeaders = { authorization: null, 'x-api-key': apiKey };
  return new Anthropic({ apiKey, authToken: null, baseURL, maxRetries: 0, defaultHeaders });
}

async function withServer(
  script: Script,
  use: (client: Anthropic, server: Awaited<ReturnType<typeof startAnthropicServer>>) => Promise<void>,
  options?: ModelServerOptions,
): Promise<void> {
  const server = await startAnthropicServer(script, options);
  try {
    await use(clientOf(server.origin, 'sk-test'), server);
  } finally {
    await server.close();
  }
}

test('the official client reads a streamed answer with thinking, a tool call and usage', async () => {
  const answer = say('It is sunny.', {
    thinking: 'Let me see.',
    signature: 'c2ln',
    toolCalls: [{ id: 'toolu_1', name: 'get_weather', arguments: { city: 'Köln' } }],
    usage: { input: 11, output: 22, cacheRead: 33, cacheWrite: 44 },
  });
  await withServer([answer], async (client) => {
    const stream = client.messages.stream({ ...CALL, tools: [TOOL] });
    const texts: string[] = [];
    stream.on('text', (text) => texts.push(text));
    const message = await stream.finalMessage();
    assert.deepEqual(texts, ['It ', 'is ', 'sunny.']);
    assert.deepEqual(
      message.content.map((block) => block.type),
      ['thinking', 'text', 'tool_use'],
    );
    const use = message.content[2];
    assert.deepEqual(use?.type === 'tool_use' && use.input, { city: 'Köln' });
    assert.equal(message.stop_reason, 'tool_use');
    assert.equal(message.usage.input_tokens, 11);
    assert.equal(message.usage.output_tokens, 22);
    assert.equal(message.usage.cache_read_input_tokens, 33);
    assert.equal(message.usage.cache_creation_input_tokens, 44);
  });
});

test('the official client reads an answer in one piece and sends a tool result back', async () => {
  await withServer([callTool('get_weather', { city: 'Oslo' }), say('Rain.')], async (client) => {
    const first = await client.messages.create({ ...CALL, tools: [TOOL] });
    const use = first.content[0];
    assert.ok(use?.type === 'tool_use');
    const result = { type: 'tool_result' as const, tool_use_id: use.id, content: 'rain' };
    const second = await client.messages.create({
      ...CALL,
      messages: [
        QUESTION,
        { role: 'assistant', content: first.content },
        { role: 'user', content: [result] },
      ],
    });
    assert.deepEqual(second.content, [{ type: 'text', text: 'Rain.' }]);
    assert.equal(second.stop_reason, 'end_turn');
  });
});

test('the official client recognises every scripted error as its own', async () => {
  const script: Script = [
    { kind: 'error', status: 429, type: 'rate_limit_error', headers: { 'retry-after': '7' } },
    { kind: 'error', status: 529, type: 'overloaded_error', message: 'Overloaded' },
    say('never whole', {
      fault: { kind: 'error_event', afterEvents: 3, type: 'overloaded_error', message: 'x' },
    }),
  ];
  await withServer(script, async (client) => {
    await assert.rejects(client.messages.create(CALL), (error) => {
      assert.ok(error instanceof Anthropic.RateLimitError);
      assert.equal(error.headers.get('retry-after'), '7');
      return true;
    });
    await assert.rejects(client.messages.create(CALL), (error) => {
      assert.ok(error instanceof Anthropic.InternalServerError);
      return error.status === 529;
    });
    await assert.rejects(client.messages.stream(CALL).finalMessage(), /overloaded_error/);
  });
});

test('the official client is told about a wrong key, an unknown model and a prompt that is too long', async () => {
  await withServer(
    [],
    async (client, server) => {
      await assert.rejects(client.messages.create(CALL), Anthropic.NotFoundError);
      const long = {
        ...CALL,
        model: 'known',
        messages: [{ role: 'user' as const, content: 'x'.repeat(9_000) }],
      };
      await assert.rejects(client.messages.create(long), /prompt is too long/);
      const stranger = clientOf(server.origin, 'wrong');
      await assert.rejects(stranger.messages.create(CALL), Anthropic.AuthenticationError);
    },
    { apiKey: 'sk-test', models: ['known'], contextWindow: 1_000 },
  );
});

test('the official client lists the models', async () => {
  await withServer(
    [],
    async (client) => {
      const ids: string[] = [];
      for await (const model of client.models.list()) ids.push(model.id);
      assert.deepEqual(ids, ['one', 'two']);
    },
    { models: ['one', 'two'] },
  );
});

test('requests that the real endpoint refuses are refused, and credentials are never recorded', async () => {
  const use = { type: 'tool_use' as const, id: 'toolu_1', name: 'get_weather', input: {} };
  const result = { type: 'tool_result' as const, tool_use_id: 'toolu_1', content: 'rain' };
  const ask = (content: unknown) => ({ role: 'user', content });
  const wrong: readonly [unknown, RegExp][] = [
    [{ ...CALL, messages: [QUESTION, QUESTION] }, /roles must alternate/],
    [{ ...CALL, max_tokens: undefined }, /max_tokens/],
    [{ ...CALL, messages: [{ role: 'system', content: 'x' }] }, /role/],
    [
      { ...CALL, messages: [QUESTION, { role: 'assistant', content: [use] }, QUESTION] },
      /without `tool_result`/,
    ],
    [{ ...CALL, messages: [ask([result])] }, /unexpected `tool_use_id`/],
    [{ ...CALL, messages: [ask([{ type: 'text', text: ' ' }])] }, /non-whitespace/],
    [{ ...CALL, messages: [QUESTION, { role: 'assistant', content: 'And' }] }, /prefill/],
    [{ ...CALL, surprise: 1 }, /surprise/],
  ];
  await withServer([], async (client, server) => {
    for (const [body, message] of wrong) {
      await assert.rejects(client.post('/v1/messages', { body }), (error) => {
        assert.ok(error instanceof Anthropic.BadRequestError, String(error));
        assert.match(error.message, message);
        return true;
      });
    }
    assert.equal(server.requests.length, wrong.length);
    assert.ok(server.requests[0]?.hasHeader('x-api-key', 'sk-test'));
    assert.ok(!JSON.stringify(server.requests).includes('sk-test'));
  });
});

test('the official client notices a cut stream', async () => {
  await withServer([say('one two three', { fault: { kind: 'cut', afterEvents: 4 } })], async (client) => {
    await assert.rejects(client.messages.stream(CALL).finalMessage());
  });
});
