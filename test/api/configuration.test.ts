import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EffectiveSettings, ModelList, RuntimeConfigVersion } from '@bakerst/shared/api/system';
import { say } from '@bakerst/testkit/model-servers/script';
import { type BrainProcess, startBrainProcess } from '../running/brain-process.ts';
import { everythingOverHttp, publishedServer, readTools, untilServer } from '../running/mcp-servers.ts';
import { catalogued, scriptedModel } from '../running/scripted-models.ts';
import { ask, newConversation, problemOf, send, untilOver } from '../running/talk.ts';

const EMPTY = { roles: {}, mcpServers: {} };

async function settings(brain: BrainProcess): Promise<EffectiveSettings> {
  return EffectiveSettings.parse(await (await brain.call('/api/v1/config')).json());
}

async function put(brain: BrainProcess, value: object, expectedVersion?: number): Promise<Response> {
  const version = expectedVersion ?? (await settings(brain)).runtimeVersion;
  const body = JSON.stringify({ expectedVersion: version, value: { ...EMPTY, ...value } });
  return brain.call('/api/v1/config/runtime', { method: 'PUT', body });
}

function putServer(brain: BrainProcess, name: string, server: object): Promise<Response> {
  return brain.call(`/api/v1/mcp-servers/${name}`, { method: 'PUT', body: JSON.stringify({ server }) });
}

