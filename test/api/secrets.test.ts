import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { startAnthropicServer } from '@bakerst/testkit/model-servers/anthropic-server';
import { callTool, say } from '@bakerst/testkit/model-servers/script';
import { type BrainProcess, startBrainProcess, temporaryFolder } from '../running/brain-process.ts';
import { openConsole } from '../running/console-session.ts';
import { catalogued, Stage } from '../running/scripted-models.ts';
import { ask, message, until } from '../running/talk.ts';

const SECRETS = {
  'the API key': 'sk-ant-api03-N0b0dyMayEverReadThisKey-0123456789',
  'the OAuth token': 'sk-ant-oat01-N0rThisT0kenOfMine-9876543210',
  'the key of a compatible server': 'c0mpatible-key-in-a-file-abcdef0123',
  'the header of a tool server': 'tool-server-bearer-5f5e100-5f5e0ff',
  'a wrong token that was tried': 'bst_wr0ngT0kenThatS0mebodyTried0000000000000',
  'a wrong login code that was tried': 'bsl_wr0ngC0deThatS0mebodyTried0000000000000',
} as const;

/** A server that answers every request with an error that repeats what it was sent, credentials and all. */
async function parrot(t: TestContext): Promise<string> {
  const server = createServer((request, response) => {
    response.writeHead(401, { 'content-type': 'application/json' });
    const message = `Incorrect key: ${JSON.stringify(request.headers)}`;
    response.end(JSON.stringify({ error: { type: 'authentication_error', message } }));
  }).listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Everything that the API has answered, with its headers. */
class Answers {
  readonly texts: string[] = [];

  async keep(what: string, answer: Promise<Response>): Promise<Response> {
    const response = await answer;
    const text = await response.clone().text();
    this.texts.push(`${what}\n${JSON.stringify([...response.headers])}\n${text}`);
    return response;
  }
}

const PATHS = [
  '/',
  '/healthz',
  '/readyz',
  '/metrics',
  '/api/v1/me',
  '/api/v1/status',
  '/api/v1/models',
  '/v1/models',
  '/api/v1/tools',
  '/api/v1/config',
  '/api/v1/config/runtime',
  '/api/v1/config/history',
  '/api/v1/config/schema',
  '/api/v1/tokens',
  '/api/v1/conversations',
  '/api/v1/approvals',
  '/api/v1/openapi.json',
  '/api/v1/search?q=key',
  '/api/v1/nothing',
];

async function liveIn(brain: BrainProcess, answers: Answers, stage: Stage): Promise<Record<string, string>> {
  const session = await openConsole(brain);
  const json = { 'content-type': 'application/json' };
  const body = JSON.stringify({ code: SECRETS['a wrong login code that was tried'] });
  const login = { method: 'POST', headers: { ...json, origin: brain.origin }, body };
  await answers.keep('wrong login', fetch(`${brain.origin}/api/v1/auth/login`, login));
  const wrong = { authorization: `Bearer ${SECRETS['a wrong token that was tried']}` };
  await answers.keep('wrong token', fetch(`${brain.origin}/api/v1/me`, { headers: wrong }));

  stage.play([callTool('current_time'), say('It is late.')]);
  const done = await ask(brain, 'What time is it?');
  assert.equal(done.turn.status, 'completed', JSON.stringify(done));
  for (const model of ['parrot/echo', 'anthropic-key/echo'])
    await answers.keep(
      model,
      brain.call('/api/v1/messages', {
        ...message('Anyone?', { model }),
        headers: { prefer: 'wait=20' },
      }),
    );
  await until('the tool server was tried', async () => {
    const tools = await answers.keep('tools', brain.call('/api/v1/tools'));
    return /lastError/.test(await tools.text()) ? true : undefined;
  });
  const made = await session.call('/api/v1/tokens', {
    method: 'POST',
    body: JSON.stringify({ name: 'mine', scopes: ['chat'] }),
  });
  const { id, secret } = (await made.json()) as { id: string; secret: string };
  const withToken = { headers: { authorization: `Bearer ${secret}` } };
  await answers.keep('with a made token', fetch(`${brain.origin}/api/v1/me`, withToken));
  await answers.keep('revoke', session.call(`/api/v1/tokens/${id}`, { method: 'DELETE' }));
  for (const path of PATHS) {
    await answers.keep(path, brain.call(path));
    await answers.keep(`${path} in the console`, session.call(path));
  }
  for (const part of ['turns', 'export?format=json', 'export?format=markdown'])
    await answers.keep(part, brain.call(`/api/v1/conversations/${done.conversation}/${part}`));
  await answers.keep('events', brain.call(`/api/v1/turns/${done.turn.id}/events`));
  await answers.keep('logout', session.call('/api/v1/auth/logout', { method: 'POST' }));
  return {
    'the login code': session.code,
    'the session cookie': session.cookie.split('=')[1] ?? '',
    'a token that was made': secret,
  };
}

/** Every file of the data folder but the one that is the CLI's token; bytes as Latin-1, so that nothing is lost. */
async function filesOf(home: string): Promise<readonly (readonly [string, string])[]> {
  const names = await readdir(home, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile() && entry.name !== 'cli-token');
  return Promise.all(
    files.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path, await readFile(path, 'latin1')] as const;
    }),
  );
}

