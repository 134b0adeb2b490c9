import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { StepOf } from '@bakerst/shared/steps';
import { callTool, say } from '@bakerst/testkit/model-servers/script';
import { acceptFreely } from '../running/accept-tools.ts';
import { type BrainProcess, startBrainProcess, temporaryFolder } from '../running/brain-process.ts';
import {
  everythingOverHttp,
  missingSandbox,
  publishedServer,
  readTools,
  untilServer,
} from '../running/mcp-servers.ts';
import { type ScriptedModel, scriptedModel } from '../running/scripted-models.ts';
import { ask, readTurn, stepsOf } from '../running/talk.ts';

/** By server, under its own names. */
const ACCEPTED = {
  ev: ['echo', 'get-tiny-image', 'get-sum'],
  files: ['write_file', 'read_text_file', 'list_directory'],
  memory: ['create_entities', 'search_nodes'],
  web: ['echo', 'get-sum'],
};

async function accept(brain: BrainProcess, server: keyof typeof ACCEPTED): Promise<void> {
  await acceptFreely(brain, server, { tools: ACCEPTED[server] });
}

interface House {
  readonly model: ScriptedModel;
  readonly brain: BrainProcess;
  readonly folder: string;
  readonly skip: string | undefined;
}

async function house(t: TestContext): Promise<House> {
  const model = await scriptedModel(t, [], { accepts: ['text', 'image'] });
  const folder = await temporaryFolder(t);
  const papers = join(folder, 'papers');
  await mkdir(papers);
  await writeFile(join(folder, 'private.txt'), 'nobody else may read this');
  const memory = join(folder, 'memory');
  await mkdir(memory);
  const brain = await startBrainProcess(t, {
    config: {
      ...model.config,
      mcpServers: {
        ev: publishedServer('everything'),
        files: publishedServer('filesystem', { args: [papers], paths: [{ path: papers, write: true }] }),
        memory: publishedServer('memory', {
          env: { MEMORY_FILE_PATH: join(memory, 'graph.json') },
          paths: [{ path: memory, write: true }],
        }),
        web: { transport: 'http', url: (await everythingOverHttp(t)).url },
      },
    },
  });
  return { model, brain, folder, skip: await missingSandbox(brain) };
}

/** Lets the model call one tool, and returns how that ended and what the model was told. */
async function useTool(
  { model, brain }: House,
  tool: string,
  args: unknown,
): Promise<{ readonly ended: StepOf<'tool_ended'>; readonly told: string; readonly text: string }> {
  model.play([callTool(tool, args), say('I have used it.')]);
  const done = await ask(brain, `Use ${tool}.`);
  const [ended] = stepsOf(await readTurn(brain, done.turn.id), 'tool_ended');
  assert.ok(ended, JSON.stringify(done));
  assert.equal(done.text, 'I have used it.');
  const told = JSON.stringify(model.asked().at(-1)?.body);
  const text = ended.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
  return { ended, told, text };
}