test('what is configured while the brain runs', async (t) => {
  const model = await scriptedModel(t, ({ model: name }) => say(`I am ${name}.`));
  const { providers, models } = model.config;
  const { url } = await everythingOverHttp(t);
  const setup = {
    config: {
      providers,
      models: {
        roles: models.roles,
        catalog: {
          ...models.catalog,
          'test/other': catalogued(),
          'test/priceless': { contextWindow: 8_000 },
        },
      },
      mcpServers: { fixed: { ...publishedServer('memory'), enabled: false } },
      budget: { monthlyLimitUsd: 50 },
      egress: { allowedHosts: [new URL(url).host] },
    },
    env: { BAKERST_AGENT_NAME: 'Watson', SECRET_OF_MINE: 'hidden-value' },
  };
  let brain = await startBrainProcess(t, setup);

  await t.test('a role takes effect at the next turn, with its author and version', async () => {
    assert.equal((await ask(brain, 'Who are you?')).text, 'I am m.');
    const written = await put(brain, { roles: { agent: ['test/other', 'test/m'] } });
    assert.equal(written.status, 200, await written.clone().text());
    assert.equal((await ask(brain, 'And now?')).text, 'I am other.');
    const history = await brain.call('/api/v1/config/history');
    const { items } = (await history.json()) as { items: unknown[] };
    const newest = RuntimeConfigVersion.parse(items[0]);
    assert.equal(newest.version, 1);
    assert.match(newest.author, /^prn_/);
    assert.deepEqual(newest.value.roles.agent, ['test/other', 'test/m']);
  });

  await t.test('every setting shows where it came from, and which are locked', async () => {
    const { items } = await settings(brain);
    const show = (key: string) => {
      const item = items.find((one) => one.key === key);
      return [item?.value, item?.source.kind, item?.locked];
    };
    assert.deepEqual(show('models.roles.agent'), [['test/other', 'test/m'], 'runtime', false]);
    assert.deepEqual(show('budget.monthlyLimitUsd'), [50, 'file', true]);
    assert.deepEqual(show('agent.name'), ['Watson', 'environment', false]);
    assert.deepEqual(show('limits.concurrentTurns'), [64, 'default', true]);
    const list = ModelList.parse(await (await brain.call('/api/v1/models')).json());
    assert.deepEqual(list.roles.agent, ['test/other', 'test/m']);
  });

  await t.test('what is not acceptable is refused with a remedy, and the running chat goes on', async () => {
    const gate = Promise.withResolvers<void>();
    model.play(() => say(['Still ', 'here.'], { gate: { afterEvents: 2, open: gate.promise } }));
    const running = await send(brain, 'Stay with me.');
    const refused: readonly (readonly [object, string, RegExp])[] = [
      [{ roles: { agent: ['test/othr'] } }, 'model_unknown', /test\/other/],
      [{ roles: { agent: ['nobody/model'] } }, 'model_unknown', /./],
      [{ roles: { agent: ['test/priceless'] } }, 'model_without_price', /price/],
    ];
    for (const [value, code, remedy] of refused) {
      const problem = await problemOf(await put(brain, value), 422);
      assert.equal(problem.code, code);
      assert.match(problem.remedy, remedy);
    }
    for (const value of [{ roles: { butler: ['test/m'] } }, { roles: { agent: [] } }, { budget: {} }])
      await problemOf(await put(brain, value), 400);
    assert.equal((await settings(brain)).runtimeVersion, 1);
    gate.resolve();
    const over = await untilOver(brain, running.turn.id);
    assert.equal(over.status, 'completed');
    model.play(({ model: name }) => say(`I am ${name}.`));
    assert.equal((await ask(brain, 'Who?')).text, 'I am other.');
  });

  await t.test('of two changes of the same version one is refused', async () => {
    const values = [{ agentName: 'Holmes' }, { agentName: 'Irene' }];
    const both = await Promise.all(values.map((value) => put(brain, value, 1)));
    assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409]);
    const lost = both.find(({ status }) => status === 409);
    assert.equal((await problemOf(lost ?? Response.error(), 409)).code, 'store_conflict');
    const names = ['Holmes', 'Irene'];
    const kept = names[both.findIndex(({ status }) => status === 200)];
    const me = (await (await brain.call('/api/v1/me')).json()) as { agentName: string };
    assert.equal(me.agentName, kept);
    // The change replaced the whole: the roles are those of the file again.
    assert.equal((await ask(brain, 'Who?')).text, 'I am m.');
  });

  await t.test('a conversation may have a model of its own, and only one that can be called', async () => {
    const { id } = await newConversation(brain);
    const patch = (name: string | null) =>
      brain.call(`/api/v1/conversations/${id}`, { method: 'PATCH', body: JSON.stringify({ model: name }) });
    assert.equal((await patch('test/other')).status, 200);
    assert.equal((await ask(brain, 'Who?', { conversation: id })).text, 'I am other.');
    assert.equal((await problemOf(await patch('test/none'), 422)).code, 'model_unknown');
    assert.equal((await ask(brain, 'Who?', { conversation: id, model: 'test/m' })).text, 'I am m.');
    assert.equal((await patch(null)).status, 200);
    assert.equal((await ask(brain, 'Who?', { conversation: id })).text, 'I am m.');
  });

  await t.test('an MCP server is added and removed, and its tools come and go', async () => {
    const added = await putServer(brain, 'web', { transport: 'http', url });
    assert.equal(added.status, 200, await added.clone().text());
    const server = await untilServer(brain, 'web', 'ready');
    assert.equal(server.origin, 'runtime');
    const echo = (await readTools(brain)).items.find(({ name }) => name === 'web__echo');
    assert.equal(echo?.allowed, false, 'a tool that came at run time is not allowed by that');
    const shown = (await settings(brain)).items.find(({ key }) => key === 'mcpServers.web.url');
    assert.deepEqual([shown?.value, shown?.source.kind], [url, 'runtime']);
    const removed = await brain.call('/api/v1/mcp-servers/web', { method: 'DELETE' });
    assert.equal(removed.status, 200);
    const after = await readTools(brain);
    assert.equal(
      after.servers.some((one) => one.server === 'web'),
      false,
    );
    assert.equal(
      after.items.some(({ name }) => name.startsWith('web__')),
      false,
    );
  });

  await t.test('a server that would loosen what the file says is refused with a remedy', async () => {
    const stdio = { transport: 'stdio', command: process.execPath };
    const loose: readonly (readonly [string, object])[] = [
      ['bare', { ...stdio, unconfined: true }],
      ['filler', { ...stdio, secrets: { 'send.token': 'env:SECRET_OF_MINE' } }],
      ['inward', { transport: 'http', url: 'http://2130706433:9/' }],
      ['mapped', { transport: 'http', url: 'http://[::ffff:10.0.0.1]/' }],
      ['metadata', { transport: 'http', url: 'http://169.254.169.254/' }],
      ['own', { transport: 'http', url: `${brain.origin}/` }],
      ['thief', { ...stdio, env: { X: 'env:SECRET_OF_MINE' } }],
      ['caller', { transport: 'http', url: 'https://mcp.example/', headers: { x: 'env:SECRET_OF_MINE' } }],
      ['reader', { ...stdio, paths: [{ path: brain.home }] }],
      ['parent', { ...stdio, paths: [{ path: '/' }] }],
      ['fixed', stdio],
      ['core', stdio],
    ];
    const { runtimeVersion } = await settings(brain);
    for (const [name, server] of loose) {
      const answer = await putServer(brain, name, server);
      assert.ok(answer.status === 400 || answer.status === 422, `${name}: ${answer.status}`);
      const problem = await problemOf(answer, answer.status);
      assert.doesNotMatch(JSON.stringify(problem), /hidden-value/, name);
    }
    const after = await settings(brain);
    assert.equal(after.runtimeVersion, runtimeVersion);
    assert.deepEqual((await readTools(brain)).servers.map(({ server }) => server).sort(), ['fixed']);
  });

  await t.test('the scope config is needed to change it', async () => {
    const made = await brain.call('/api/v1/tokens', {
      method: 'POST',
      body: JSON.stringify({ name: 'chatter', scopes: ['chat'] }),
    });
    const { secret } = (await made.json()) as { secret: string };
    const answer = await fetch(`${brain.origin}/api/v1/config/runtime`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ expectedVersion: 0, value: EMPTY }),
    });
    assert.equal((await problemOf(answer, 403)).code, 'scope_missing');
  });

  await t.test(
    'it survives a restart, and what the boot settings no longer know is refused, not guessed',
    async () => {
      assert.equal((await put(brain, { roles: { agent: ['test/other'] } })).status, 200);
      await brain.end('SIGTERM');
      brain = await startBrainProcess(t, { ...setup, after: brain });
      assert.equal((await ask(brain, 'Who?')).text, 'I am other.');
      await brain.end('SIGTERM');
      const less = { ...setup.config, models: model.config.models };
      brain = await startBrainProcess(t, { ...setup, config: less, after: brain });
      const done = await ask(brain, 'Who?');
      assert.equal(done.error?.code, 'model_unknown');
      assert.ok(done.error?.remedy);
      assert.match(brain.output(), /^warning: .*test\/other is not a known model/m);
    },
  );
});
