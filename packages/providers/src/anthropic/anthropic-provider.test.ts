import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelRequest } from '@bakerst/shared/models';
import { startAnthropicServer } from '@bakerst/testkit/model-servers/anthropic-server';
import type { ModelServer, ModelServerOptions } from '@bakerst/testkit/model-servers/model-server';
import { callTool, type Script, say } from '@bakerst/testkit/model-servers/script';
import { collect, failure, requestOf } from '../collect-answer.ts';
import type { Credential } from '../credential.ts';
import type { HttpProvider } from '../http-provider.ts';
import { createAnthropicProvider } from './anthropic-provider.ts';

const KEY: Credential = { kind: 'apiKey', value: 'sk-ant-test-0123456789abcdef' };

async function withProvider(
  script: Script,
  use: (provider: HttpProvider, server: ModelServer) => Promise<void>,
  options: {
    readonly server?: ModelServerOptions;
    readonly credential?: () => Promise<Credential | undefined>;
  } = {},
): Promise<void> {
  const server = await startAnthropicServer(script, options.server);
  const provider = createAnthropicProvider({
    name: 'anthropic',
    baseUrl: `${server.origin}/v1`,
    idleTimeoutMs: 2_000,
    credential: options.credential ?? (async () => KEY),
  });
  try {
    await use(provider, server);
  } finally {
    await provider.close();
    await server.close();
  }
}

const CALL_PART = {
  type: 'tool_call',
  call: 'call_01890a5d-ac96-774b-bcce-b302099a8057',
  providerId: 'toolu_1',
  name: 'get_time',
  arguments: '{"zone":"UTC"}',
} as const;
const TOOL = { name: 'get_time', description: 'The time.', parameters: { type: 'object' } };

function toolMessage(text: string) {
  const { call, providerId, name } = CALL_PART;
  return {
    role: 'tool' as const,
    call,
    providerId,
    name,
    isError: false,
    content: [{ type: 'text' as const, text }],
  };
}

test('an answer streams as text, thinking and a tool call, and ends with the whole of it and its usage', async () => {
  const answer = say('It is noon.', {
    thinking: 'Let me see.',
    signature: 'c2ln',
    toolCalls: [{ id: 'toolu_9', name: 'get_time', arguments: { zone: 'UTC' }, fragment: 3 }],
    usage: { input: 11, output: 22, cacheRead: 33, cacheWrite: 44 },
  });
  await withProvider([answer], async (provider) => {
    const { events, text, end } = await collect(provider, requestOf({ tools: [TOOL] }));
    assert.equal(text, 'It is noon.');
    assert.deepEqual(
      events.map((event) => event.type),
      ['thinking', 'thinking', 'thinking', 'text', 'text', 'text', 'tool_call_started', 'end'],
    );
    assert.deepEqual(end, {
      type: 'end',
      parts: [
        { type: 'thinking', text: 'Let me see.', signature: 'c2ln' },
        { type: 'text', text: 'It is noon.' },
        { type: 'tool_call', call: '', providerId: 'toolu_9', name: 'get_time', arguments: '{"zone":"UTC"}' },
      ],
      stopReason: 'tool_calls',
      usage: { inputTokens: 11, outputTokens: 22, cacheReadTokens: 33, cacheWriteTokens: 44 },
      usageSource: 'reported',
      reportedModel: 'test-model',
    });
  });
});

test('a conversation with every kind of part passes the strict server, in the shape the API wants', async () => {
  const request: ModelRequest = requestOf({
    system: ['You are a test.', '  ', 'Be brief.'],
    tools: [TOOL, { name: 'other', description: '', parameters: {} }],
    stablePrefix: 4,
    messages: [
      { role: 'assistant', content: [{ type: 'text', text: 'I begin.' }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'See' },
          { type: 'image', mediaType: 'image/png', data: 'aGk=' },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'pdf', name: 'a.pdf', data: 'aGk=' },
          { type: 'text', text: ' ' },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', text: 'hm', signature: 'c2ln' },
          { type: 'thinking', text: 'of another provider' },
          { type: 'thinking', text: '', signature: 'redacted_thinking:b3BhcXVl' },
          CALL_PART,
          { ...CALL_PART, call: 'call_2', arguments: 'not json' },
        ],
      },
      toolMessage('noon'),
      { role: 'user', content: [{ type: 'text', text: 'And then? \ud83d' }] },
    ],
  });
  await withProvider([say('ok')], async (provider, server) => {
    await collect(provider, request);
    const body = server.requests[0]?.body as { messages: unknown; system: unknown; tools: unknown };
    const cache_control = { type: 'ephemeral' };
    assert.deepEqual(body.system, [
      { type: 'text', text: 'You are a test.' },
      { type: 'text', text: 'Be brief.', cache_control },
    ]);
    assert.deepEqual(body.messages, [
      { role: 'user', content: [{ type: 'text', text: '(What came before is left out.)' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'I begin.' }] },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'See' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'aGk=' } },
          {
            type: 'document',
            title: 'a.pdf',
            source: { type: 'base64', media_type: 'application/pdf', data: 'aGk=' },
          },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'hm', signature: 'c2ln' },
          { type: 'redacted_thinking', data: 'b3BhcXVl' },
          { type: 'tool_use', id: 'toolu_1', name: 'get_time', input: { zone: 'UTC' } },
          {
            type: 'tool_use',
            id: 'call_2',
            name: 'get_time',
            input: { not_a_json_object: 'not json' },
            cache_control,
          },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'noon' }] },
          {
            type: 'tool_result',
            tool_use_id: 'call_2',
            content: [
              { type: 'text', text: 'No result of this call was recorded: it may or may not have run.' },
            ],
            is_error: true,
          },
          { type: 'text', text: 'And then? \ufffd' },
        ],
      },
    ]);
    assert.deepEqual((body.tools as unknown[])[1], {
      type: 'custom',
      name: 'other',
      description: '',
      input_schema: { type: 'object', properties: {} },
      cache_control,
    });
  });
});

