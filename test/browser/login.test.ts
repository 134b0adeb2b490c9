import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../running/talk.ts';
import { needsChromium } from './rig/chromium.ts';
import { startConsole } from './rig/console-under-test.ts';
import { eventually, sees } from './rig/look.ts';

/** The browser itself reports every answer with this status. */
const UNAUTHORIZED = /status of 401/;

test('signing in and out', { skip: needsChromium }, async (t) => {
  const console = await startConsole(t);
  const brain = console.brain();
  const link = await until('the login link is printed', () => /http\S+#code=\S+/.exec(brain.output())?.[0]);
  const path = link.slice(brain.origin.length);
  const door = { signedIn: false, expected: UNAUTHORIZED };

  await t.test(
    'the link of the start signs in, and its code leaves the address bar and the history',
    async () => {
      const { page, box, watch } = await console.open({ ...door, path });
      await sees(box);
      assert.equal(page.url(), `${brain.origin}/chat`);
      await page.goBack();
      assert.doesNotMatch(page.url(), /code=/);
      await page.goto(`${brain.origin}/chat`);
      await sees(box);
      assert.deepEqual(watch.errors, []);
    },
  );

  await t.test('the link does not work a second time, and the page says how to get a new one', async () => {
    const { page } = await console.open({ ...door, path });
    const alert = page.getByRole('alert');
    await sees(alert);
    assert.match((await alert.textContent()) ?? '', /works once.*bakerst login-link/);
    assert.equal(page.url(), `${brain.origin}/login`);
  });

  await t.test(
    'a wrong token is refused in words, and the right one then leads to the page that was asked for',
    async () => {
      const { page, watch } = await console.open({ ...door, path: '/tools' });
      const field = page.getByLabel('API token');
      const signIn = page.getByRole('button', { name: 'Sign in' });
      await sees(field);
      assert.equal(await signIn.isDisabled(), true, 'nothing to send yet');
      await field.fill('bkst_wrøng');
      await signIn.click();
      await sees(page.getByRole('alert'));
      assert.equal(new URL(page.url()).search, '', 'no secret goes into the address');
      await field.fill(await brain.token());
      await field.press('Enter');
      await sees(page.getByRole('heading', { name: 'Tools', exact: true }));
      assert.deepEqual(watch.errors, []);
    },
  );

  await t.test('signing out ends the session on the server too', async () => {
    const { page, box } = await console.open({ ...door, path: '/login' });
    await page.getByLabel('API token').fill(await brain.token());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await sees(box);
    const cookies = await page.context().cookies();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    const me = (): Promise<Response> => fetch(`${brain.origin}/api/v1/me`, { headers: { cookie } });
    assert.equal((await me()).status, 200);
    assert.deepEqual(
      cookies.map(({ httpOnly, sameSite }) => ({ httpOnly, sameSite })),
      [{ httpOnly: true, sameSite: 'Strict' }],
    );
    await page.getByRole('navigation', { name: 'Console' }).getByRole('button', { name: 'Owner' }).click();
    await page.getByRole('menuitem', { name: /Sign out/ }).click();
    await sees(page.getByLabel('API token'));
    assert.equal((await me()).status, 401);
    await page.goto(`${brain.origin}/chat`);
    await eventually('the chat is closed', () => page.url().endsWith('/login'));
  });
});
