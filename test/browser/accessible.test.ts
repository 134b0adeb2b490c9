import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { callTool, say } from '@bakerst/testkit/model-servers/script';
import type { Locator, Page } from 'playwright-core';
import { needsChromium } from './rig/chromium.ts';
import { startConsole } from './rig/console-under-test.ts';
import { acceptLetters, lettersServer, untilLettersAreReady } from './rig/letters.ts';
import { eventually, reads, sees, seesNot } from './rig/look.ts';
import { PAGES } from './rig/pages.ts';

const RICH = [
  '## A heading\n\nSome *words*, `code` and a [link](https://example.org/).\n\n',
  '| a | b |\n| - | - |\n| 1 | 2 |\n\n- [x] done\n- [ ] open\n\n> quoted\n\n```ts\nconst a = 1; // one\n```\n',
];

interface Check {
  readonly page: Page;
  readonly scheme: 'light' | 'dark';
  readonly what: string;
}

/** Nothing that would keep a person with a disability out, on the page as it is now. */
async function assertAccessible({ page, scheme, what }: Check): Promise<void> {
  // Half faded in, nothing has its contrast yet. One that was cancelled is over too.
  await page.evaluate(`Promise.allSettled(
    document.getAnimations()
      .filter((animation) => animation.effect.getComputedTiming().iterations !== Infinity)
      .map((animation) => animation.finished)
  ).then(() => undefined)`);
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode(true);
  // In the dark only the colours are others.
  if (scheme === 'dark') axe.withRules(['color-contrast']);
  const { violations } = await axe.analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const found = grave.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
  );
  assert.deepEqual(found, [], what);
}

test('deciding for everybody', { skip: needsChromium }, async (t) => {
  const console = await startConsole(t, lettersServer());
  await untilLettersAreReady(console);
  await acceptLetters(console);
  const send = callTool('letters__send', { to: 'tours@minster.example', text: 'Two places, please.' });
  console.book.on('Book the tour', callTool('letters__read', {}), send, say('Booked.'));
  const { say: write, answer } = await console.open();
  await write('Book the tour: send a letter to where the newest letter says');
  await sees(answer(1).getByRole('button', { name: 'Approve once' }));

  for (const scheme of ['light', 'dark'] as const) {
    await t.test(`axe finds nothing serious where one decides, in ${scheme}`, async () => {
      const { page, go, watch } = await console.open({
        colorScheme: scheme,
        path: '/approvals',
        expected: /status of 4\d\d/,
      });
      await page.getByRole('checkbox', { name: /^This value is right/ }).check();
      await assertAccessible({ page, scheme, what: 'a card' });
      await go('/approvals/history');
      await page.getByRole('button', { name: /letters__send.*waits/ }).click();
      await assertAccessible({ page, scheme, what: 'history' });
      await go('/approvals/grants');
      await sees(page.getByText('Nothing is remembered'));
      await assertAccessible({ page, scheme, what: 'grants' });
      await go('/tools');
      await page.getByRole('button', { name: 'Review the tools of letters' }).click();
      await page.getByRole('button', { name: 'More about send' }).click();
      await assertAccessible({ page, scheme, what: 'a review' });
      await go('/policy');
      await page.getByRole('button', { name: 'Edit the policy' }).click();
      await page.getByRole('textbox', { name: 'Text of the policy' }).fill('version: 1\nprofile: lax\n');
      await page.getByRole('button', { name: 'Check' }).click();
      await sees(page.getByRole('button', { name: 'Line 2' }));
      await page.getByRole('button', { name: 'Test against the past' }).click();
      await assertAccessible({ page, scheme, what: 'the editor' });
      await go('/system');
      await page.getByRole('button', { name: 'Stop all tools' }).click();
      await assertAccessible({ page, scheme, what: 'the kill switch' });
      assert.deepEqual(watch.errors, []);
    });
  }
});

