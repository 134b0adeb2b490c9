import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CodedError } from '@bakerst/shared/coded-error';
import type { ModelRequest, ModelStreamEvent, Provider } from '@bakerst/shared/models';
import fc from 'fast-check';
import { createCatalog, type KnownProvider } from './catalog.ts';
import { type ConfigurableModelRouter, createModelRouter } from './create-model-router.ts';
import type { ChooseModel, FormerFailure } from './model-router.ts';

const A = 'anthropic/claude-sonnet-5-5';
const B = 'openai/gpt-5.4';
const FINE: ModelStreamEvent = {
  type: 'end',
  parts: [],
  stopReason: 'end',
  usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
  usageSource: 'reported',
  reportedModel: 'x',
};
const REQUEST: ModelRequest = {
  model: 'x',
  system: [],
  messages: [],
  tools: [],
  maxOutputTokens: 100,
  stablePrefix: 0,
};

type Script = () => AsyncGenerator<ModelStreamEvent>;
const answers: Script = async function* () {
  yield FINE;
};
function fails(code: string, extra: { retryAfterMs?: number } = {}): Script {
  // biome-ignore lint/correctness/useYield: it fails before its first event
  return async function* () {
    const error = new CodedError({ code, message: `It said ${code}.`, remedy: 'Do something.' });
    throw Object.assign(error, extra);
  };
}

function world(options: { chain?: readonly string[]; random?: () => number } = {}) {
  let clock = 1_000_000;
  const scripts = new Map<string, Script>();
  const provider = (name: string): Provider => ({
    name,
    stream: () => (scripts.get(name) ?? answers)(),
    listModels: async () => [],
  });
  const known = (type: KnownProvider['type']): KnownProvider => ({
    type,
    configured: true,
    unmetered: false,
    offers: [],
  });
  const catalog = createCatalog({
    providers: new Map([
      ['anthropic', known('anthropic')],
      ['openai', known('openai')],
    ]),
    operator: {},
  });
  const router = createModelRouter({
    catalog,
    roles: { agent: [...(options.chain ?? [A, B])] },
    providers: new Map([
      ['anthropic', provider('anthropic')],
      ['openai', provider('openai')],
    ]),
    now: () => clock,
    random: options.random ?? (() => 0.5),
  });
  return {
    router,
    catalog,
    provider,
    say: (name: string, script: Script) => scripts.set(name, script),
    pass: (ms: number) => {
      clock += ms;
    },
  };
}

function ask(router: ConfigurableModelRouter, more: Partial<ChooseModel> = {}) {
  const needs = { tools: true, image: false, pdf: false };
  return router.choose({ role: 'agent', needs, failures: [], ...more });
}
function chosen(router: ConfigurableModelRouter, more: Partial<ChooseModel> = {}): string {
  const choice = ask(router, more);
  assert.equal(choice.outcome, 'call', JSON.stringify(choice));
  return choice.outcome === 'call' ? choice.model.ref : '';
}
async function callOnce(router: ConfigurableModelRouter, ref: string): Promise<string> {
  const model = router.find(ref);
  assert.ok(model);
  try {
    for await (const event of router.stream(model, REQUEST, new AbortController().signal)) {
      if (event.type === 'end') return 'ok';
    }
    return 'no end';
  } catch (error) {
    return error instanceof CodedError ? error.code : 'other';
  }
}
const failed = (model: string, ...codes: string[]): FormerFailure[] => codes.map((code) => ({ model, code }));

