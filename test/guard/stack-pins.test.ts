import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { PolicyView, ServerReview } from '@bakerst/shared/api/guard';
import { startBrainProcess } from '../running/brain-process.ts';
import { openConsole } from '../running/console-session.ts';
import { killBelow, untilServer } from '../running/mcp-servers.ts';
import { problemOf, until } from '../running/talk.ts';
import { decide } from './stack-rig/decide.ts';
import { passes, stops } from './stack-rig/fixtures.ts';
import { hostile } from './stack-rig/servers.ts';
import { type Call, json, openStack, putPolicy, type Stack, saidOf, tell } from './stack-rig/stack.ts';

const CHANGES = ['description', 'title', 'schema', 'annotations', 'output', 'meta', 'instructions'];

const READ_ADD = { clearance: 'internal', tools: { add: { effect: 'read' } } };
const SEND_ADD = { clearance: 'internal', tools: { add: { effect: 'external', intents: ['add'] } } };

function adding(server: string, a = 1): Call {
  return [`${server}__add`, { a, b: 2 }];
}

async function review({ console }: Stack, server: string): Promise<ServerReview> {
  return ServerReview.parse(await json(console, `/api/v1/mcp-servers/${server}/review`));
}

/** The one tool of a rug-pulling server, as somebody who reviews it sees it. */
async function addOf(stack: Stack, server: string): Promise<ServerReview['tools'][number]> {
  const [tool] = (await review(stack, server)).tools;
  assert.ok(tool);
  return tool;
}

async function accept({ console }: Stack, server: string, pin: string): Promise<Response> {
  const { hash: expectedHash } = PolicyView.parse(await json(console, '/api/v1/policy'));
  const policy = { effect: 'read', arguments: { context: { role: 'content' } } };
  const body = JSON.stringify({ expectedHash, tools: [{ name: 'add', pin, policy }] });
  return console.call(`/api/v1/mcp-servers/${server}/accept`, { method: 'POST', body });
}

test('a definition that changes while the server runs', async (t) => {
  const kinds = [...CHANGES.filter((change) => change !== 'instructions'), 'nothing'];
  const stack = await openStack(t, {
    servers: Object.fromEntries(kinds.map((change) => [change, hostile('rug-pull', { change })])),
    policy: { servers: Object.fromEntries(kinds.map((change) => [change, READ_ADD])) },
  });
  const { pin: first = '' } = await addOf(stack, 'description');
  assert.equal((await accept(stack, 'description', first)).status, 200);
  for (const change of kinds.filter((kind) => kind !== 'nothing'))
    await t.test(`${change}: from the moment it says so, no call reaches it`, async () => {
      const told = await tell(stack, 'Add it.', [adding(change), adding(change, 2)]);
      assert.deepEqual(
        await stack.arrived(change),
        [{ tool: 'add', arguments: { a: 1, b: 2 } }],
        saidOf(told).join(),
      );
      const { rules } = await stops(stack, { words: 'Add it.', calls: [adding(change)], server: change });
      assert.ok(
        rules.some((rule) => rule === 'pin-changed' || rule === 'bad_arguments'),
        rules.join(),
      );
      assert.equal((await addOf(stack, change)).state, 'changed');
    });
  await t.test('a list that was sent again and says the same goes on', async () => {
    await passes(stack, {
      words: 'Add it.',
      calls: [adding('nothing'), adding('nothing', 2)],
      server: 'nothing',
    });
  });
  await t.test('accepting again needs the pin of what is offered now', async () => {
    const { accepted, pin = '', diff = [] } = await addOf(stack, 'description');
    assert.ok(diff.some(({ kind, text }) => kind === 'added' && text.includes('evil.example')));
    const former = await accept(stack, 'description', accepted?.pin ?? '');
    assert.equal((await problemOf(former, 409)).code, 'policy_conflict');
    await stops(stack, { words: 'Add it.', calls: [adding('description')], server: 'description' });
    assert.equal((await accept(stack, 'description', pin)).status, 200);
    await passes(stack, { words: 'Add it.', calls: [adding('description')], server: 'description' });
  });
});