test('the console for everybody', { skip: needsChromium }, async (t) => {
  const console = await startConsole(t);
  const { book } = console;
  book.on(
    'rich answer',
    callTool('write_note', { title: 'A note', text: 'with text' }, { thinking: 'First a note.' }),
    say(RICH),
  );
  book.on('by keyboard', say('Typed and heard.'));

  for (const colorScheme of ['light', 'dark'] as const) {
    await t.test(`axe finds nothing serious on any page, in ${colorScheme}`, async () => {
      const door = await console.open({
        colorScheme,
        signedIn: false,
        path: '/login',
        expected: /status of 401/,
      });
      await sees(door.page.getByLabel('API token'));
      await assertAccessible({ page: door.page, scheme: colorScheme, what: 'login' });
      await door.page.context().close();

      const { page, say: write, answer, go, watch } = await console.open({ colorScheme });
      await sees(page.getByRole('heading', { name: /^What shall/ }));
      await assertAccessible({ page, scheme: colorScheme, what: 'empty chat' });
      await write('A rich answer, please');
      await eventually('it is complete', async () => (await answer(1).getAttribute('aria-busy')) === 'false');
      await answer(1)
        .getByRole('button', { name: /^write_note/ })
        .click();
      await sees(answer(1).getByText('Verdict'));
      await assertAccessible({ page, scheme: colorScheme, what: 'chat with content' });
      await answer(1).getByRole('button', { name: 'What was recorded' }).click();
      await sees(page.getByRole('dialog', { name: 'What was recorded' }));
      await assertAccessible({ page, scheme: colorScheme, what: 'record' });
      for (const { path, heading } of PAGES) {
        await go(path);
        await sees(page.getByRole('heading', { name: heading, exact: true }));
        await eventually(
          'it is loaded',
          async () => (await page.getByRole('status', { name: 'Loading' }).count()) === 0,
        );
        await assertAccessible({ page, scheme: colorScheme, what: heading });
      }
      assert.deepEqual(watch.errors, []);
    });
  }

  await t.test(
    'everything in the chat is reached and used by keyboard alone, and one sees where one is',
    async () => {
      const { page, answer, box, watch } = await console.open();
      await sees(box);
      await page.evaluate('document.activeElement.blur()');
      const reached = await walk(page, box);
      for (const name of [
        'Skip to the page',
        'Hide sidebar',
        'New chat',
        'Search',
        'Models',
        'System',
        'Owner',
      ])
        assert.ok(
          reached.some((one) => one.includes(name)),
          `${name} is reached: ${reached.join(', ')}`,
        );
      await page.keyboard.type('A rich answer, by keyboard');
      await page.keyboard.press('Enter');
      await reads(answer(1), /Typed and heard\./);
      await page.keyboard.type('A rich answer, please');
      await page.keyboard.press('Enter');
      await eventually('it is complete', async () => (await answer(2).getAttribute('aria-busy')) === 'false');

      const row = answer(2).getByRole('button', { name: /^write_note/ });
      await backTo(page, row);
      await page.keyboard.press('Enter');
      assert.equal(await row.getAttribute('aria-expanded'), 'true');
      await backTo(page, answer(2).getByRole('button', { name: /^Thought about it/ }));
      await page.keyboard.press('Space');
      await sees(answer(2).getByText('First a note.'));

      await page.keyboard.press('Control+k');
      const search = page.getByRole('combobox', { name: 'Search conversations and pages' });
      await sees(search);
      await page.keyboard.press('Escape');
      await seesNot(search);
      assert.equal(
        await isFocused(answer(2).getByRole('button', { name: /^Thought/ })),
        true,
        'focus returns',
      );

      await page.keyboard.press('Control+k');
      await page.keyboard.type('tools');
      await page.keyboard.press('Enter');
      await sees(page.getByRole('heading', { name: 'Tools', exact: true }));
      await page.keyboard.press('Control+Shift+O');
      await sees(page.getByRole('heading', { name: /^What shall/ }));
      await page.keyboard.press('Control+b');
      await eventually(
        'the sidebar is away',
        async () => (await page.getByRole('navigation', { name: 'Console' }).count()) === 0,
      );
      await page.keyboard.press('Control+b');
      await sees(page.getByRole('navigation', { name: 'Console' }));

      await box.focus();
      await page.keyboard.type('/he');
      await page.keyboard.press('Enter');
      await sees(page.getByRole('dialog', { name: 'Keys and commands' }));
      await page.keyboard.press('Escape');
      const picker = page.getByRole('button', { name: /^Model: / });
      await picker.focus();
      await page.keyboard.press('Enter');
      await sees(page.getByRole('menuitem', { name: /As configured/ }));
      await page.keyboard.press('Escape');
      await eventually('a menu gives the focus back', () => isFocused(picker));
      assert.deepEqual(watch.errors, []);
    },
  );
});

/** Tab by Tab until the target has the focus; every stop on the way must be visible as such. */
async function walk(page: Page, target: Locator): Promise<readonly string[]> {
  const names: string[] = [];
  for (let steps = 0; steps < 60; steps += 1) {
    await page.keyboard.press('Tab');
    names.push(await focusedName(page));
    if (await isFocused(target)) return names;
  }
  throw new Error(`It was not reached by Tab: ${names.join(', ')}`);
}

async function backTo(page: Page, target: Locator): Promise<void> {
  for (let steps = 0; steps < 60; steps += 1) {
    if (await isFocused(target)) return;
    await page.keyboard.press('Shift+Tab');
    await focusedName(page);
  }
  throw new Error('It was not reached by Shift+Tab.');
}

function isFocused(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === element.ownerDocument.activeElement);
}

interface Focused {
  readonly name: string;
  readonly shown: boolean;
}

/** Name of what has the focus; fails where a person could not see that it has. */
async function focusedName(page: Page): Promise<string> {
  const { name, shown } = await page.evaluate<Focused>(`(() => {
    const element = document.activeElement;
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    const { width, height } = element.getBoundingClientRect();
    const around = element.closest('form, .palette-field');
    const ring = outlineStyle !== 'none' && outlineWidth !== '0px';
    const frame = around !== null && element.matches('textarea, input');
    return {
      name: element.getAttribute('aria-label') ?? element.textContent.trim(),
      shown: element === document.body || (width > 0 && height > 0 && (ring || boxShadow !== 'none' || frame)),
    };
  })()`);
  assert.ok(shown, `one sees that ${name} has the focus`);
  return name;
}