test('real MCP servers, used by a model through turns', async (t) => {
  const all = await house(t);
  const { brain, folder, skip } = all;
  const option = skip === undefined ? {} : { skip };

  await t.test(
    'over stdio they start in sandboxes, and every tool says whether it may run',
    option,
    async () => {
      for (const name of ['ev', 'files', 'memory']) {
        const server = await untilServer(brain, name, 'ready');
        assert.equal(server.confinement, 'sandboxed');
        assert.equal(server.origin, 'file');
      }
      for (const name of ['ev', 'files', 'memory'] as const) await accept(brain, name);
      const { items } = await readTools(brain);
      const echo = items.find(({ name }) => name === 'ev__echo');
      assert.deepEqual([echo?.allowed, echo?.effect], [true, 'write-private']);
      const env = items.find(({ name }) => name === 'ev__get-env');
      assert.equal(env?.allowed, false);
    },
  );

  await t.test(
    'an allowed tool runs after its verdict, intent and receipt were recorded',
    option,
    async () => {
      const { text, told } = await useTool(all, 'ev__echo', { message: 'over here' });
      assert.equal(text, 'Echo: over here');
      assert.match(told, /Echo: over here/);
      const list = (await (await brain.call('/api/v1/conversations')).json()) as { items: { id: string }[] };
      const turns = await brain.call(`/api/v1/conversations/${list.items[0]?.id}/turns`);
      const page = (await turns.json()) as {
        items: { steps: { step: { type: string; receipt?: string } }[] }[];
      };
      const types = page.items[0]?.steps.map(({ step }) => step.type) ?? [];
      const order = ['tool_decided', 'tool_intended', 'tool_started', 'tool_ended'];
      assert.deepEqual(
        types.filter((type) => order.includes(type)),
        order,
      );
      const started = page.items[0]?.steps.find(({ step }) => step.type === 'tool_started')?.step;
      const audit = await readFile(join(brain.home, 'audit.jsonl'), 'utf8').catch(() => '');
      assert.ok(
        started?.receipt && audit.includes(started.receipt),
        'the receipt is of a line in the audit log',
      );
    },
  );

  await t.test('a tool that nobody has accepted is not run: a person is asked', option, async () => {
    all.model.play([callTool('ev__get-env', {})]);
    const { turn } = await ask(brain, 'Use ev__get-env.');
    assert.equal(turn.status, 'parked');
    const [decided] = stepsOf(await readTurn(brain, turn.id), 'tool_decided');
    assert.equal(decided?.verdict.decision, 'ask');
    const reason = decided?.verdict.reasons.find(({ rule }) => rule === 'unknown-tool');
    assert.match(reason?.remedy ?? '', /bakerst mcp review ev/);
  });

  await t.test('an image comes to the model as an image', option, async () => {
    const { ended, told } = await useTool(all, 'ev__get-tiny-image', {});
    assert.ok(ended.content.some((part) => part.type === 'image' && part.mediaType === 'image/png'));
    assert.match(told, /data:image\/png;base64,iVBOR/);
  });

  await t.test(
    'bad arguments never reach the server, and the model reads what was wrong',
    option,
    async () => {
      const { ended, told } = await useTool(all, 'ev__get-sum', { a: 'one', b: 2 });
      assert.equal(ended.outcome, 'error');
      assert.match(told, /\/a|"a"|number/);
    },
  );

  await t.test(
    'server-filesystem writes where it may, and what was not declared is not there',
    option,
    async () => {
      const path = join(folder, 'papers', 'letter.txt');
      const written = await useTool(all, 'files__write_file', { path, content: 'Dear Ada' });
      assert.equal(written.ended.outcome, 'ok', written.text);
      assert.equal(await readFile(path, 'utf8'), 'Dear Ada');
      const outside = await useTool(all, 'files__read_text_file', { path: join(folder, 'private.txt') });
      assert.equal(outside.ended.outcome, 'error');
      assert.doesNotMatch(outside.told, /nobody else may read this/);
      const missing = await useTool(all, 'files__read_text_file', {
        path: join(folder, 'papers', 'none.txt'),
      });
      assert.equal(missing.ended.outcome, 'error');
      assert.match(missing.told, /ENOENT|no such file/i);
    },
  );

  await t.test('server-memory remembers from one turn to the next', option, async () => {
    const entities = [{ name: 'Ada', entityType: 'person', observations: ['likes tea'] }];
    assert.equal((await useTool(all, 'memory__create_entities', { entities })).ended.outcome, 'ok');
    assert.match((await useTool(all, 'memory__search_nodes', { query: 'Ada' })).text, /likes tea/);
  });

  await t.test('over streamable HTTP the same tools run', async () => {
    const server = await untilServer(brain, 'web', 'ready');
    assert.equal(server.confinement, 'remote');
    await accept(brain, 'web');
    assert.equal((await useTool(all, 'web__echo', { message: 'far away' })).text, 'Echo: far away');
    assert.match((await useTool(all, 'web__get-sum', { a: 2, b: 40 })).text, /42/);
  });

  await t.test('two calls of one answer run side by side, and their results come in call order', async () => {
    const calls = ['first', 'second'].map((text) => ({ name: 'web__echo', arguments: { message: text } }));
    all.model.play([{ kind: 'answer', toolCalls: calls }, say('Both.')]);
    const done = await ask(brain, 'Call both.');
    const ended = stepsOf(await readTurn(brain, done.turn.id), 'tool_ended');
    assert.deepEqual(
      ended.map((step) => JSON.stringify(step.content)),
      ['first', 'second'].map((text) => JSON.stringify([{ type: 'text', text: `Echo: ${text}` }])),
    );
  });
});
