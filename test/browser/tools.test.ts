import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needsChromium } from './rig/chromium.ts';
import { startConsole } from './rig/console-under-test.ts';
import { sees, seesNot } from './rig/look.ts';

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
