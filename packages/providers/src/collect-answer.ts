import assert from 'node:assert/strict';
import type { ModelRequest, ModelStreamEvent, Provider } from '@bakerst/shared/models';
import { ProviderError } from './errors.ts';

/** For tests: a request that asks one thing. */
export function requestOf(more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: 'test-model',
    system: ['You are a test.'],
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Hello?' }] }],
    tools: [],
    maxOutputTokens: 1_000,
    stablePrefix: 0,
    ...more,
  };
}

export type EndEvent = Extract<ModelStreamEvent, { type: 'end' }>;

export interface Collected {
  readonly events: readonly ModelStreamEvent[];
  readonly text: string;
  readonly end: EndEvent;
}

export async function collect(
  provider: Provider,
  request: ModelRequest = requestOf(),
  signal: AbortSignal = new AbortController().signal,
): Promise<Collected> {
  const events: ModelStreamEvent[] = [];
  for await (const event of provider.stream(request, signal)) events.push(event);
  const end = events.at(-1);
  assert.ok(end?.type === 'end', 'the last event is the end');
  assert.equal(events.filter((event) => event.type === 'end').length, 1);
  const text = events.map((event) => (event.type === 'text' ? event.text : '')).join('');
  return { events, text, end };
}

/** The error of a call that must fail. */
export async function failure(provider: Provider, request?: ModelRequest): Promise<ProviderError> {
  try {
    await collect(provider, request);
  } catch (error) {
    assert.ok(error instanceof ProviderError, `expected a ProviderError, got ${String(error)}`);
    assert.ok(error.remedy.length > 0);
    return error;
  }
  assert.fail('the call should have failed');
}
