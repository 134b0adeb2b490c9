import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelRequest } from '@bakerst/shared/models';
import { startChatCompletionsServer } from '@bakerst/testkit/model-servers/chat-completions-server';
import type { ModelServer, ModelServerOptions } from '@bakerst/testkit/model-servers/model-server';
import { callTool, type Script, say } from '@bakerst/testkit/model-servers/script';
import { collect, failure, requestOf } from '../collect-answer.ts';
import type { Credential } from '../credential.ts';
import type { HttpProvider } from '../http-provider.ts';
import { type ChatCompletionsOptions, createChatCompletionsProvider } from './chat-provider.ts';

const KEY: Credential = { kind: 'apiKey', value: 'sk-test-0123456789abcdef' };
type Options = Partial<ChatCompletionsOptions> & { readonly server?: ModelServerOptions };

async function withProvider(
  script: Script,
  use: (provider: HttpProvider, server: ModelServer) => Promise<void>,
  { server: serverOptions, ...options }: Options = {},
): Promise<void> {
  const server = await startChatCompletionsServer(script, serverOptions);
  const provider = createChatCompletionsProvider({
    name: 'openai',
    type: 'openai',
    baseUrl: `${server.origin}/v1`,
    idleTimeoutMs: 2_000,
    credential: async () => KEY,
    ...options,
  });
  try {
    await use(provider, server);
  } finally {
    await provider.close();
    await server.close();
  }
}

const TOOL = { name: 'get_time', description: 'The time.', parameters: { type: 'object' } };
const WITH_TOOL = requestOf({ tools: [TOOL] });
const TWO_CALLS = [
  { id: 'call_a', name: 'get_time', arguments: { zone: 'UTC' }, fragment: 2 },
  { id: 'call_b', name: 'get_time', arguments: { zone: 'CET' }, fragment: 5 },
];

test('an answer streams as text, thinking and tool calls, and ends with the whole of it and its usage', async () => {
  const usage = { input: 10, output: 20, cacheRead: 30, cacheWrite: 5 };
  const answer = say('It is noon.', { thinking: 'Let me see.', toolCalls: TWO_CALLS, usage });
  await withProvider([answer], async (provider) => {
    const { events, end } = await collect(provider, WITH_TOOL);
    assert.deepEqual(
      events.map((event) => event.type),
      [
        ...Array<string>(3).fill('thinking'),
        ...Array<string>(3).fill('text'),
        'tool_call_started',
        'tool_call_started',
        'end',
      ],
    );
    assert.deepEqual(end, {
      type: 'end',
      parts: [
        { type: 'thinking', text: 'Let me see.', signature: 'field:reasoning_content' },
        { type: 'text', text: 'It is noon.' },
        { type: 'tool_call', call: '', providerId: 'call_a', name: 'get_time', arguments: '{"zone":"UTC"}' },
        { type: 'tool_call', call: '', providerId: 'call_b', name: 'get_time', arguments: '{"zone":"CET"}' },
      ],
      stopReason: 'tool_calls',
      usage: { inputTokens: 10, outputTokens: 20, cacheReadTokens: 30, cacheWriteTokens: 5 },
      usageSource: 'reported',
      reportedModel: 'test-model',
    });
  });
});

const DIALECTS = {
  'whole calls': { wholeCalls: true },
  'whole calls without an index': { wholeCalls: true, index: 'none' },
  'whole calls without index and ids': { wholeCalls: true, index: 'none', ids: 'empty' },
  'whole calls all under index nought': { wholeCalls: true, index: 'zero' },
  'whole calls under index nought without ids': { wholeCalls: true, index: 'zero', ids: 'empty' },
  'whole calls with one id for all': { wholeCalls: true, ids: 'same' },
  'arguments as an object': { wholeCalls: true, argumentsObject: true },
  'fragments without ids': { ids: 'empty' },
  'fragments with one id for all': { ids: 'same' },
  'fragments without an index': { index: 'none' },
  'fragments without index and ids': { index: 'none', ids: 'empty' },
  'fragments all under index nought': { index: 'zero' },
} as const;

for (const [name, dialect] of Object.entries(DIALECTS)) {
  test(`two tool calls stay two where a server sends ${name}`, async () => {
    await withProvider([say('x', { toolCalls: TWO_CALLS, dialect })], async (provider) => {
      const { events, end } = await collect(provider, WITH_TOOL);
      const calls = end.parts.filter((part) => part.type === 'tool_call');
      assert.deepEqual(
        calls.map((call) => call.arguments),
        ['{"zone":"UTC"}', '{"zone":"CET"}'],
      );
      const ids = calls.map((call) => call.providerId);
      assert.equal(new Set(ids).size, 2);
      assert.ok(ids.every((id) => id !== ''));
      const started = events.flatMap((event) =>
        event.type === 'tool_call_started' ? [event.providerId] : [],
      );
      assert.deepEqual(started, ids);
    });
  });
}