test('a definition that changes while nobody calls it', async (t) => {
  const state = (folder: string) => join(folder, 'state');
  const restarted = (change: string) => (folder: string) => {
    const flags = { change, state: state(folder) };
    return hostile('rug-pull', flags)(folder);
  };
  const policy = {
    servers: { ...Object.fromEntries(CHANGES.map((change) => [change, READ_ADD])), waits: SEND_ADD },
  };
  const stack = await openStack(t, {
    servers: {
      ...Object.fromEntries(CHANGES.map((change) => [change, restarted(change)])),
      waits: restarted('description'),
    },
    policy,
  });
  const words = 'Add it for me.';
  for (const change of CHANGES) await passes(stack, { words, calls: [adding(change)], server: change });
  const asked = await stops(stack, { words: 'What is new?', calls: [adding('waits')], server: 'waits' });

  await t.test('a server that dies is another one when it comes back: its calls are refused', async () => {
    await killBelow(stack.brain.pid, `--state=${state(join(stack.folder, 'title'))}`);
    await until('it is back and changed', async () =>
      (await review(stack, 'title')).tools[0]?.state === 'changed' ? true : undefined,
    );
    const { rules } = await stops(stack, { words, calls: [adding('title')], server: 'title' });
    assert.deepEqual(rules, ['pin-changed']);
  });

  await t.test(
    'between the approval and the run it is another one: the approval is for nothing',
    async () => {
      await killBelow(stack.brain.pid, `--state=${state(join(stack.folder, 'waits'))}`);
      await until('it is back and changed', async () =>
        (await review(stack, 'waits')).tools[0]?.state === 'changed' ? true : undefined,
      );
      const decided = await decide(stack, asked.told, { decision: 'approved' });
      assert.equal(decided.turn.status, 'completed');
      assert.deepEqual(await stack.arrived('waits'), []);
    },
  );

  await t.test('after a restart of the brain every kind of change is seen', async () => {
    await stack.brain.end('SIGKILL');
    stack.brain = await startBrainProcess(t, { after: stack.brain });
    stack.console = await openConsole(stack.brain);
    for (const change of CHANGES) {
      await untilServer(stack.brain, change, 'ready');
      const { rules } = await stops(stack, { words, calls: [adding(change)], server: change });
      assert.ok(
        rules.some((rule) => rule === 'pin-changed' || rule === 'bad_arguments'),
        rules.join(),
      );
    }
  });
});

test('the same tool of a server that is started otherwise', async (t) => {
  const servers = {
    plain: hostile('rug-pull', { change: 'nothing' }),
    other: hostile('rug-pull', { change: 'nothing' }),
  };
  const stack = await openStack(t, { servers, policy: { servers: { plain: READ_ADD, other: READ_ADD } } });
  const words = 'Add it.';
  await passes(stack, { words, calls: [adding('other')], server: 'other' });
  const folder = join(stack.folder, 'other');
  const changed = hostile('rug-pull', { change: 'nothing', after: '7' })(folder);
  const mcpServers = { plain: servers.plain(join(stack.folder, 'plain')), other: changed };
  await stack.brain.end();
  stack.brain = await startBrainProcess(t, {
    after: stack.brain,
    config: { ...stack.model.config, mcpServers },
  });
  stack.console = await openConsole(stack.brain);
  for (const server of ['plain', 'other']) await untilServer(stack.brain, server, 'ready');
  await t.test('is not the tool that was accepted', async () => {
    const { rules } = await stops(stack, { words, calls: [adding('other')], server: 'other' });
    assert.deepEqual(rules, ['pin-changed']);
  });
  await t.test('while the one that is started as before goes on', async () => {
    await passes(stack, { words, calls: [adding('plain')], server: 'plain' });
  });
});

test('tools that are not what they seem', async (t) => {
  const stack = await openStack(t, {
    servers: {
      mail: hostile('mail'),
      shadow: hostile('shadows', { server: 'mail', tool: 'send_mail' }),
      hidden: hostile('hidden'),
    },
  });
  const letter = { to: ['ann@example.com'], subject: 'Lunch', body: 'At noon?' };
  const words = 'Send a mail to ann@example.com that asks for lunch at noon.';
  await putPolicy(stack, {
    servers: {
      mail: {
        clearance: 'internal',
        tools: {
          send_mail: {
            effect: 'external',
            intents: ['send * mail'],
            arguments: {
              to: { slot: 'recipient' },
              cc: { slot: 'recipient', default: null },
              subject: { role: 'content' },
              body: { role: 'content' },
            },
          },
        },
      },
      // As if somebody had copied what the real server may do.
      shadow: { tools: { write_note: { pin: undefined, effect: 'read' } } },
    },
  });
  for (const [tool, args] of [
    ['shadow__send_mail', letter],
    ['shadow__mail__send_mail', letter],
    ['shadow__write_note', {}],
    ['shadow__core__write_note', {}],
  ] as const)
    await t.test(`${tool} has nothing of the name it took`, async () => {
      const { rules } = await stops(stack, { words, calls: [[tool, args]], server: 'shadow' });
      assert.ok(rules.includes('unknown-tool'), rules.join());
    });
  await t.test('and the real one is still the real one', async () => {
    await passes(stack, { words, calls: [['mail__send_mail', letter]], server: 'mail' });
    assert.deepEqual(await stack.arrived('shadow'), []);
  });

  await t.test(
    'hidden characters in a definition: it cannot be accepted, and each call is asked',
    async () => {
      const { tools } = await review(stack, 'hidden');
      const states = Object.fromEntries(
        tools.map(({ name, state, pin }) => [name, [state, pin !== undefined]]),
      );
      assert.deepEqual(states, {
        in_description: ['unpinnable', false],
        in_property: ['unpinnable', false],
        honest: ['unknown', true],
      });
      const { hash: expectedHash } = PolicyView.parse(await json(stack.console, '/api/v1/policy'));
      const policy = { effect: 'read' };
      const body = JSON.stringify({
        expectedHash,
        tools: [{ name: 'in_description', pin: 'a'.repeat(64), policy }],
      });
      const answer = await stack.console.call('/api/v1/mcp-servers/hidden/accept', { method: 'POST', body });
      assert.equal(answer.status, 409, await answer.text());
      const { rules } = await stops(stack, {
        words: 'Look.',
        calls: [['hidden__in_description']],
        server: 'hidden',
      });
      assert.ok(rules.includes('unknown-tool'), rules.join());
    },
  );
});
