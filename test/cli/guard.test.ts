import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { callTool, type ScriptedRequest, say } from '@bakerst/testkit/model-servers/script';
import { type BrainProcess, startBrainProcess } from '../running/brain-process.ts';
import { bakerst } from '../running/cli-process.ts';
import { openConsole } from '../running/console-session.ts';
import { publishedServer, untilServer } from '../running/mcp-servers.ts';
import { scriptedModel } from '../running/scripted-models.ts';

/** A brain with a server that nobody has accepted, and a model that calls it at every message. */
async function brainWithStranger(t: TestContext): Promise<BrainProcess> {
  const echo = callTool('ev__echo', { message: 'from the model\u200b' });
  const model = await scriptedModel(t, (request: ScriptedRequest) =>
    request.lastText.includes('Echo it') ? echo : say('That was it.'),
  );
  const brain = await startBrainProcess(t, {
    config: { ...model.config, mcpServers: { ev: publishedServer('everything', { unconfined: true }) } },
  });
  await untilServer(brain, 'ev', 'ready');
  return brain;
}

/** A token file of the owner that may decide; only the console's session can make one. */
async function approverToken(brain: BrainProcess): Promise<string> {
  const session = await openConsole(brain);
  const made = await session.call('/api/v1/tokens', {
    method: 'POST',
    body: JSON.stringify({ name: 'decides', scopes: ['chat', 'approve', 'admin'] }),
  });
  const { secret } = (await made.json()) as { readonly secret: string };
  const file = join(brain.home, 'approver');
  await writeFile(file, secret, { mode: 0o600 });
  return file;
}

describe('a call that a person must decide', () => {
  test('is shown whole, approved by its digest, and explained afterwards', async (t) => {
    const brain = await brainWithStranger(t);
    const tokenFile = await approverToken(brain);
    const asked = await bakerst(brain.home, ['chat', 'Echo it']);
    assert.equal(asked.code, 5, asked.err);
    const approval = /bakerst approvals approve (apr_[\w-]+)/.exec(asked.err)?.[1] ?? '';
    const url = ['--url', brain.origin, '--token-file', tokenFile];

    const { out: card } = await bakerst(brain.home, ['approvals', 'show', approval]);
    assert.match(card, /│ from the model<U\+200B>/);
    assert.match(card, /Why you are asked/);
    assert.match(card, /You cannot decide it/, 'the local token does not approve');
    const lacking = await bakerst(brain.home, ['approvals', 'approve', approval]);
    assert.equal(lacking.code, 4, lacking.err);

    const unseen = await bakerst(brain.home, ['approvals', 'approve', approval, ...url]);
    assert.equal(unseen.code, 2, unseen.err);
    const { out } = await bakerst(brain.home, ['approvals', 'show', approval, '--json', ...url]);
    const { digest } = JSON.parse(out);
    const decided = await bakerst(brain.home, ['approvals', 'approve', approval, '--digest', digest, ...url]);
    assert.equal(decided.code, 0, decided.err);
    const again = await bakerst(brain.home, ['approvals', 'deny', approval, ...url]);
    assert.equal(again.code, 1, again.err);

    const explained = await bakerst(brain.home, ['explain', '--last']);
    assert.match(explained.out, /^ASKED ev__echo/, explained.err);
  });
});

describe('a server that nobody has accepted', () => {
  test('is told by doctor, looked at, accepted, and taken back', async (t) => {
    const brain = await brainWithStranger(t);
    const doctor = JSON.parse((await bakerst(brain.home, ['doctor', '--json'])).out);
    const pins = doctor.checks.find((check: { readonly name: string }) => check.name === 'pins of ev');
    assert.match(pins.detail, /Nobody has accepted: .*echo/);
    assert.match(
      (await bakerst(brain.home, ['mcp', 'review', 'ev', '--tool', 'echo'])).out,
      /echo {2}unknown/,
    );
    const said = ['--tool', 'echo', '--effect', 'echo=write-private', '--yes'];
    const accepted = await bakerst(brain.home, ['mcp', 'accept', 'ev', ...said]);
    assert.equal(accepted.code, 0, accepted.err);
    assert.match(
      (await bakerst(brain.home, ['mcp', 'review', 'ev', '--tool', 'echo'])).out,
      /echo {2}accepted/,
    );
    assert.match((await bakerst(brain.home, ['policy', 'show', '--text'])).out, /effect: write-private/);
    assert.match((await bakerst(brain.home, ['policy', 'history'])).out, /api/);
    const back = await bakerst(brain.home, ['mcp', 'withdraw', 'ev', '--tool', 'echo', '--yes']);
    assert.equal(back.code, 0, back.err);
  });
});

describe('the kill switch and the policy', () => {
  test('what is stopped is listed and let go on; a profile changes with a word', async (t) => {
    const brain = await startBrainProcess(t);
    const stopped = await bakerst(brain.home, ['stop', 'all', '--reason', 'a test', '--json']);
    assert.equal(stopped.code, 0, stopped.err);
    const { id } = JSON.parse(stopped.out);
    assert.match((await bakerst(brain.home, ['stop', 'list'])).out, /everything .*a test/);
    assert.equal((await bakerst(brain.home, ['stop', 'lift', id, '--yes'])).code, 0);
    assert.match((await bakerst(brain.home, ['stop', 'list'])).out, /nothing is stopped/);

    const strict = await bakerst(brain.home, ['policy', 'profile', 'strict', '--yes']);
    assert.equal(strict.code, 0, strict.err);
    assert.match((await bakerst(brain.home, ['policy', 'show'])).out, /^profile +strict/);
    const tested = JSON.parse((await bakerst(brain.home, ['policy', 'test', '--json'])).out);
    assert.deepEqual(tested.changed, []);

    const added = await bakerst(brain.home, ['people', 'add', 'Ann Lee']);
    assert.equal(added.code, 0, added.err);
    const args = ['tokens', 'create', 'of Ann', '--person', added.out.trim()];
    assert.equal((await bakerst(brain.home, args)).code, 0);
    assert.match((await bakerst(brain.home, ['people', 'list'])).out, /Ann Lee/);
  });
});