/** Every text in every column of every table. */
function textsOf(home: string): string {
  const database = new DatabaseSync(join(home, 'bakerst.db'), { readOnly: true });
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const rows = tables.flatMap(({ name }) => database.prepare(`SELECT * FROM "${String(name)}"`).all());
  database.close();
  return rows
    .map((row) => JSON.stringify(Object.values(row).filter((v) => typeof v === 'string')))
    .join('\n');
}

test('no secret stands anywhere but where it was put', async (t) => {
  const stage = new Stage([]);
  const model = await startAnthropicServer(stage.reply, { apiKey: SECRETS['the OAuth token'] });
  t.after(() => model.close());
  const keyFile = join(await temporaryFolder(t), 'key');
  await writeFile(keyFile, SECRETS['the key of a compatible server'], { mode: 0o600 });
  const echo = await parrot(t);
  const brain = await startBrainProcess(t, {
    config: {
      log: { level: 'debug' },
      providers: {
        parrot: { type: 'openai-compatible', baseUrl: `${echo}/v1`, apiKey: `file:${keyFile}` },
        'anthropic-key': { type: 'anthropic', baseUrl: echo, apiKey: 'env:ANTHROPIC_API_KEY' },
      },
      models: {
        roles: { agent: ['anthropic/m'] },
        catalog: Object.fromEntries(
          ['anthropic/m', 'parrot/echo', 'anthropic-key/echo'].map((ref) => [ref, catalogued()]),
        ),
      },
      mcpServers: {
        web: { transport: 'http', url: `${echo}/mcp`, headers: { authorization: 'env:TOOL_SERVER_TOKEN' } },
      },
    },
    env: {
      ANTHROPIC_BASE_URL: model.origin,
      ANTHROPIC_API_KEY: SECRETS['the API key'],
      ANTHROPIC_OAUTH_TOKEN: SECRETS['the OAuth token'],
      TOOL_SERVER_TOKEN: SECRETS['the header of a tool server'],
    },
  });
  const answers = new Answers();
  const made = await liveIn(brain, answers, stage);
  const secrets = Object.entries({ ...SECRETS, ...made, 'the CLI token': await brain.token() });
  for (const [what, secret] of secrets) assert.ok(secret.length >= 20, `${what} is one`);
  const live = await filesOf(brain.home);
  assert.equal(await brain.end('SIGTERM'), 0);

  const places: readonly (readonly [string, string])[] = [
    ...answers.texts.map((text) => ['an answer of the API', text] as const),
    ['what was printed', brain.output().replace(/\/login#code=\S+/g, '')],
    ...live.map(([path, bytes]) => [`${path} while it ran`, bytes] as const),
    ...(await filesOf(brain.home)),
    ['a text in the database', textsOf(brain.home)],
  ];
  const names = places.map(([where]) => where.replace(`${brain.home}/`, ''));
  for (const expected of ['audit.jsonl', 'bakerst.db', 'logs/brain.log'])
    assert.ok(names.includes(expected), `${expected} is looked into: ${names}`);
  const log = places.find(([where]) => where.endsWith('logs/brain.log'))?.[1] ?? '';
  assert.match(log, /Incorrect key: .*\[redacted\]/, 'the providers did say their keys aloud');
  for (const [what, secret] of secrets) {
    const forms = [secret, Buffer.from(secret).toString('base64').slice(0, -4), encodeURIComponent(secret)];
    for (const [where, text] of places)
      for (const form of forms)
        assert.equal(text.includes(form), false, `${what} in ${where}: ${around(text, form)}`);
  }
});

function around(text: string, part: string): string {
  const at = text.indexOf(part);
  return at < 0 ? '' : text.slice(Math.max(0, at - 200), at + part.length + 50);
}