describe('choosing a model', () => {
  it('takes the override first, then the chain of the role, and agent’s chain where the role has none', () => {
    const { router } = world();
    assert.equal(chosen(router), A);
    assert.equal(chosen(router, { override: B }), B);
    assert.equal(chosen(router, { role: 'reflector' }), A);
    assert.deepEqual(router.chain('worker'), [A, B]);
  });

  it('passes over a model that cannot take what the prompt holds, and says so when none can', () => {
    const { router } = world({ chain: ['openai/gpt-6.2-sol', B] });
    assert.equal(chosen(router), B);
    const refused = ask(router, {
      needs: { tools: true, image: false, pdf: false },
      failures: failed(B, 'provider_unauthorized'),
    });
    assert.equal(refused.outcome, 'refused');
    assert.match(refused.outcome === 'refused' ? refused.message : '', /gpt-6\.2-sol: cannot take tools/);
    router.update({ roles: { agent: ['openai/gpt-6.2-sol'] } });
    const alone = ask(router);
    assert.equal(alone.outcome === 'refused' && alone.code, 'model_lacks_ability');
    assert.match(alone.outcome === 'refused' ? alone.remedy : '', /model that can/);
  });

  it('tries the same model twice more after a passing failure, then the next, then gives up with the cause', () => {
    const { router } = world();
    assert.equal(chosen(router, { failures: failed(A, 'provider_overloaded') }), A);
    assert.equal(chosen(router, { failures: failed(A, 'provider_overloaded', 'provider_timeout') }), A);
    const spent = failed(A, 'provider_overloaded', 'provider_timeout', 'provider_rate_limited');
    assert.equal(chosen(router, { failures: spent }), B);
    const all = [
      ...spent,
      { model: B, code: 'provider_unauthorized', message: 'Key refused.', remedy: 'Replace it.' },
    ];
    const refused = ask(router, { failures: all });
    assert.deepEqual(
      { ...refused, message: '' },
      { outcome: 'refused', code: 'provider_unauthorized', message: '', remedy: 'Replace it.' },
    );
    assert.match(refused.outcome === 'refused' ? refused.message : '', /openai\/gpt-5\.4: Key refused/);
  });

  it('retries a malformed answer once only', () => {
    const { router } = world();
    assert.equal(chosen(router, { failures: failed(A, 'provider_malformed') }), A);
    assert.equal(chosen(router, { failures: failed(A, 'provider_malformed', 'provider_malformed') }), B);
  });

  it('leaves a model at once for a refused key, an unknown name and a missing key', () => {
    for (const code of ['provider_unauthorized', 'provider_unknown_model', 'provider_not_configured']) {
      assert.equal(chosen(world().router, { failures: failed(A, code) }), B);
    }
  });

  it('refuses where the prompt itself is at fault, for the turn to act on', () => {
    for (const code of ['provider_context_exceeded', 'provider_bad_request']) {
      const refused = ask(world().router, { failures: failed(A, code) });
      assert.equal(refused.outcome === 'refused' && refused.code, code);
    }
  });

  it('waits longer after each failure, with full jitter, and not at all before the first call', () => {
    const { router } = world({ random: () => 0.999 });
    const delay = (failures: FormerFailure[]) => {
      const choice = ask(router, { failures });
      return choice.outcome === 'call' ? choice.delayMs : -1;
    };
    assert.equal(delay([]), 0);
    assert.equal(delay(failed(A, 'provider_overloaded')), 499);
    assert.equal(delay(failed(A, 'provider_overloaded', 'provider_overloaded')), 999);
  });

  it('refuses with the way to configure one where there is no model at all', () => {
    const refused = ask(world({ chain: [] }).router);
    assert.equal(refused.outcome === 'refused' && refused.code, 'no_model_configured');
  });
});

describe('Retry-After', () => {
  it('is waited for when short', async () => {
    const { router, say } = world();
    say('anthropic', fails('provider_rate_limited', { retryAfterMs: 7_000 }));
    await callOnce(router, A);
    const choice = ask(router, { failures: failed(A, 'provider_rate_limited') });
    assert.deepEqual(choice.outcome === 'call' && [choice.model.ref, choice.delayMs], [A, 7_000]);
  });

  it('sends the call to the next model when long, and is told to the person when there is none', async () => {
    const { router, say, pass } = world();
    say('anthropic', fails('provider_rate_limited', { retryAfterMs: 95_000 }));
    await callOnce(router, A);
    assert.equal(chosen(router, { failures: failed(A, 'provider_rate_limited') }), B);
    router.update({ roles: { agent: [A] } });
    const refused = ask(router, { failures: failed(A, 'provider_rate_limited') });
    assert.match(refused.outcome === 'refused' ? refused.message : '', /asked to wait 95 s/);
    pass(70_000);
    assert.equal(chosen(router), A);
  });

  it('is not believed for longer than five minutes', async () => {
    const { router, say, pass } = world({ chain: [A] });
    say('anthropic', fails('provider_rate_limited', { retryAfterMs: 86_400_000 }));
    await callOnce(router, A);
    pass(300_001);
    assert.equal(chosen(router), A);
  });
});

