import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createModelRouter } from '@bakerst/models/create-model-router';
import type { AuditEvent } from '@bakerst/shared/audit';
import { CodedError } from '@bakerst/shared/coded-error';
import { type Access, ALL_SCOPES } from '@bakerst/shared/identity';
import { createIdSource } from '@bakerst/shared/ids';
import type { Provider } from '@bakerst/shared/models';
import { RuntimeConfig } from '@bakerst/shared/settings';
import type { ConfigStore, RuntimeConfigRecord } from '@bakerst/shared/store/system-store';
import { loadConfig } from '../config.ts';
import { createSecretStore } from '../secrets/secret-store.ts';
import { buildProviders } from './build-providers.ts';
import { type ConfiguredMcpServer, createConfigurationService } from './configuration-service.ts';
import { createModelDirectory } from './model-directory.ts';
import { createModelTables } from './model-tables.ts';

const home = mkdtempSync(join(tmpdir(), 'bakerst-runtime-'));
after(() => rmSync(home, { recursive: true }));

const access: Access = {
  principal: 'prn_1',
  scopes: new Set(ALL_SCOPES),
  via: 'session',
  credential: 'ses_1',
};

/** The config part of the store, in memory. */
function memoryStore(records: RuntimeConfigRecord[] = []) {
  const outbox: AuditEvent[] = [];
  const store: ConfigStore = {
    readRuntimeConfig: () => records.at(-1),
    listRuntimeConfig: (limit) => [...records].reverse().slice(0, limit),
    async writeRuntimeConfig(record, expectedVersion, events) {
      await Promise.resolve();
      if ((records.at(-1)?.version ?? 0) !== expectedVersion) {
        throw new CodedError({
          code: 'store_conflict',
          message: 'Changed meanwhile.',
          remedy: 'Read it again.',
        });
      }
      records.push(record);
      outbox.push(...events);
    },
  };
  return { store, records, outbox };
}

const silent = (name: string): Provider => ({
  name,
  async *stream() {
    yield { type: 'text', text: '' };
  },
  listModels: async () => [],
});

function world(
  options: { records?: RuntimeConfigRecord[]; env?: Record<string, string>; file?: object } = {},
) {
  const env = { BAKERST_HOME: home, ANTHROPIC_API_KEY: 'sk-ant-secret', ...options.env };
  const loaded = loadConfig({ env, flags: {}, userHome: home });
  const settings = { ...loaded.settings, ...options.file };
  const secrets = createSecretStore({ env, now: () => 0, onRead: () => undefined });
  const built = buildProviders({ settings, secrets, demo: silent('demo') });
  const tables = createModelTables({ settings, built });
  const router = createModelRouter({ ...tables.current({}), now: () => 0, random: () => 0 });
  const memory = memoryStore(options.records);
  const warnings: string[] = [];
  const applied: ReadonlyMap<string, ConfiguredMcpServer>[] = [];
  const ids = createIdSource();
  const service = createConfigurationService({
    loaded: { settings, sources: loaded.sources },
    store: memory.store,
    tables,
    router,
    ids,
    now: () => 1_700_000_000_000,
    auditEvent: (event) => ({ ...event, v: 1, id: ids('auditEvent'), at: '2026-11-23T00:00:00.000Z' }),
    protectedFolders: [home],
    applyMcpServers: (servers) => applied.push(servers),
    warn: (message) => warnings.push(message),
  });
  return { service, router, tables, built, warnings, applied, ...memory };
}

const config = (value: object): RuntimeConfig => RuntimeConfig.parse(value);
const record = (version: number, value: unknown): RuntimeConfigRecord => ({
  id: `cfg_${version}`,
  version,
  author: 'prn_1',
  at: '2026-11-23T00:00:00.000Z',
  value,
});