const CALL_PART = {
  type: 'tool_call',
  call: 'call_01890a5d-ac96-774b-bcce-b302099a8057',
  providerId: '',
  name: 'get_time',
  arguments: '{"zone":"UTC"}',
} as const;

const EVERYTHING: ModelRequest = requestOf({
  system: ['You are a test.', 'Be brief.'],
  tools: [TOOL],
  messages: [
    { role: 'user', content: [{ type: 'text', text: 'See' }] },
    { role: 'user', content: [{ type: 'image', mediaType: 'image/png', data: 'aGk=' }] },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', text: 'hm', signature: 'field:reasoning_content' },
        CALL_PART,
        { ...CALL_PART, call: 'call_2', arguments: '' },
      ],
    },
    {
      role: 'tool',
      call: CALL_PART.call,
      providerId: '',
      name: 'get_time',
      isError: true,
      content: [
        { type: 'text', text: 'broken' },
        { type: 'image', mediaType: 'image/png', data: 'aGk=' },
      ],
    },
  ],
});

test('a conversation with every kind of part passes the strict server, in the shape the API wants', async () => {
  await withProvider([say('ok')], async (provider, server) => {
    await collect(provider, EVERYTHING);
    const body = server.requests[0]?.body as Record<string, unknown>;
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,aGk=' } };
    const id = 'call_01890a5dac96774bbcceb302099a8057';
    assert.deepEqual(body.messages, [
      { role: 'system', content: 'You are a test.\n\nBe brief.' },
      { role: 'user', content: [{ type: 'text', text: 'See' }, image] },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id, type: 'function', function: { name: 'get_time', arguments: '{"zone":"UTC"}' } },
          { id: 'call_2', type: 'function', function: { name: 'get_time', arguments: '{}' } },
        ],
      },
      { role: 'tool', tool_call_id: id, content: 'Error: broken\n\n[1 image(s) of this result follow]' },
      {
        role: 'tool',
        tool_call_id: 'call_2',
        content: 'Error: No result of this call was recorded: it may or may not have run.',
      },
      { role: 'user', content: [{ type: 'text', text: 'Image(s) in the result of get_time:' }, image] },
    ]);
    assert.equal(body.max_completion_tokens, 1_000);
    assert.equal(body.max_tokens, undefined);
  });
});

test('a compatible server is sent max_tokens, and the reasoning of the running tool loop', async () => {
  await withProvider(
    [say('ok'), say('ok')],
    async (provider, server) => {
      await collect(provider, EVERYTHING);
      const later = { role: 'user' as const, content: [{ type: 'text' as const, text: 'Next.' }] };
      await collect(provider, { ...EVERYTHING, messages: [...EVERYTHING.messages, later] });
      const reasoning = server.requests.map(({ body }) =>
        (body as { messages: { reasoning_content?: string }[] }).messages.map((m) => m.reasoning_content),
      );
      assert.ok(reasoning[0]?.includes('hm'));
      assert.ok(!reasoning[1]?.includes('hm'));
    },
    { name: 'local', type: 'openai-compatible', server: { limitField: 'max_tokens' } },
  );
});

test('the key is a bearer token; a server without one gets no header', async () => {
  await withProvider([say('ok')], async (provider, server) => {
    await collect(provider);
    assert.ok(server.requests[0]?.hasHeader('authorization', `Bearer ${KEY.value}`));
  });
  await withProvider(
    [say('ok')],
    async (provider, server) => {
      await collect(provider);
      assert.equal(server.requests[0]?.headers.authorization, undefined);
    },
    { name: 'local', type: 'openai-compatible', credential: async () => undefined },
  );
});

test('OpenAI and OpenRouter without a key are not configured, and the remedy names the variable', async () => {
  for (const [type, variable] of [
    ['openai', /OPENAI_API_KEY/],
    ['openrouter', /OPENROUTER_API_KEY/],
  ] as const) {
    await withProvider(
      [],
      async (provider) => {
        const error = await failure(provider);
        assert.equal(error.code, 'provider_not_configured');
        assert.match(error.remedy, variable);
      },
      { name: type, type, credential: async () => undefined },
    );
  }
});

test('a key with a line break in it is refused before it is sent', async () => {
  const credential = async () => ({ kind: 'apiKey' as const, value: 'sk-one\r\nx-evil: 1' });
  await withProvider(
    [],
    async (provider, server) => {
      const error = await failure(provider);
      assert.equal(error.code, 'provider_not_configured');
      assert.ok(!error.message.includes('sk-one'));
      assert.equal(server.requests.length, 0);
    },
    { credential },
  );
});

