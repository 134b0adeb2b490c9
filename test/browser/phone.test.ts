import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callTool, say } from '@bakerst/testkit/model-servers/script';
import type { Page } from 'playwright-core';
import { needsChromium } from './rig/chromium.ts';
import { startConsole } from './rig/console-under-test.ts';
import { eventually, reads, sees, seesNot } from './rig/look.ts';
import { PAGES } from './rig/pages.ts';

const WIDE = [
  'A line of words that is much longer than a phone is wide, and goes on. ',
  `And_one_word_without_any_end_${'x'.repeat(200)}\n\n`,
  `\`\`\`\n${'a very long line of code '.repeat(20)}\n\`\`\`\n\n`,
  `| ${'column |'.repeat(12)}\n| ${'- |'.repeat(12)}\n| ${'some value |'.repeat(12)}\n`,
];

/** Nothing sticks out to the right: neither the page nor anything on it that does not scroll by itself. */
async function assertFits(page: Page, what: string): Promise<void> {
  const width = await page.evaluate<number>('document.documentElement.scrollWidth');
  assert.equal(width, 360, `${what} is ${width} px wide`);
  const out = await page.evaluate<readonly string[]>(`[...document.querySelectorAll('main *')]
    .filter((element) => element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
    .filter((element) => getComputedStyle(element).overflowX === 'visible' && getComputedStyle(element).display !== 'inline')
    .filter((element) => element.getBoundingClientRect().left + element.scrollWidth > 361)
    .filter((element) => element.closest('pre, .table-scroll') === null)
    .map((element) => element.tagName + '.' + element.className)`);
  assert.deepEqual(out, [], `${what}: what is wider than its place`);
}

test('the console on a phone of 360 px', { skip: needsChromium }, async (t) => {
  const console = await startConsole(t);
  const { book } = console;
  book.on(
    'wide',
    callTool('write_note', { title: 'A note with a rather long title', text: 'x'.repeat(300) }),
    say(WIDE),
  );
  const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

  await t.test('no page scrolls sideways', async () => {
    const door = await console.open({ ...phone, signedIn: false, path: '/login', expected: /status of 401/ });
    await sees(door.page.getByLabel('API token'));
    await assertFits(door.page, 'login');
    const { page, say: write, answer, go, watch } = await console.open(phone);
    await sees(page.getByRole('heading', { name: /^What shall/ }));
    await assertFits(page, 'empty chat');
    await write('Something wide, please');
    await eventually('it is complete', async () => (await answer(1).getAttribute('aria-busy')) === 'false');
    await answer(1)
      .getByRole('button', { name: /^write_note/ })
      .tap();
    await reads(answer(1), /Verdict/);
    await assertFits(page, 'chat');
    for (const { path, heading } of PAGES) {
      await go(path);
      await sees(page.getByRole('heading', { name: heading, exact: true }));
      await eventually(
        'it is loaded',
        async () => (await page.getByRole('status', { name: 'Loading' }).count()) === 0,
      );
      await assertFits(page, heading);
    }
    assert.deepEqual(watch.errors, []);
  });

  await t.test('the sidebar is a drawer that opens, leads somewhere and is closed again', async () => {
    const { page, watch } = await console.open(phone);
    const sidebar = page.getByRole('navigation', { name: 'Console' });
    const open = page.getByRole('button', { name: 'Show sidebar' });
    await sees(open);
    assert.equal(await sidebar.count(), 0, 'closed, it is in nobody’s way');
    await open.tap();
    await sidebar.getByRole('link', { name: 'System' }).tap();
    await sees(page.getByRole('heading', { name: 'System', exact: true }));
    await eventually('it closes by itself', async () => (await sidebar.count()) === 0);
    await open.tap();
    await sees(sidebar);
    const close = page.getByRole('button', { name: 'Close sidebar' });
    await close.tap({ position: { x: 350, y: 400 } });
    await seesNot(close);
    assert.deepEqual(watch.errors, []);
  });
});