describe('replacing the runtime configuration', () => {
  it('stores a new version with its audit event, then changes the router', async () => {
    const { service, router, outbox, records } = world();
    assert.deepEqual(router.chain('agent'), ['anthropic/claude-sonnet-5-5']);
    const next = config({ roles: { agent: ['anthropic/claude-opus-5-5'] }, agentName: 'Holmes' });
    assert.deepEqual(await service.replaceRuntime(access, 0, next), { version: 1 });
    assert.deepEqual(router.chain('agent'), ['anthropic/claude-opus-5-5']);
    assert.equal(service.agentName(), 'Holmes');
    assert.equal(records.length, 1);
    const [event] = outbox;
    assert.equal(event?.type, 'admin.config_changed');
    assert.deepEqual(event?.body.paths, ['agentName', 'roles.agent']);
    assert.notEqual(event?.body.before, event?.body.after);
    assert.doesNotMatch(JSON.stringify(event), /Holmes/, 'names, not values');
  });

  it('leaves everything as it was where somebody else was faster', async () => {
    const { service, router } = world();
    await service.replaceRuntime(access, 0, config({ agentName: 'One' }));
    const late = config({ roles: { agent: ['demo/demo'] }, agentName: 'Two' });
    await assert.rejects(service.replaceRuntime(access, 0, late), { code: 'store_conflict' });
    assert.equal(service.agentName(), 'One');
    assert.notDeepEqual(router.chain('agent'), ['demo/demo']);
    const both = await Promise.allSettled([
      service.replaceRuntime(access, 1, config({ agentName: 'A' })),
      service.replaceRuntime(access, 1, config({ agentName: 'B' })),
    ]);
    assert.deepEqual(both.map((result) => result.status).sort(), ['fulfilled', 'rejected']);
  });

  it('refuses unknown models, roles and providers with what was meant, and stores nothing', async () => {
    const { service, records } = world();
    const refused = async (value: unknown) => {
      let found: unknown;
      await service.replaceRuntime(access, 0, value as RuntimeConfig).catch((error: unknown) => {
        found = error;
      });
      assert.ok(found instanceof CodedError, 'it was accepted');
      return found;
    };
    const model = await refused({ roles: { agent: ['anthropic/claude-opus-5.5'] }, mcpServers: {} });
    assert.equal(model.code, 'model_unknown');
    assert.match(model.remedy, /Did you mean anthropic\/claude-opus-5-5\?/);
    const provider = await refused({ roles: { agent: ['antropic/claude-opus-5-5'] }, mcpServers: {} });
    assert.match(provider.remedy, /Did you mean anthropic\?/);
    assert.equal((await refused({ roles: { agnet: ['demo/demo'] } })).code, 'runtime_config_refused');
    assert.equal(records.length, 0);
  });

  it('refuses a model without a price, with the line that adds one', async () => {
    const { service } = world({
      file: { models: { roles: {}, catalog: { 'anthropic/claude-next': { contextWindow: 100_000 } } } },
    });
    await assert.rejects(
      service.replaceRuntime(access, 0, config({ roles: { agent: ['anthropic/claude-next'] } })),
      {
        code: 'model_without_price',
        remedy: /"anthropic\/claude-next":\{"price":\{"input":/,
      },
    );
  });

  it('never lets a runtime server be inside the house, however its address is written, unless the file says so', async () => {
    const { service, applied } = world({
      file: { egress: { allowedHosts: ['tools.lan', '127.0.0.1:9001'] } },
    });
    const put = (url: string, more: object = {}) => {
      const server = { transport: 'http', url, ...more };
      const { a } = config({ mcpServers: { a: server } }).mcpServers;
      assert.ok(a);
      return service.putMcpServer(access, 'a', a);
    };
    const inward = [
      'http://127.0.0.1:9/',
      'http://2130706433/',
      'http://[::1]/',
      'http://[::ffff:10.0.0.1]/',
    ];
    for (const url of [...inward, 'http://169.254.169.254/latest', 'http://0/', 'http://LOCALHOST:4221/']) {
      await assert.rejects(put(url), { code: 'runtime_config_refused', remedy: /egress\.allowedHosts/ }, url);
    }
    assert.equal(applied.length, 0);
    for (const url of ['https://mcp.example/', 'http://tools.lan/', 'http://127.0.0.1:9001/']) await put(url);
    assert.equal(applied.length, 3);
  });

  it('lets a program share the network of the machine only where somebody with the scope admin adds it', async () => {
    const { service } = world();
    const server = { transport: 'stdio', command: 'npx', args: ['-y', 'some-server'], network: true };
    const wanted = config({ mcpServers: { some: server } });
    const mere: Access = { ...access, scopes: new Set(['chat', 'config']) };
    await assert.rejects(service.replaceRuntime(mere, 0, wanted), { code: 'runtime_config_refused' });
    await service.replaceRuntime(access, 0, wanted);
    // What an operator let in, others may keep; not change.
    await service.replaceRuntime(mere, 1, { ...wanted, agentName: 'Watson' });
    const other = config({ mcpServers: { some: { ...server, args: ['-y', 'another-server'] } } });
    await assert.rejects(service.replaceRuntime(mere, 2, other), { code: 'runtime_config_refused' });
  });

  it('never lets a runtime server take a file server’s name, a credential, or a look at the data folder', async () => {
    const server = { transport: 'stdio', command: 'x' };
    const { service, applied } = world({
      file: { mcpServers: config({ mcpServers: { mine: server } }).mcpServers },
    });
    const put = (name: string, value: object) => {
      const [parsed] = Object.values(config({ mcpServers: { x: { ...server, ...value } } }).mcpServers);
      assert.ok(parsed);
      return service.putMcpServer(access, name, parsed);
    };
    const refused = { code: 'runtime_config_refused' };
    await assert.rejects(put('mine', {}), refused);
    await assert.rejects(put('other', { env: { LEAK: 'env:ANTHROPIC_API_KEY' } }), refused);
    await assert.rejects(put('other', { env: { API_TOKEN: 'plain' } }), refused);
    await assert.rejects(put('other', { paths: [{ path: home }] }), refused);
    await assert.rejects(put('other', { paths: [{ path: '/' }] }), refused);
    await assert.rejects(put('other', { paths: [{ path: join(home, 'not', 'yet') }] }), refused);
    assert.equal(applied.length, 0);
    await put('other', { env: { LANG: 'C' } });
    assert.deepEqual([...(applied[0]?.keys() ?? [])], ['other', 'mine']);
    await assert.rejects(service.deleteMcpServer(access, 'mine'), refused);
    await assert.rejects(service.deleteMcpServer(access, 'nobody'), { code: 'mcp_server_unknown' });
    await service.deleteMcpServer(access, 'other');
    assert.deepEqual([...service.mcpServers().keys()], ['mine']);
  });
});

describe('what is stored', () => {
  it('is in force at the next start', () => {
    const { router, service } = world({ records: [record(1, { roles: { agent: ['demo/demo'] } })] });
    assert.deepEqual(router.chain('agent'), ['demo/demo']);
    assert.equal(service.runtime().version, 1);
  });

  it('is passed over where this release cannot read it: the last good version is served, and the next can be written', async () => {
    const good = record(1, { agentName: 'Good' });
    const { service, warnings } = world({ records: [good, record(2, { fromTheFuture: true })] });
    assert.equal(service.agentName(), 'Good');
    assert.match(warnings.join(), /Version 2 .* cannot be read .* version 1 is served/);
    assert.deepEqual(await service.replaceRuntime(access, 2, config({ agentName: 'New' })), { version: 3 });
  });

  it('is read with what a former release wrote, without what the policy says now', () => {
    const former = { transport: 'http', url: 'https://a.example/', reads: [], idempotent: [] };
    const { service, warnings } = world({ records: [record(1, { mcpServers: { web: former } })] });
    assert.deepEqual([...service.mcpServers().keys()], ['web']);
    assert.deepEqual(warnings, []);
  });

  it('leaves out a server that is not allowed any more', () => {
    const stored = {
      mcpServers: {
        leak: { transport: 'http', url: 'http://a.example', headers: { x: 'env:ANTHROPIC_API_KEY' } },
      },
    };
    const { service, warnings } = world({ records: [record(1, stored)] });
    assert.deepEqual([...service.mcpServers().keys()], []);
    assert.match(warnings.join(), /left out/);
  });
});

describe('effective settings', () => {
  it('say each value, where it came from, and never a secret', async () => {
    const { service } = world({
      env: { BAKERST_PORT: '5000' },
      file: {
        mcpServers: {
          a: {
            ...config({
              mcpServers: { a: { transport: 'stdio', command: 'x', args: ['--api-key=sk-arg', '-v'] } },
            }).mcpServers.a,
            env: { TOKEN: 'sk-inline', REF: 'env:OTHER' },
          },
        },
      },
    });
    await service.replaceRuntime(access, 0, config({ roles: { observer: ['demo/demo'] } }));
    const { items, runtimeVersion } = service.effective();
    const item = (key: string) => items.find((candidate) => candidate.key === key);
    assert.equal(runtimeVersion, 1);
    assert.deepEqual(item('server.port'), {
      key: 'server.port',
      value: 5000,
      source: { kind: 'environment', name: 'BAKERST_PORT' },
      locked: true,
    });
    assert.equal(item('providers.anthropic.apiKey')?.value, 'env:ANTHROPIC_API_KEY');
    assert.equal(item('providers.anthropic.apiKey')?.source.kind, 'discovered');
    assert.deepEqual(item('models.roles.observer')?.source, { kind: 'runtime', version: 1, author: 'prn_1' });
    assert.equal(item('models.roles.observer')?.locked, false);
    assert.equal(item('models.roles.agent')?.source.kind, 'discovered');
    assert.equal(item('mcpServers.a.env.TOKEN')?.value, '(hidden)');
    assert.equal(item('mcpServers.a.env.REF')?.value, 'env:OTHER');
    assert.equal(item('limits.concurrentTurns')?.source.kind, 'default');
    assert.doesNotMatch(JSON.stringify(items), /sk-/);
  });
});

describe('the model directory', () => {
  it('lists the models of configured providers with their state and roles, and names what is unknown', async () => {
    const { router, tables } = world();
    const directory = createModelDirectory(router, tables.references);
    const { items, roles } = await directory.list();
    assert.deepEqual([...new Set(items.map((model) => model.provider))].sort(), ['anthropic', 'demo']);
    assert.deepEqual(items.find((model) => model.ref === 'anthropic/claude-haiku-5-5')?.roles, ['observer']);
    assert.deepEqual(roles.agent, ['anthropic/claude-sonnet-5-5']);
    directory.requireKnown('anthropic/claude-haiku-4-5-20251001');
    assert.throws(() => directory.requireKnown('anthropic/claude-haiku-9'), { code: 'model_unknown' });
  });
});