test('a server that counts nothing is charged by an estimate that is not below its own strict count', async () => {
  const words = 'Ünïcödé and plain words, 1234567890. ';
  const text = words.repeat(50);
  const messages = [{ role: 'user' as const, content: [{ type: 'text' as const, text }] }];
  const script = [say(text, { usage: 'omitted' }), say(text)];
  await withProvider(script, async (provider) => {
    const estimated = await collect(provider, requestOf({ messages }));
    const reported = await collect(provider, requestOf({ messages }));
    assert.equal(estimated.end.usageSource, 'estimated');
    assert.equal(reported.end.usageSource, 'reported');
    assert.ok(estimated.end.usage.inputTokens >= reported.end.usage.inputTokens * 0.9);
    assert.ok(estimated.end.usage.outputTokens >= reported.end.usage.outputTokens);
  });
});

test('a stream without its end mark is whole where it gave a finish reason, and cut where it did not', async () => {
  const whole = say('all of it', { dialect: { noDone: true } });
  const cut = say('all of it', { fault: { kind: 'end_early', afterEvents: 3 } });
  await withProvider([whole, cut], async (provider) => {
    assert.equal((await collect(provider)).text, 'all of it');
    const error = await failure(provider);
    assert.equal(error.code, 'provider_unreachable');
    assert.deepEqual(error.partial?.parts, [{ type: 'text', text: 'all of ' }]);
  });
});

test('a refusal and each finish reason become ours', async () => {
  const script: Script = [
    say('x', { stopReason: 'max_tokens' }),
    say('', { refusal: 'I will not.' }),
    say('x', { stopReason: 'refusal' }),
    callTool('get_time', {}, { stopReason: 'end' }),
  ];
  await withProvider(script, async (provider) => {
    assert.equal((await collect(provider, WITH_TOOL)).end.stopReason, 'max_tokens');
    const refused = await collect(provider, WITH_TOOL);
    assert.equal(refused.end.stopReason, 'refusal');
    assert.equal(refused.text, 'I will not.');
    assert.equal((await collect(provider, WITH_TOOL)).end.stopReason, 'refusal');
    assert.equal((await collect(provider, WITH_TOOL)).end.stopReason, 'tool_calls');
  });
});

test('models are listed the OpenAI way, and from an Ollama at its root', async () => {
  const server = { models: ['llama3:8b', 'qwen3'] };
  const { signal } = new AbortController();
  await withProvider(
    [],
    async (provider) => assert.deepEqual(await provider.listModels(signal), server.models),
    { server },
  );
  await withProvider(
    [say('hi')],
    async (provider, { requests }) => {
      assert.deepEqual(await provider.listModels(signal), server.models);
      await collect(provider, requestOf({ model: 'qwen3' }));
      assert.deepEqual(
        requests.map((request) => request.path),
        ['/api/tags', '/v1/chat/completions'],
      );
    },
    { name: 'ollama', type: 'ollama', server, credential: async () => undefined },
  );
});

test('a base URL with a password in it is refused, and one is demanded of a compatible server', async () => {
  const options = {
    name: 'x',
    type: 'openai-compatible',
    idleTimeoutMs: 1_000,
    credential: async () => KEY,
  } as const;
  assert.throws(() => createChatCompletionsProvider(options), { code: 'provider_not_configured' });
  const provider = createChatCompletionsProvider({ ...options, baseUrl: 'http://me:secret@127.0.0.1:1/v1' });
  const error = await failure(provider);
  assert.equal(error.code, 'provider_not_configured');
  assert.ok(!error.message.includes('secret'));
  await provider.close();
});

test('ids that a server gave twice, or that another would refuse, are replaced by ours and still find their results', async () => {
  const calls = ['id 1', 'same', 'same', 'x'.repeat(60)].map((providerId, at) => ({
    ...CALL_PART,
    providerId,
    call: `call_0000-${at}`,
  }));
  const results = [...calls, { ...CALL_PART, call: 'call_nobody_made' }].map(
    ({ call, providerId, name }) => ({
      role: 'tool' as const,
      call,
      providerId,
      name,
      isError: false,
      content: [{ type: 'text' as const, text: `result of ${call}` }],
    }),
  );
  const messages = [
    { role: 'user' as const, content: [{ type: 'text' as const, text: 'Go.' }] },
    { role: 'assistant' as const, content: calls },
    ...results.toReversed(),
  ];
  await withProvider([say('ok')], async (provider, server) => {
    await collect(provider, requestOf({ messages }));
    const body = server.requests[0]?.body as { messages: { tool_call_id?: string; content: string }[] };
    assert.deepEqual(
      body.messages.flatMap((sent) => (sent.tool_call_id ? [[sent.tool_call_id, sent.content]] : [])),
      [
        ['call_00000', 'result of call_0000-0'],
        ['same', 'result of call_0000-1'],
        ['call_00002', 'result of call_0000-2'],
        ['call_00003', 'result of call_0000-3'],
      ],
    );
  });
});