test('what one call ended with can be sent back in the next', async () => {
  const first = callTool('get_time', { zone: 'UTC' }, { thinking: 'hm', text: 'I look.' });
  await withProvider([first, say('Noon.')], async (provider, server) => {
    const asked = requestOf({ tools: [TOOL] });
    const { end } = await collect(provider, asked);
    const call = end.parts.find((part) => part.type === 'tool_call');
    assert.ok(call);
    const { providerId, name } = call;
    const result = { role: 'tool' as const, call: '', providerId, name, isError: true, content: [] };
    const messages = [...asked.messages, { role: 'assistant' as const, content: end.parts }, result];
    assert.equal((await collect(provider, { ...asked, messages })).text, 'Noon.');
    assert.equal(server.requests.length, 2);
  });
});

test('an API key and an OAuth token each go into their own header, read anew at every call', async () => {
  const credentials: Credential[] = [KEY, { kind: 'oauth', value: ' token-after-rotation\n' }];
  const credential = async () => credentials.shift();
  await withProvider(
    [say('one'), say('two')],
    async (provider, server) => {
      await collect(provider);
      await collect(provider);
      const [byKey, byToken] = server.requests;
      assert.ok(byKey && byToken);
      assert.ok(byKey.hasHeader('x-api-key', KEY.value));
      assert.equal(byKey.headers.authorization, undefined);
      assert.ok(byToken.hasHeader('authorization', 'Bearer token-after-rotation'));
      assert.ok(byToken.hasHeader('anthropic-beta', 'oauth-2025-04-20'));
      assert.equal(byToken.headers['x-api-key'], undefined);
    },
    { credential },
  );
});

test('without a credential nothing is sent, and the remedy names both environment variables', async () => {
  await withProvider(
    [],
    async (provider, server) => {
      const error = await failure(provider);
      assert.equal(error.code, 'provider_not_configured');
      assert.match(error.remedy, /ANTHROPIC_OAUTH_TOKEN or ANTHROPIC_API_KEY/);
      assert.equal(server.requests.length, 0);
    },
    { credential: async () => undefined },
  );
});

test('each stop reason becomes ours', async () => {
  const reasons = ['end', 'tool_calls', 'max_tokens', 'refusal'] as const;
  const script = reasons.map((stopReason) => {
    const toolCalls = stopReason === 'tool_calls' ? [{ name: 'get_time', arguments: {} }] : [];
    return say('x', { stopReason, toolCalls });
  });
  await withProvider(script, async (provider) => {
    for (const reason of reasons) {
      assert.equal((await collect(provider, requestOf({ tools: [TOOL] }))).end.stopReason, reason);
    }
  });
});

test('an error in mid-stream keeps what had arrived, with the input counted and the output estimated', async () => {
  const fault = {
    kind: 'error_event',
    afterEvents: 5,
    type: 'overloaded_error',
    message: 'Overloaded',
  } as const;
  await withProvider([say('one two three', { fault, usage: { input: 9, output: 99 } })], async (provider) => {
    const error = await failure(provider);
    assert.equal(error.code, 'provider_overloaded');
    assert.deepEqual(error.partial?.parts, [{ type: 'text', text: 'one two ' }]);
    assert.equal(error.partial?.usage.inputTokens, 9);
    assert.ok((error.partial?.usage.outputTokens ?? 0) >= 3);
    assert.equal(error.partial?.usageSource, 'estimated');
  });
});

test('the types of errors in mid-stream become our codes', async () => {
  const types = {
    rate_limit_error: 'provider_rate_limited',
    authentication_error: 'provider_unauthorized',
    permission_error: 'provider_unauthorized',
    api_error: 'provider_overloaded',
    invalid_request_error: 'provider_bad_request',
  };
  for (const [type, code] of Object.entries(types)) {
    const fault = { kind: 'error_event', afterEvents: 1, type, message: 'no' } as const;
    await withProvider([say('x', { fault })], async (provider) => {
      assert.equal((await failure(provider)).code, code, type);
    });
  }
});

test('a prompt that is too long, a wrong key and an unknown model each have a code of their own', async () => {
  const server = { apiKey: KEY.value, models: ['test-model'], contextWindow: 2_000 };
  await withProvider(
    [],
    async (provider, { requests }) => {
      const long = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'x'.repeat(9_000) }] }];
      assert.equal(
        (await failure(provider, requestOf({ messages: long }))).code,
        'provider_context_exceeded',
      );
      const nearly = requestOf({ maxOutputTokens: 1_990 });
      assert.equal((await failure(provider, nearly)).code, 'provider_context_exceeded');
      assert.equal((await failure(provider, requestOf({ model: 'other' }))).code, 'provider_unknown_model');
      assert.equal(requests.length, 3);
    },
    { server },
  );
  await withProvider(
    [],
    async (provider) => {
      const error = await failure(provider);
      assert.equal(error.code, 'provider_unauthorized');
      assert.equal(error.status, 401);
      assert.match(error.remedy, /ANTHROPIC_API_KEY/);
    },
    { server: { apiKey: 'another' } },
  );
});

test('the model list is read', async () => {
  await withProvider(
    [],
    async (provider, server) => {
      assert.deepEqual(await provider.listModels(new AbortController().signal), ['one', 'two']);
      assert.equal(server.requests[0]?.path, '/v1/models?limit=1000');
    },
    { server: { models: ['one', 'two'] } },
  );
});
