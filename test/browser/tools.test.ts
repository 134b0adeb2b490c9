import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needsChromium } from './rig/chromium.ts';
import { startConsole } from './rig/console-under-test.ts';
import { lettersServer, untilLettersAreReady } from './rig/letters.ts';
import { reads, sees, seesNot } from './rig/look.ts';

test('the tools page', { skip: needsChromium }, async (t) => {
  const console = await startConsole(t);

  await t.test('says what to do next while there is no tool server', async () => {
    const { page, watch } = await console.open({ path: '/tools' });
    await sees(page.getByText('No MCP servers yet'));
    await sees(page.getByText(/choose “Add a server” above/));
    await sees(page.getByRole('button', { name: 'Add a server' }));
    await sees(page.getByRole('heading', { name: 'Core tools' }));
    assert.deepEqual(watch.errors, []);
  });

  await t.test('lists a server as soon as there is one', async () => {
    const brain = console.brain();
    const server = { transport: 'http', url: 'https://mcp.example/mcp', enabled: false };
    const body = JSON.stringify({ server });
    const { page } = await console.open({ path: '/tools' });
    await sees(page.getByText('No MCP servers yet'));
    assert.equal((await brain.call('/api/v1/mcp-servers/mail', { method: 'PUT', body })).status, 200);
    await page.reload();
    await sees(page.getByText('mail', { exact: true }));
    await seesNot(page.getByText('No MCP servers yet'));
  });
});

test('what the tools of a server may do', { skip: needsChromium }, async (t) => {
  const console = await startConsole(t, lettersServer());
  await untilLettersAreReady(console);

  await t.test('is said by a person in a form, and holds from then on', async () => {
    const { page, watch } = await console.open({ path: '/tools' });
    const servers = page.getByRole('region', { name: 'Servers' });
    await reads(servers, /unconfined: runs without walls/);
    await reads(servers, /2 new.*0 accepted/);
    await page.getByRole('button', { name: 'Review the tools of letters' }).click();
    const review = page.getByRole('dialog', { name: 'Tools of letters' });
    const tool = review.getByRole('listitem', { name: 'send', exact: true });
    await reads(tool, /new.*In force now: nothing; it is external and asked/);
    await tool.getByLabel('What it does').selectOption('read');
    await tool.getByLabel('Role of to').selectOption('control');
    await tool.getByLabel('Slot of to').fill('recipient');
    await tool.getByLabel('Role of text').selectOption('content');
    await review.getByRole('radio', { name: /^internal/ }).check();
    await reads(review.getByRole('status'), /1 tool to accept, may learn: internal/);
    await review.getByRole('button', { name: 'Accept 1 tool' }).click();
    await seesNot(review);
    await reads(servers, /1 new.*1 accepted/);
    await page.getByRole('button', { name: /^runs by itself letters__send/ }).click();
    await reads(page.getByRole('main'), /accepted; its server may learn what is internal/);
    const policy = (await (await console.brain().call('/api/v1/policy')).json()) as { readonly text: string };
    assert.match(policy.text, /slot: recipient/);
    assert.deepEqual(watch.errors, []);
  });

  await t.test('can be taken back', async () => {
    const { page, watch } = await console.open({ path: '/tools' });
    await page.getByRole('button', { name: 'Review the tools of letters' }).click();
    const review = page.getByRole('dialog', { name: 'Tools of letters' });
    const tool = review.getByRole('listitem', { name: 'send', exact: true });
    await tool.getByRole('button', { name: 'More about send' }).click();
    await tool.getByLabel('Take it back').check();
    await review.getByRole('button', { name: 'Save', exact: true }).click();
    await seesNot(review);
    await reads(page.getByRole('region', { name: 'Servers' }), /2 new.*0 accepted/);
    assert.deepEqual(watch.errors, []);
  });

  await t.test('a stop of the server is seen on every page and lifted there', async () => {
    const { page, go, watch } = await console.open({ path: '/tools' });
    await page.getByRole('button', { name: 'Stop letters', exact: true }).click();
    const ask = page.getByRole('dialog', { name: 'Stop the tools of letters?' });
    await ask.getByRole('button', { name: 'Stop', exact: true }).click();
    const stopped = page.getByRole('status', { name: 'Stopped tools' });
    await reads(stopped, /The tools of letters are stopped\. By you/);
    await go('/models');
    await reads(stopped, /The tools of letters are stopped/);
    await stopped.getByRole('button', { name: /^Lift/ }).click();
    await seesNot(stopped.getByText(/letters/));
    assert.deepEqual(watch.errors, []);
  });

  await t.test('everything can be stopped from the System page, after a question', async () => {
    const { page, watch } = await console.open({ path: '/system' });
    await page.getByRole('button', { name: 'Stop all tools' }).click();
    const ask = page.getByRole('dialog', { name: 'Stop all tools?' });
    await ask.getByLabel('Why').fill('a fire drill');
    await ask.getByRole('button', { name: 'Stop', exact: true }).click();
    const stopped = page.getByRole('status', { name: 'Stopped tools' });
    await reads(stopped, /All tools are stopped\. By you.*a fire drill/);
    assert.equal(await page.getByRole('button', { name: 'Stop all tools' }).count(), 0);
    await stopped.getByRole('button', { name: /^Lift/ }).click();
    await sees(page.getByRole('button', { name: 'Stop all tools' }));
    assert.deepEqual(watch.errors, []);
  });
});