describe('the circuit breaker', () => {
  it('sends calls to the fallback after five failures in a row, then lets one probe through, and closes on success', async () => {
    const { router, say, pass } = world();
    say('anthropic', fails('provider_overloaded'));
    for (let i = 0; i < 5; i += 1) await callOnce(router, A);
    assert.equal(chosen(router), B);
    assert.equal(router.list().find((model) => model.info.ref === A)?.health.state, 'circuit_open');
    pass(15_001);
    assert.equal(chosen(router), A, 'one probe');
    assert.equal(chosen(router), B, 'everybody else keeps to the fallback');
    say('anthropic', answers);
    assert.equal(await callOnce(router, A), 'ok');
    assert.equal(chosen(router), A);
    assert.equal(router.list().find((model) => model.info.ref === A)?.health.state, 'ready');
  });

  it('frees the probe when the call never begins or is aborted', async () => {
    const { router, say, pass } = world();
    say('anthropic', fails('provider_unauthorized'));
    await callOnce(router, A);
    pass(5_001);
    assert.equal(chosen(router), A);
    assert.equal(chosen(router), B);
    pass(5_001);
    assert.equal(chosen(router), A, 'the reservation lapsed');
    const abort = new AbortController();
    const model = router.find(A);
    assert.ok(model);
    say('anthropic', async function* () {
      abort.abort();
      yield { type: 'text', text: 'x' };
      throw abort.signal.reason;
    });
    await assert.rejects(async () => {
      for await (const event of router.stream(model, REQUEST, abort.signal)) assert.equal(event.type, 'text');
    });
    assert.equal(chosen(router), A, 'an abort says nothing about the model');
  });

  it('opens for a refused key at once, and a new key works seconds later without a restart', async () => {
    const { router, say, pass } = world();
    say('anthropic', fails('provider_unauthorized'));
    assert.equal(await callOnce(router, A), 'provider_unauthorized');
    assert.equal(chosen(router), B);
    say('anthropic', answers);
    pass(5_001);
    assert.equal(chosen(router), A);
    assert.equal(await callOnce(router, A), 'ok');
    assert.equal(chosen(router), A);
  });

  it('lets the call through as the probe when nothing else is in the chain', async () => {
    const { router, say } = world({ chain: [A] });
    say('anthropic', fails('provider_unauthorized'));
    await callOnce(router, A);
    assert.equal(chosen(router), A);
  });

  it('is not moved by prompts that the provider refused', async () => {
    const { router, say } = world();
    say('anthropic', fails('provider_bad_request'));
    for (let i = 0; i < 20; i += 1) await callOnce(router, A);
    assert.equal(chosen(router), A);
  });

  const outcome = fc.constantFrom(
    'ok',
    'provider_unauthorized',
    'provider_overloaded',
    'provider_unknown_model',
    'provider_not_configured',
    'provider_malformed',
    'provider_bad_request',
  );
  const history = fc.array(fc.record({ outcome, waitMs: fc.nat(400_000), choose: fc.boolean() }), {
    maxLength: 40,
  });

  it('always closes after a success, whatever happened before', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const { router, say, pass } = world();
        for (const step of steps) {
          say('anthropic', step.outcome === 'ok' ? answers : fails(step.outcome));
          if (step.choose) ask(router);
          await callOnce(router, A);
          pass(step.waitMs);
        }
        say('anthropic', answers);
        await callOnce(router, A);
        // Twice: a half-open circuit would let only the first through.
        assert.deepEqual([chosen(router), chosen(router)], [A, A]);
        assert.equal(router.list().find((model) => model.info.ref === A)?.health.state, 'ready');
      }),
      { numRuns: 60 },
    );
  });

  it('never locks a model: after any history it is offered again within six minutes', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const { router, say, pass } = world();
        for (const step of steps) {
          say('anthropic', step.outcome === 'ok' ? answers : fails(step.outcome));
          await callOnce(router, A);
          pass(step.waitMs);
        }
        pass(360_000);
        assert.equal(chosen(router), A);
      }),
      { numRuns: 60 },
    );
  });

  it('a refused key is probed within a minute, however often it was refused', async () => {
    const { router, say, pass } = world();
    say('anthropic', fails('provider_unauthorized'));
    for (let i = 0; i < 30; i += 1) {
      await callOnce(router, A);
      pass(61_000);
      assert.equal(chosen(router), A);
    }
  });
});

describe('swapping the tables', () => {
  it('takes effect for the next choice and leaves a running stream alone', async () => {
    const { router, say } = world();
    const { promise: gate, resolve: go } = Promise.withResolvers<void>();
    say('anthropic', async function* () {
      yield { type: 'text', text: 'a' };
      await gate;
      yield FINE;
    });
    const model = router.find(A);
    assert.ok(model);
    const stream = router.stream(model, REQUEST, new AbortController().signal)[Symbol.asyncIterator]();
    assert.equal((await stream.next()).value?.type, 'text');
    router.update({ roles: { agent: [B] }, providers: new Map() });
    go();
    assert.equal((await stream.next()).value?.type, 'end');
    assert.equal(router.chain('agent')[0], B);
    assert.equal(router.list().find((entry) => entry.info.ref === B)?.health.state, 'no_credential');
    assert.throws(() => router.stream(model, REQUEST, new AbortController().signal), {
      code: 'provider_not_configured',
    });
  });
});
