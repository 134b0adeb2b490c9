import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startChatCompletionsServer } from '@bakerst/testkit/model-servers/chat-completions-server';
import { say } from '@bakerst/testkit/model-servers/script';
import { prepareSmallModel, skipWithout } from '@bakerst/testkit/small-model/prepare-small-model';
import { startSmallModel } from '@bakerst/testkit/small-model/start-small-model';
import { testCacheFolder } from '@bakerst/testkit/small-model/test-cache';
import { collect, requestOf } from '../collect-answer.ts';
import { createChatCompletionsProvider } from './chat-provider.ts';

const small = await prepareSmallModel({ cacheDir: testCacheFolder(process.env), fetch: false });
const skip = skipWithout(small);

function providerOf(t: TestContext, server: { readonly origin: string }) {
  const provider = createChatCompletionsProvider({
    name: 'smollm',
    type: 'openai-compatible',
    baseUrl: `${server.origin}/v1`,
    idleTimeoutMs: 60_000,
    credential: async () => undefined,
  });
  t.after(() => provider.close());
  return provider;
}

test('a provider with a real language model behind it', { skip }, async (t) => {
  assert.ok(small.outcome === 'ready');
  const server = await startSmallModel(small, { contextTokens: 1_024 });
  t.after(() => server.close());
  const provider = providerOf(t, server);
  const said = (text: string) => ({ role: 'user' as const, content: [{ type: 'text' as const, text }] });
  const request = requestOf({
    model: server.model,
    system: ['You are a helpful assistant.'],
    messages: [said('What is the capital of France? Answer in one sentence.')],
    maxOutputTokens: 60,
  });

  await t.test('lists it', async () => {
    assert.deepEqual(await provider.listModels(new AbortController().signal), [server.model]);
  });

  await t.test('streams its answer and counts as its tokenizer does', async () => {
    const { events, text, end } = await collect(provider, request);
    assert.match(text, /Paris/);
    assert.ok(events.filter((event) => event.type === 'text').length > 3, 'it came in pieces');
    assert.equal(end.stopReason, 'end');
    const counted = server.log.at(-1);
    assert.ok(counted?.event === 'answered');
    const { inputTokens, cacheReadTokens, outputTokens } = end.usage;
    assert.equal(inputTokens + cacheReadTokens, counted.promptTokens);
    assert.equal(outputTokens, counted.completionTokens);
    assert.ok(inputTokens >= 20 && outputTokens >= 4);
  });

  await t.test('reports what it had read before as read from a cache', async () => {
    const { end } = await collect(provider, { ...request, maxOutputTokens: 1 });
    assert.ok(end.usage.cacheReadTokens >= 20, `${end.usage.cacheReadTokens} tokens`);
    assert.equal(end.stopReason, 'max_tokens');
  });

  await t.test('stops it by an abort', async () => {
    const stopping = new AbortController();
    const endless = { ...request, messages: [said('Write a very long story.')], maxOutputTokens: 900 };
    const reading = (async () => {
      for await (const event of provider.stream(endless, stopping.signal)) {
        if (event.type === 'text') stopping.abort('enough');
      }
    })();
    await assert.rejects(reading, (error) => error === 'enough');
    // It answers one prompt after another: this one is read when the former has stopped.
    await collect(provider, { ...request, maxOutputTokens: 1 });
    assert.equal(server.log.at(-2)?.event, 'stopped');
  });

  await t.test('tells that a prompt is longer than its window', async () => {
    const long = { ...request, messages: [said('many words '.repeat(1_000))] };
    await assert.rejects(collect(provider, long), { code: 'provider_context_exceeded' });
    assert.equal(server.log.at(-1)?.event, 'refused');
  });
});

test('where a server closes an empty stream, as some do for a prompt that is too long, the remedy says so', async (t) => {
  const server = await startChatCompletionsServer([
    say('never', { fault: { kind: 'end_early', afterEvents: 0 } }),
  ]);
  t.after(() => server.close());
  await assert.rejects(collect(providerOf(t, server), requestOf({ model: 'test-model' })), {
    code: 'provider_unreachable',
    message: /before it had begun/,
    remedy: /contextWindow/,
  });
});
