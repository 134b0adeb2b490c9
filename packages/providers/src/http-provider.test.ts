import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net';
import { test } from 'node:test';
import { startAnthropicServer } from '@bakerst/testkit/model-servers/anthropic-server';
import { startChatCompletionsServer } from '@bakerst/testkit/model-servers/chat-completions-server';
import type { ModelServer } from '@bakerst/testkit/model-servers/model-server';
import { type Script, type ScriptedReply, say } from '@bakerst/testkit/model-servers/script';
import fc from 'fast-check';
import { createAnthropicProvider } from './anthropic/anthropic-provider.ts';
import { createChatCompletionsProvider } from './chat-completions/chat-provider.ts';
import { collect, failure, requestOf } from './collect-answer.ts';
import type { HttpProvider, HttpProviderOptions } from './http-provider.ts';

const KEY = 'sk-secret-0123456789-abcdefghijklmnop/+=';
/** The idle timeout would close a connection too, but much later than the test may take. */
const PATIENT = { idleTimeoutMs: 60_000 };
const AT_ONCE = { timeout: 5_000 };
const FORMATS = {
  'Anthropic Messages': { start: startAnthropicServer, create: createAnthropicProvider, suffix: '' },
  'Chat Completions': {
    start: startChatCompletionsServer,
    create: (options: HttpProviderOptions) => createChatCompletionsProvider({ ...options, type: 'openai' }),
    suffix: '/v1',
  },
};

