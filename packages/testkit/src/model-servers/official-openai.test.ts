import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { startChatCompletionsServer } from './chat-completions-server.ts';
import type { ModelServerOptions } from './model-server.ts';
import { callTool, type Script, say } from './script.ts';

const QUESTION = { role: 'user' as const, content: 'Hello?' };
const CALL = { model: 'gpt-test', messages: [QUESTION] };
const TOOL = {
  type: 'function' as const,
  function: { name: 'get_weather', parameters: { type: 'object', properties: {} } },
};

async function withServer(
  script: Script,
  use: (client: OpenAI, server: Awaited<ReturnType<typeof startChatCompletionsServer>>) => Promise<void>,
  options?: ModelServerOptions,
): Promise<void> {
  const server = await startChatCompletionsServer(script, options);
  try {
    await use(new OpenAI({ apiKey: 'sk-test', baseURL: `${server.origin}/v1`, maxRetries: 0 }), server);
  } finally {
    await server.close();
  }
}

test('the official client reads a streamed answer, its tool calls by fragments, and usage at the end', async () => {
  const answer = say('Let me see.', {
    toolCalls: [
      { id: 'call_a', name: 'get_weather', arguments: { city: 'Köln' } },
      { id: 'call_b', name: 'get_weather', arguments: { city: 'Oslo' } },
    ],
    usage: { input: 10, output: 20, cacheRead: 30 },
  });
  await withServer([answer], async (client) => {
    const stream = client.chat.completions.stream({
      ...CALL,
      tools: [TOOL],
      stream_options: { include_usage: true },
    });
    const texts: string[] = [];
    stream.on('content', (text) => texts.push(text));
    const completion = await stream.finalChatCompletion();
    const choice = completion.choices[0];
    assert.deepEqual(texts, ['Let ', 'me ', 'see.']);
    assert.deepEqual(
      choice?.message.tool_calls?.map((call) => call.type === 'function' && call.function.arguments),
      ['{"city":"Köln"}', '{"city":"Oslo"}'],
    );
    assert.equal(choice?.finish_reason, 'tool_calls');
    assert.equal(completion.usage?.prompt_tokens, 40);
    assert.equal(completion.usage?.prompt_tokens_details?.cached_tokens, 30);
    assert.equal(completion.usage?.completion_tokens, 20);
  });
});

test('usage is streamed only where it was asked for', async () => {
  await withServer([say('Hi.')], async (client) => {
    const usages: unknown[] = [];
    for await (const chunk of await client.chat.completions.create({ ...CALL, stream: true })) {
      if (chunk.usage) usages.push(chunk.usage);
    }
    assert.deepEqual(usages, []);
  });
});

test('the official client reads an answer in one piece and sends a tool result back', async () => {
  await withServer([callTool('get_weather', { city: 'Oslo' }), say('Rain.')], async (client) => {
    const first = await client.chat.completions.create({ ...CALL, tools: [TOOL] });
    const message = first.choices[0]?.message;
    const call = message?.tool_calls?.[0];
    assert.ok(message && call);
    const second = await client.chat.completions.create({
      ...CALL,
      messages: [
        QUESTION,
        { role: 'assistant', content: message.content, tool_calls: [call] },
        { role: 'tool', tool_call_id: call.id, content: 'rain' },
      ],
    });
    assert.equal(second.choices[0]?.message.content, 'Rain.');
    assert.equal(second.choices[0]?.finish_reason, 'stop');
  });
});

test('the official client recognises scripted errors as its own', async () => {
  const script: Script = [
    { kind: 'error', status: 429, type: 'requests', headers: { 'retry-after': '7' } },
    { kind: 'error', status: 503, message: 'down' },
    { kind: 'html' },
  ];
  await withServer(script, async (client) => {
    await assert.rejects(client.chat.completions.create(CALL), OpenAI.RateLimitError);
    await assert.rejects(client.chat.completions.create(CALL), OpenAI.InternalServerError);
    const page: unknown = await client.chat.completions.create(CALL);
    assert.match(String(page), /It works/);
  });
});

test('the official client is told about a wrong key, an unknown model and a prompt that is too long', async () => {
  await withServer(
    [],
    async (client, server) => {
      await assert.rejects(client.chat.completions.create(CALL), OpenAI.NotFoundError);
      const long = { model: 'known', messages: [{ role: 'user' as const, content: 'x'.repeat(9_000) }] };
      await assert.rejects(client.chat.completions.create(long), (error) => {
        assert.ok(error instanceof OpenAI.BadRequestError);
        return error.code === 'context_length_exceeded';
      });
      const stranger = new OpenAI({ apiKey: 'wrong', baseURL: `${server.origin}/v1`, maxRetries: 0 });
      await assert.rejects(stranger.chat.completions.create(CALL), OpenAI.AuthenticationError);
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

test('requests that real endpoints refuse are refused', async () => {
  const asked = {
    role: 'assistant',
    tool_calls: [{ id: 'a', type: 'function', function: { name: 'x', arguments: '{}' } }],
  };
  const image = { type: 'image_url', image_url: { url: 'data:image/svg+xml;base64,aGk=' } };
  const wrong: readonly [unknown, RegExp][] = [
    [{ ...CALL, messages: [QUESTION, QUESTION] }, /roles must alternate/],
    [{ ...CALL, messages: [QUESTION, asked, QUESTION] }, /must be followed by tool messages/],
    [{ ...CALL, messages: [QUESTION, asked] }, /No tool messages/],
    [
      { ...CALL, messages: [QUESTION, { role: 'tool', tool_call_id: 'a', content: '' }] },
      /must be a response/,
    ],
    [{ ...CALL, messages: [{ role: 'robot', content: '' }] }, /role/],
    [{ ...CALL, messages: [{ role: 'user', content: [image] }] }, /url/],
    [{ ...CALL, max_tokens: 1, max_completion_tokens: 1 }, /Only one of/],
    [{ ...CALL, stream_options: { include_usage: true } }, /only allowed when 'stream'/],
  ];
  await withServer([], async (client) => {
    for (const [body, message] of wrong) {
      await assert.rejects(client.post('/chat/completions', { body }), (error) => {
        assert.ok(error instanceof OpenAI.BadRequestError, String(error));
        assert.match(error.message, message);
        return true;
      });
    }
  });
});
