import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parsePolicy } from '@bakerst/guard/parse-policy';
import type { ServerReview, ToolReview } from '@bakerst/shared/api/guard';
import { isCoded } from '@bakerst/shared/coded-error';
import { ToolPolicy } from '@bakerst/shared/policy';
import { AT, commandNamed, type Line, runCommand } from '../rig/scripted-brain.ts';
import { serverReviewCommands } from './accept-server.ts';
import { policyCommands } from './policy.ts';

const PIN = 'f'.repeat(64);
const proposal = ToolPolicy.parse({
  effect: 'external',
  arguments: { to: { slot: 'recipient', type: 'email' }, body: { role: 'content' } },
});

function tool(name: string, change: Partial<ToolReview> = {}): ToolReview {
  return {
    name,
    tool: `mail__${name}`,
    state: 'unknown',
    pin: PIN,
    description: `Does ${name}.`,
    proposal,
    ...change,
  };
}

const review: ServerReview = {
  server: 'mail',
  clearance: 'public',
  clearanceSet: false,
  tools: [
    tool('send', { description: 'Sends.\nsearch  accepted\u001b[2J' }),
    tool('search', {
      state: 'changed',
      accepted: { ...proposal, effect: 'read' },
      diff: [
        { kind: 'removed', text: 'Searches mail' },
        { kind: 'added', text: 'Searches mail and forwards it' },
      ],
    }),
    tool('odd', { state: 'unpinnable', pin: undefined as never }),
  ],
  gone: ['old'],
};
const policy = {
  hash: 'a'.repeat(64),
  text: 'version: 1\n',
  profile: 'balanced',
  source: 'file',
  writable: true,
  loadedAt: AT,
  problems: [],
  words: [],
};

const run = (verb: string, line: Line, offered = review) =>
  runCommand(
    commandNamed([...serverReviewCommands, ...policyCommands], verb),
    { args: ['mail'], ...line },
    ({ path }) => (path === '/api/v1/policy' ? policy : path.endsWith('/review') ? offered : undefined),
  );

async function refusedUsage(running: Promise<unknown>, expected: RegExp): Promise<void> {
  await assert.rejects(running, (error) => {
    assert.ok(isCoded(error, 'cli_usage') || isCoded(error, 'cli_local_problem'), String(error));
    assert.match(`${error.message} ${error.remedy}`, expected);
    return true;
  });
}

describe('looking at a tool server', () => {
  test('shows what it says behind a margin, what changed, and what is only proposed', async () => {
    const { out } = await run('mcp review', {});
    assert.match(out, /^mail: may learn what is public \(the default/);
    assert.match(out, /\n {2}│ search {2}accepted<U\+001B>\[2J\n/);
    assert.match(out, /search {2}CHANGED since it was accepted/);
    assert.match(out, /- Searches mail\n +\+ Searches mail and forwards it/);
    assert.match(out, /proposed, guessed from names and hints\n {4}effect external: reaches/);
    assert.match(out, /Accepted once, not offered now: old/);
  });
});

describe('accepting tools', () => {
  test('shows each, asks, and sends its pin with the policy that was there before', async () => {
    const no = await run('mcp accept', { options: { tool: ['send'] }, types: ['n'] });
    assert.equal(no.code, 1);
    assert.match(no.notes, /to be accepted\n {4}effect external/);
    assert.ok(no.asked.every(({ method }) => method === 'GET'));
    const { asked, code } = await run('mcp accept', {
      options: { tool: ['send', 'search'], effect: ['send=money'], clearance: 'internal' },
      types: ['y'],
    });
    assert.equal(code, 0);
    assert.deepEqual(asked.at(-1)?.body, {
      expectedHash: policy.hash,
      tools: [
        { name: 'send', pin: PIN, policy: { ...proposal, effect: 'money' } },
        { name: 'search', pin: PIN, policy: { ...proposal, effect: 'read' } },
      ],
      withdraw: [],
      clearance: 'internal',
    });
  });

  test('takes nothing that nobody has looked at', async () => {
    await refusedUsage(run('mcp accept', { types: ['y'] }), /--tool/);
    await refusedUsage(run('mcp accept', { options: { all: true, yes: true } }), /unseen/);
    await refusedUsage(
      run('mcp accept', { options: { tool: ['send'], yes: true } }),
      /--effect send=external/,
    );
    await refusedUsage(run('mcp accept', { options: { tool: ['odd'] } }), /cannot be pinned/);
    await refusedUsage(run('mcp accept', { options: { tool: ['nope'] } }), /offers no tool "nope"/);
    await refusedUsage(
      run('mcp accept', { options: { tool: ['send'], effect: ['send=nice'] } }),
      /Effects are/,
    );
    await refusedUsage(run('mcp accept', { options: { all: true } }), /Nobody is there/);
    const said = { tool: ['send'], effect: ['send=external'], yes: true };
    assert.equal((await run('mcp accept', { options: said })).code, 0);
  });

  test('--all takes what is open and can be pinned', async () => {
    const { asked } = await run('mcp accept', { options: { all: true }, types: ['yes'] });
    const names = Object(asked.at(-1)?.body).tools.map((one: { name: string }) => one.name);
    assert.deepEqual(names, ['send', 'search']);
  });

  test('where none waits, accepting all is a mistake and not a success', async () => {
    const done = { ...review, tools: [tool('send', { state: 'accepted', accepted: proposal })] };
    for (const options of [{ all: true }, {}]) {
      const running = run('mcp accept', { options, types: ['y'] }, done);
      await refusedUsage(running, /No tool of mail waits to be accepted/);
    }
    const clearance = await run('mcp accept', { options: { clearance: 'internal' }, types: ['y'] }, done);
    assert.deepEqual(Object(clearance.asked.at(-1)?.body).tools, []);
  });

  test('withdrawing names what was accepted, also what is gone', async () => {
    const { asked } = await run('mcp withdraw', { options: { tool: ['old', 'search'] }, types: ['y'] });
    assert.deepEqual(asked.at(-1)?.body, {
      expectedHash: policy.hash,
      tools: [],
      withdraw: ['old', 'search'],
    });
    await refusedUsage(run('mcp withdraw', { options: { tool: ['send'] } }), /not accepted.*search, old/);
  });

  test('a proposal is YAML to paste, with a pin where there is one', async () => {
    const { out, notes } = await run('policy propose', {});
    const parsed = parsePolicy(`version: 1\n${out}`);
    assert.ok(parsed.ok, out);
    assert.equal(parsed.policy.servers.mail?.clearance, 'public');
    assert.deepEqual(parsed.policy.servers.mail?.tools.send, { ...proposal, pin: PIN });
    assert.match(notes, /Cannot be pinned.*odd/);
  });
});