for (const [format, { start, create, suffix }] of Object.entries(FORMATS)) {
  const optionsFor = (origin: string, more: Partial<HttpProviderOptions> = {}): HttpProviderOptions => ({
    name: 'tested',
    baseUrl: origin + suffix,
    idleTimeoutMs: 2_000,
    credential: async () => ({ kind: 'apiKey', value: KEY }),
    ...more,
  });

  const withProvider = async (
    script: Script,
    use: (provider: HttpProvider, server: ModelServer) => Promise<void>,
    more?: Partial<HttpProviderOptions>,
  ): Promise<void> => {
    const server = await start(script);
    const provider = create(optionsFor(server.origin, more));
    try {
      await use(provider, server);
    } finally {
      await provider.close();
      await server.close();
    }
  };

  test(`${format}: the first words are there before the server has sent the rest`, async () => {
    const { promise: open, resolve: letGo } = Promise.withResolvers<void>();
    await withProvider([say('first second third', { gate: { afterEvents: 4, open } })], async (provider) => {
      const stream = provider.stream(requestOf(), new AbortController().signal)[Symbol.asyncIterator]();
      // Would wait for ever, and fail by the idle timeout, if anything were held back until the end.
      assert.deepEqual((await stream.next()).value, { type: 'text', text: 'first ' });
      letGo();
      const rest: string[] = [];
      for (let next = await stream.next(); !next.done; next = await stream.next()) rest.push(next.value.type);
      assert.deepEqual(rest, ['text', 'text', 'end']);
    });
  });

  test(`${format}: an abort closes the connection at once and throws its own reason`, AT_ONCE, async () => {
    const answer = say('one two', { fault: { kind: 'hang', afterEvents: 4 } });
    await withProvider(
      [answer],
      async (provider, server) => {
        const stopping = new AbortController();
        const reason = new Error('stopped by a person');
        const reading = (async () => {
          for await (const event of provider.stream(requestOf(), stopping.signal)) {
            if (event.type === 'text') stopping.abort(reason);
          }
        })();
        await assert.rejects(reading, (error) => error === reason);
        assert.equal(await server.requests[0]?.hungUp, true);
      },
      PATIENT,
    );
  });

  test(`${format}: an abort before the first byte closes the connection too`, AT_ONCE, async () => {
    await withProvider(
      [{ kind: 'hang' }],
      async (provider, server) => {
        const stopping = new AbortController();
        const reading = collect(provider, requestOf(), stopping.signal);
        reading.catch(() => undefined);
        while (server.requests.length === 0) await new Promise(setImmediate);
        stopping.abort('enough');
        await assert.rejects(reading, (error) => error === 'enough');
        assert.equal(await server.requests[0]?.hungUp, true);
        await assert.rejects(collect(provider, requestOf(), stopping.signal), (error) => error === 'enough');
        assert.equal(server.requests.length, 1);
      },
      PATIENT,
    );
  });

  test(`${format}: a reader that leaves in the middle closes the connection`, AT_ONCE, async () => {
    await withProvider(
      [say('one two', { fault: { kind: 'hang', afterEvents: 4 } })],
      async (provider, server) => {
        for await (const event of provider.stream(requestOf(), new AbortController().signal)) {
          if (event.type === 'text') break;
        }
        assert.equal(await server.requests[0]?.hungUp, true);
      },
      PATIENT,
    );
  });

  test(`${format}: the end is told at the end mark, and a reply that is still open then is not torn down`, async () => {
    const { promise: open, resolve: letGo } = Promise.withResolvers<void>();
    const script = [say('one', { gate: { afterEvents: 99, open } }), say('two')];
    await withProvider(script, async (provider, server) => {
      assert.equal((await collect(provider)).text, 'one');
      // A whole exchange later the server would have noticed.
      assert.equal((await collect(provider)).text, 'two');
      const first = server.requests[0]?.hungUp.then(() => 'over');
      assert.equal(
        await Promise.race([first, new Promise((resolve) => setImmediate(resolve, 'open'))]),
        'open',
      );
      letGo();
    });
  });

  test(`${format}: the connection is used again after an answer that was read to its end`, async () => {
    const words = ['one', 'two', 'three', 'four', 'five', 'six'];
    await withProvider(
      words.map((word) => say(word)),
      async (provider, server) => {
        for (const word of words) assert.equal((await collect(provider)).text, word);
        // A call that follows at once may find the first connection still taking in the end of the reply.
        assert.ok(server.connectionsMade() <= 2, `${server.connectionsMade()} connections`);
      },
    );
  });

  test(`${format}: each HTTP error has its code, its wait and its remedy`, async () => {
    const cases: readonly [number, string, boolean][] = [
      [400, 'provider_bad_request', false],
      [401, 'provider_unauthorized', false],
      [402, 'provider_bad_request', false],
      [403, 'provider_unauthorized', false],
      [404, 'provider_unknown_model', false],
      [408, 'provider_overloaded', true],
      [413, 'provider_context_exceeded', false],
      [422, 'provider_bad_request', false],
      [429, 'provider_rate_limited', true],
      [500, 'provider_overloaded', true],
      [502, 'provider_overloaded', true],
      [503, 'provider_overloaded', true],
      [504, 'provider_overloaded', true],
      [529, 'provider_overloaded', true],
    ];
    const headers = { 'retry-after': '1.5' };
    const script = cases.map(
      ([status]): ScriptedReply => ({ kind: 'error', status, headers, message: 'because' }),
    );
    await withProvider(script, async (provider) => {
      for (const [status, code, retryable] of cases) {
        const error = await failure(provider);
        assert.equal(error.code, code, String(status));
        assert.equal(error.retryable, retryable, String(status));
        assert.equal(error.status, status);
        assert.equal(error.retryAfterMs, 1_500);
        assert.match(error.message, /because/);
        assert.equal(error.partial, undefined);
      }
    });
  });

  test(`${format}: Retry-After is understood as a date, and in milliseconds`, async () => {
    const now = Date.parse('2026-11-23T12:00:00Z');
    const script: Script = [
      { kind: 'error', status: 429, headers: { 'retry-after': 'Mon, 23 Nov 2026 12:00:30 GMT' } },
      { kind: 'error', status: 429, headers: { 'retry-after': '9', 'retry-after-ms': '250' } },
      { kind: 'error', status: 429, headers: { 'retry-after': 'soon' } },
      { kind: 'error', status: 429, headers: { 'retry-after': '99999999' } },
    ];
    await withProvider(
      script,
      async (provider) => {
        const waits: (number | undefined)[] = [];
        for (const _ of script) waits.push((await failure(provider)).retryAfterMs);
        assert.deepEqual(waits, [30_000, 250, undefined, 86_400_000]);
      },
      { now: () => now },
    );
  });

  test(`${format}: a credit that is used up is not worth a retry, although it comes as a 429`, async () => {
    const script: Script = [
      { kind: 'error', status: 429, code: 'insufficient_quota', type: 'insufficient_quota' },
    ];
    await withProvider(script, async (provider) => {
      const error = await failure(provider);
      // Anthropic's envelope has no code, but the type says it.
      assert.equal(error.code, 'provider_rate_limited');
      assert.equal(error.retryable, false);
      assert.match(error.remedy, /Add credit/);
    });
  });

  test(`${format}: a page instead of a model server is malformed, or a wrong address`, async () => {
    await withProvider([{ kind: 'html' }, { kind: 'html', status: 404 }], async (provider) => {
      assert.equal((await failure(provider)).code, 'provider_malformed');
      assert.equal((await failure(provider)).code, 'provider_bad_request');
    });
  });

  test(`${format}: a cut stream is unreachable and keeps what had arrived`, async () => {
    await withProvider(
      [say('one two three', { fault: { kind: 'cut', afterEvents: 5 } })],
      async (provider) => {
        const error = await failure(provider);
        assert.equal(error.code, 'provider_unreachable');
        assert.equal(error.retryable, true);
        const text = error.partial?.parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
        assert.match(text ?? '', /^one two /);
        assert.ok((error.partial?.usage.inputTokens ?? 0) > 0);
      },
    );
  });

  test(`${format}: an event that is no JSON is malformed, and keeps what had arrived`, async () => {
    await withProvider(
      [say('one two', { fault: { kind: 'bad_json', afterEvents: 4 } })],
      async (provider) => {
        const error = await failure(provider);
        assert.equal(error.code, 'provider_malformed');
        assert.ok(error.partial);
      },
    );
  });

  test(`${format}: silence ends the call, before the first byte and in the middle; a slow stream goes on`, async () => {
    const script: Script = [
      { kind: 'hang' },
      say('one two', { fault: { kind: 'hang', afterEvents: 4 } }),
      say('one two three four five', { gapMs: 60 }),
    ];
    await withProvider(
      script,
      async (provider) => {
        const before = await failure(provider);
        assert.equal(before.code, 'provider_timeout');
        assert.equal(before.partial, undefined);
        const middle = await failure(provider);
        assert.equal(middle.code, 'provider_timeout');
        assert.ok(middle.partial);
        assert.equal((await collect(provider)).text, 'one two three four five');
      },
      { idleTimeoutMs: 250 },
    );
  });

  test(`${format}: nobody at the address is unreachable`, async () => {
    const port = await freePort();
    const provider = create(optionsFor(`http://127.0.0.1:${port}`));
    const error = await failure(provider);
    assert.equal(error.code, 'provider_unreachable');
    assert.match(error.message, /ECONNREFUSED/);
    await assert.rejects(provider.listModels(new AbortController().signal), { code: 'provider_unreachable' });
    await provider.close();
  });

  test(`${format}: however the bytes of an answer are cut, it reads the same`, async () => {
    const text = 'Grüße, 世界! 👩‍🚀 “quoted” \n\n data: not an event\r\n\u2028 end';
    const sizes = fc.sample(fc.integer({ min: 1, max: 40 }), { numRuns: 12, seed: 7 });
    const toolCalls = [{ id: 'call_1', name: 'get_time', arguments: { city: 'Zürich 🏔️' }, fragment: 3 }];
    const tools = [{ name: 'get_time', description: '', parameters: {} }];
    const answer = say(text, { thinking: 'hm… 🤔', toolCalls });
    const script = [answer, ...sizes.map((pieceBytes) => ({ ...answer, pieceBytes }))];
    await withProvider(script, async (provider) => {
      const whole = await collect(provider, requestOf({ tools }));
      assert.equal(whole.text, text);
      for (const size of sizes) {
        const cut = await collect(provider, requestOf({ tools }));
        assert.deepEqual(cut.events, whole.events, `in pieces of ${size} bytes`);
      }
    });
  });

  test(`${format}: a key that a provider echoes is never in an error`, async () => {
    const echoes = [
      `wrong key ${KEY}`,
      `wrong key ${encodeURIComponent(KEY)}`,
      `wrong key ${KEY.slice(0, 24)}`,
      `wrong key ...${KEY.slice(-20)}`,
      `Basic ${Buffer.from(KEY).toString('base64')}`,
    ];
    const script: Script = [
      ...echoes.map((message): ScriptedReply => ({ kind: 'error', status: 401, message })),
      { kind: 'error', status: 500, body: `<p>${KEY}</p>` },
      say('x', { fault: { kind: 'error_event', afterEvents: 1, type: 'api_error', message: KEY } }),
    ];
    await withProvider(script, async (provider) => {
      for (const _ of script) {
        const error = await failure(provider);
        const said = `${error.message} ${error.remedy} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`;
        for (let at = 0; at + 12 <= KEY.length; at++) assert.ok(!said.includes(KEY.slice(at, at + 12)), said);
        assert.ok(!said.includes(Buffer.from(KEY).toString('base64').slice(0, 20)));
        assert.match(error.message, /\[redacted\]/);
      }
    });
  });

  test(`${format}: an error body is read only to a limit, and quoted only in part`, async () => {
    const body = JSON.stringify({ error: { message: 'long '.repeat(100_000) } });
    await withProvider([{ kind: 'error', status: 400, body }], async (provider) => {
      const error = await failure(provider);
      assert.equal(error.code, 'provider_bad_request');
      assert.ok(error.message.length < 700);
    });
  });

  test(`${format}: an event or a reply beyond its limit is malformed`, async () => {
    const limits = { eventChars: 2_000, replyBytes: 20_000 };
    const script = [say(['x'.repeat(5_000)]), say('word '.repeat(2_000))];
    await withProvider(
      script,
      async (provider) => {
        for (const limit of [/2000 bytes in one event/, /20000 bytes in the reply/]) {
          const error = await failure(provider);
          assert.equal(error.code, 'provider_malformed');
          assert.match(error.message, limit);
        }
      },
      { limits },
    );
  });

  test(`${format}: a redirect is not followed, so that the key stays here`, async () => {
    const visited: string[] = [];
    const server = createServer((request, response) => {
      visited.push(request.url ?? '');
      response.writeHead(307, { location: `http://127.0.0.1:${portOf(server)}/elsewhere` }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const provider = create(optionsFor(`http://127.0.0.1:${portOf(server)}`));
    try {
      const error = await failure(provider);
      assert.equal(error.code, 'provider_bad_request');
      assert.match(error.remedy, /final address/);
      assert.equal(visited.length, 1);
    } finally {
      await provider.close();
      server.close();
    }
  });

  test(`${format}: something that does not even speak HTTP is malformed`, async () => {
    const server = createSocketServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const provider = create(optionsFor(`http://127.0.0.1:${portOf(server)}`));
    try {
      assert.equal((await failure(provider)).code, 'provider_malformed');
    } finally {
      await provider.close();
      server.close();
    }
  });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createSocketServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
