import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { createModelRouter } from '@bakerst/models/create-model-router';
import type { Provider } from '@bakerst/shared/models';
import { BootSettings } from '@bakerst/shared/settings';
import { createSecretStore } from '../secrets/secret-store.ts';
import { buildProviders, isLoopback } from './build-providers.ts';
import { checkBootRoles } from './check-boot-roles.ts';
import { createModelTables } from './model-tables.ts';
import { watchModels } from './watch-models.ts';

const demo: Provider = {
  name: 'demo',
  async *stream() {
    yield { type: 'text', text: '' };
  },
  listModels: async () => ['demo'],
};

async function listening(t: TestContext, server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function world(t: TestContext, input: unknown, env: Record<string, string> = {}) {
  const settings = BootSettings.parse(input);
  const secrets = createSecretStore({ env, now: () => 0, onRead: () => undefined });
  const built = buildProviders({ settings, secrets, demo });
  t.after(() => built.close());
  const tables = createModelTables({ settings, built });
  const router = createModelRouter({ ...tables.current({}), now: () => 0, random: () => 0 });
  return { settings, built, tables, router, refresh: () => router.update(tables.current({})) };
}

const tags = (...names: string[]) => JSON.stringify({ models: names.map((name) => ({ name, model: name })) });

describe('models of a local Ollama', () => {
  it('are found in the background, cost nothing on loopback, and become the default where nothing else is', async (t) => {
    const baseUrl = await listening(
      t,
      createServer((_request, response) => {
        response
          .setHeader('content-type', 'application/json')
          .end(tags('nomic-embed-text:latest', 'qwen3:8b'));
      }),
    );
    const { router, tables, refresh } = world(t, { providers: { ollama: { baseUrl } } });
    assert.deepEqual(router.chain('agent'), ['demo/demo']);
    const watch = watchModels({ tables, refresh, onSilence: assert.fail });
    await watch.first;
    await watch.stop();
    assert.deepEqual(router.chain('agent'), ['ollama/qwen3:8b']);
    assert.equal(router.find('ollama/qwen3:8b')?.unmetered, true);
    assert.equal(
      router.list().some((model) => model.info.ref.includes('embed')),
      false,
    );
  });

  it('do not take the place of a cloud model', async (t) => {
    const { tables, router, refresh } = world(t, { providers: { openai: { apiKey: 'env:K' }, ollama: {} } });
    tables.learn([{ provider: 'ollama', offers: ['qwen3:8b'] }]);
    refresh();
    assert.deepEqual(router.chain('agent'), ['openai/gpt-5.4']);
    assert.ok(router.find('ollama/qwen3:8b'));
  });

  it('are not waited for longer than the deadline', async (t) => {
    const baseUrl = await listening(
      t,
      createServer(() => undefined),
    );
    const { tables } = world(t, { providers: { ollama: { baseUrl } } });
    const silent: string[] = [];
    const watch = watchModels({
      tables,
      refresh: () => assert.fail('nothing was learnt'),
      onSilence: (provider) => silent.push(provider),
      timeoutMs: 50,
    });
    await watch.first;
    await watch.stop();
    assert.deepEqual(silent, ['ollama']);
  });

  it('are metered anywhere but on this machine', (t) => {
    const { router } = world(t, {
      providers: { far: { type: 'ollama', baseUrl: 'http://ollama.example:11434' } },
    });
    assert.equal(router.find('far/qwen3')?.unmetered, false);
    for (const url of [
      'http://127.0.0.1:1',
      'http://localhost:11434',
      'http://[::1]:1',
      'http://127.9.9.9',
    ]) {
      assert.equal(isLoopback(url), true, url);
    }
    for (const url of [
      'http://127.0.0.1.example.com',
      'http://localhost.example',
      'http://10.0.0.1',
      'http://127.evil.example',
      'nonsense',
    ]) {
      assert.equal(isLoopback(url), false, url);
    }
  });
});

describe('building providers', () => {
  it('leaves out a cloud without a key, and says which provider is missing', (t) => {
    const { router, built } = world(t, { providers: { openai: { baseUrl: 'http://127.0.0.1:1' } } });
    assert.deepEqual([...built.configured.keys()], ['demo']);
    const choice = router.choose({
      role: 'agent',
      override: 'openai/gpt-5.4',
      needs: { tools: true, image: false, pdf: false },
      failures: [],
    });
    assert.equal(choice.outcome === 'call' && choice.model.ref, 'demo/demo');
  });

  it('reads the key at each call, so that a new one works without a restart', async (t) => {
    const seen: (string | undefined)[] = [];
    const baseUrl = await listening(
      t,
      createServer((request, response) => {
        seen.push(request.headers.authorization);
        response.setHeader('content-type', 'application/json').end('{"object":"list","data":[]}');
      }),
    );
    const env = { K: 'one' };
    const { built } = world(t, { providers: { openai: { baseUrl, apiKey: 'env:K' } } }, env);
    const provider = built.configured.get('openai')?.provider;
    await provider?.listModels(AbortSignal.timeout(5_000));
    env.K = 'two';
    await provider?.listModels(AbortSignal.timeout(5_000));
    assert.deepEqual(seen, ['Bearer one', 'Bearer two']);
  });
});

describe('models that the boot settings name', () => {
  const check = (t: TestContext, input: unknown) => {
    const { settings, tables } = world(t, input);
    checkBootRoles({ settings, sources: new Map() }, tables.references());
  };
  it('are refused where they are unknown or have no price', (t) => {
    const roles = (ref: string) => ({ models: { roles: { agent: [ref] } } });
    assert.throws(() => check(t, roles('anthropic/claude-opus-55')), {
      code: 'config_invalid',
      remedy: /claude-opus-5-5/,
    });
    assert.throws(() => check(t, roles('nobody/x')), { code: 'config_invalid' });
    const mine = { type: 'openai-compatible', baseUrl: 'http://127.0.0.1:1/v1' };
    const catalog = { 'mine/small': { contextWindow: 2_048 } };
    assert.throws(
      () => check(t, { providers: { mine }, models: { roles: { agent: ['mine/small'] }, catalog } }),
      {
        code: 'config_invalid',
        remedy: /"price"/,
      },
    );
    check(t, roles('anthropic/claude-opus-5-5'));
    check(t, roles('ollama/anything:7b'));
    check(t, roles('demo/demo'));
  });
});
