import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { callTool, type ScriptedRequest, say } from '@bakerst/testkit/model-servers/script';
import { temporaryFolder } from '../running/brain-process.ts';
import { until } from '../running/talk.ts';
import { needsChromium } from './rig/chromium.ts';
import { startConsole } from './rig/console-under-test.ts';
import { reads, sees, seesNot } from './rig/look.ts';

test('an approval in the chat', { skip: needsChromium }, async (t) => {
  const folder = await temporaryFolder(t);
  const console = await startConsole(t, {
    tools: { allow: ['letters__send'] },
    mcpServers: {
      letters: {
        transport: 'stdio',
        command: process.execPath,
        args: [join(import.meta.dirname, 'rig/forgetful-server.ts'), folder],
        unconfined: true,
        deadlineMs: 300,
      },
    },
  });
  const { book } = console;
  await until('the server is ready', async () => {
    const { items } = (await (await console.brain().call('/api/v1/tools')).json()) as {
      readonly items: readonly { readonly name: string }[];
    };
    return items.find(({ name }) => name === 'letters__send');
  });
  /** The model tries, hears that the outcome is unknown, tries the very same again, and tells what it then heard. */
  const twice = (to: string): void => {
    const call = callTool('letters__send', { to });
    book.on(to, call, call, (request: ScriptedRequest) => say(`It said: ${request.lastText}`));
  };

  await t.test(
    'shows what is asked and where it came from; approved, the call runs once and the turn goes on',
    async () => {
      twice('Ada');
      const { page, say: write, answer, watch } = await console.open();
      await write('Send a letter to Ada');
      const card = answer(1).getByRole('region', { name: 'Approval: Run letters__send again?' });
      await sees(card);
      await reads(
        card,
        /reaches out to others.*to.*Ada.*written by the model.*outcome is unknown.*Without an answer it is denied/,
      );
      await sees(answer(1).getByRole('button', { name: /letters__send.*outcome unknown/ }));
      await sees(answer(1).getByRole('button', { name: /letters__send.*needs your approval/ }));
      const waiting = page.getByRole('region', { name: 'Waits for you' });
      await sees(waiting.getByRole('link', { name: 'Run letters__send again?' }));
      assert.match(await page.title(), /^\(1\) /, 'the tab says that something waits');
      await page.reload();
      await sees(card);
      await card.getByRole('button', { name: 'Approve once' }).click();
      await reads(answer(1), /It said: a letter went to Ada/);
      await seesNot(card);
      await seesNot(waiting);
      assert.doesNotMatch(await page.title(), /^\(/);
      assert.deepEqual(watch.errors, []);
    },
  );

  await t.test('denied, the call does not run, and the agent reads the reason', async () => {
    twice('Grace');
    const { page, say: write, answer, watch } = await console.open();
    await write('Send a letter to Grace');
    const card = answer(1).getByRole('region', { name: /^Approval/ });
    await sees(card);
    await page.getByRole('textbox', { name: 'Reason' }).fill('she has moved');
    await card.getByRole('button', { name: 'Deny' }).click();
    await reads(answer(1), /It said: .*she has moved/);
    await sees(answer(1).getByRole('button', { name: /letters__send.*not allowed/ }));
    assert.deepEqual(watch.errors, []);
  });

  await t.test('is decided in one tab and over in the other', async () => {
    twice('Mary');
    const left = await console.open();
    await left.say('Send a letter to Mary');
    const card = (tab: typeof left) => tab.answer(1).getByRole('region', { name: /^Approval/ });
    await sees(card(left));
    const right = await console.open({ path: new URL(left.page.url()).pathname });
    await card(right).getByRole('button', { name: 'Approve once' }).click();
    for (const tab of [left, right]) {
      await reads(tab.answer(1), /It said: a letter went to Mary/);
      await seesNot(card(tab));
    }
    assert.deepEqual([...left.watch.errors, ...right.watch.errors], []);
  });

  await t.test(
    'is withdrawn by a new message, which is then answered; who looks elsewhere learns of both',
    async () => {
      twice('Emmy');
      book.on('Never mind', say('All right, I leave it.'));
      const elsewhere = await console.open({ path: '/models' });
      const waiting = elsewhere.page.getByRole('region', { name: 'Waits for you' });
      await sees(elsewhere.page.getByRole('heading', { name: 'Models', exact: true }));
      assert.equal(await waiting.count(), 0);
      const { say: write, answer } = await console.open();
      await write('Send a letter to Emmy');
      const card = answer(1).getByRole('region', { name: /^Approval/ });
      await sees(card);
      await sees(waiting);
      await write('Never mind then');
      await reads(answer(2), /All right, I leave it\./);
      await seesNot(card);
      await seesNot(waiting);
    },
  );

  await t.test('can be read but not decided by a session without the scope', async () => {
    twice('Hedy');
    const owner = await console.open();
    await owner.say('Send a letter to Hedy');
    await sees(owner.answer(1).getByRole('region', { name: /^Approval/ }));
    const path = new URL(owner.page.url()).pathname;
    const { page, answer } = await console.open({ path, signedIn: false, expected: /status of 401/ });
    await page.getByLabel('API token').fill(await console.brain().token());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await reads(answer(1), /your session lacks the scope “approve”/);
    assert.equal(await page.getByRole('button', { name: 'Approve once' }).count(), 0);
  });
});
