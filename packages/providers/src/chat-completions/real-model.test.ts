import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { prepareSmallModel } from '@bakerst/testkit/small-model/prepare-small-model';
import { startSmallModel } from '@bakerst/testkit/small-model/start-small-model';
import { collect, requestOf } from '../collect-answer.ts';
import { createChatCompletionsProvider } from './chat-provider.ts';

const CACHE = resolve(import.meta.dirname, '../../../../.cache/smollm');
const small = await prepareSmallModel({ cacheDir: CACHE, build: false });
const skip =
  small.outcome === 'ready' ? false : `needs SmolLM2 (node scripts/smollm.ts --prepare): ${small.reason}`;

test('a real language model streams an answer, stops on abort, and counts what it used', {
  skip,
}, async () => {
  assert.ok(small.outcome === 'ready');
  const server = await startSmallModel(small);
  const provider = createChatCompletionsProvider({
    name: 'smollm',
    type: 'openai-compatible',
    baseUrl: `${server.origin}/v1`,
    idleTimeoutMs: 120_000,
    credential: async () => undefined,
  });
  try {
    const { signal } = new AbortController();
    assert.deepEqual(await provider.listModels(signal), [server.model]);
    const question = {
      type: 'text' as const,
      text: 'What is the capital of France? Answer in one sentence.',
    };
    const request = requestOf({
      model: server.model,
      system: ['You are a helpful assistant.'],
      messages: [{ role: 'user', content: [question] }],
      maxOutputTokens: 60,
    });
    const { events, text, end } = await collect(provider, request);
    assert.match(text, /Paris/);
    assert.ok(events.filter((event) => event.type === 'text').length > 3, 'it came in pieces');
    assert.ok(end.usage.inputTokens >= 20 && end.usage.outputTokens >= 4);
    const stopping = new AbortController();
    const reading = (async () => {
      for await (const event of provider.stream({ ...request, maxOutputTokens: 1_500 }, stopping.signal)) {
        if (event.type === 'text') stopping.abort('enough');
      }
    })();
    await assert.rejects(reading, (error) => error === 'enough');
  } finally {
    await provider.close();
    await server.close();
  }
});

test('where a real server closes an empty stream for a prompt that is too long, the remedy says so', {
  skip,
}, async () => {
  assert.ok(small.outcome === 'ready');
  const server = await startSmallModel(small);
  const provider = createChatCompletionsProvider({
    name: 'smollm',
    type: 'openai-compatible',
    baseUrl: `${server.origin}/v1`,
    idleTimeoutMs: 120_000,
    credential: async () => undefined,
  });
  try {
    const long = { type: 'text' as const, text: 'many words '.repeat(3_000) };
    const request = requestOf({ model: server.model, messages: [{ role: 'user', content: [long] }] });
    await assert.rejects(collect(provider, request), {
      code: 'provider_unreachable',
      message: /before it had begun/,
      remedy: /contextWindow/,
    });
  } finally {
    await provider.close();
    await server.close();
  }
});
