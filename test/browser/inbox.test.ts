import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callTool, say } from '@bakerst/testkit/model-servers/script';
import type { Locator } from 'playwright-core';
import { needsChromium } from './rig/chromium.ts';
import { startConsole } from './rig/console-under-test.ts';
import { LETTER_CARD, lettersServer, READING_MS, untilLettersAreReady } from './rig/letters.ts';
import { eventually, reads, sees, seesNot } from './rig/look.ts';

test('the inbox of approvals', { skip: needsChromium }, async (t) => {
  const console = await startConsole(t, lettersServer());
  const { book } = console;
  await untilLettersAreReady(console);
  const letter = (to: string): void =>
    book.on(to, callTool('letters__send', { to, text: 'Dear friend' }), say(`Done with ${to}.`));
  const chosen = (list: Locator): Locator => list.locator('[aria-current="true"]');

  await t.test('says what it is for while nothing waits', async () => {
    const { page, watch } = await console.open({ path: '/approvals' });
    await sees(page.getByText('Nothing waits for you'));
    assert.deepEqual(watch.errors, []);
  });

  await t.test('is worked by keyboard alone: move, approve once, deny with a reason', async () => {
    const chat = await console.open();
    for (const name of ['Sofja Kowalewskaja', 'Maria Mitchell', 'Caroline Herschel']) {
      letter(name);
      await chat.go('/chat');
      await chat.say(`Send a letter to ${name}`);
      await sees(chat.answer(1).getByRole('region', { name: LETTER_CARD }));
    }
    const { page, watch } = await console.open({ path: '/approvals' });
    const list = page.getByRole('navigation', { name: 'What waits' });
    await reads(chosen(list), /Sofja/);
    await page.keyboard.press('j');
    await reads(chosen(list), /Maria/);
    await page.keyboard.press('k');
    await reads(chosen(list), /Sofja/);
    await page.keyboard.press('?');
    await sees(page.getByRole('dialog', { name: 'Keys of the inbox' }));
    await page.keyboard.press('Escape');
    const card = page.getByRole('region', { name: LETTER_CARD });
    await reads(card, /Sofja Kowalewskaja/);
    await page.waitForTimeout(READING_MS);
    await page.keyboard.press('a');
    await reads(chosen(list), /Maria/);
    await page.keyboard.press('d');
    await page.keyboard.type('not today');
    await page.keyboard.press('Enter');
    await reads(chosen(list), /Caroline/);
    await reads(page.getByRole('navigation', { name: 'Approvals', exact: true }), /Waiting 1/);
    assert.deepEqual(watch.errors, []);
  });

  await t.test('keeps what came of each, by outcome and by words', async () => {
    const { page, watch } = await console.open({ path: '/approvals/history' });
    const past = page.getByRole('main');
    await sees(past.getByRole('button', { name: /letters__send.*approved and run.*Sofja/ }));
    await page.getByLabel('What came of it').selectOption({ label: 'denied' });
    await sees(past.getByRole('button', { name: /denied.*Maria/ }));
    await seesNot(past.getByRole('button', { name: /Sofja/ }));
    assert.match(page.url(), /status=denied/);
    await page.getByLabel('Filter the history').fill('nobody of this name');
    await sees(page.getByText('Nothing matches'));
    assert.deepEqual(watch.errors, []);
  });

  await t.test('who decides quicker than anybody reads has to type the destination', async () => {
    const chat = await console.open();
    for (const name of ['Vera Rubin', 'Lise Meitner']) {
      letter(name);
      await chat.go('/chat');
      await chat.say(`Send a letter to ${name}`);
      await sees(chat.answer(1).getByRole('region', { name: LETTER_CARD }));
    }
    const { page, watch } = await console.open({ path: '/approvals', expected: /status of 4\d\d/ });
    const list = page.getByRole('navigation', { name: 'What waits' });
    const approve = page.getByRole('button', { name: 'Approve once' });
    const typed = page.getByLabel(/^Type the destination/);
    // The denial before was quick as well or it was not: after two more it is sure.
    for (const name of [/Caroline/, /Vera/]) {
      await reads(chosen(list), name);
      await eventually(
        'the card can be decided',
        async () => (await approve.isEnabled()) || (await typed.count()) > 0,
      );
      if ((await typed.count()) > 0)
        await typed.fill(name.source === 'Vera' ? 'Vera Rubin' : 'Caroline Herschel');
      await approve.click();
    }
    await reads(chosen(list), /Lise/);
    await sees(typed);
    assert.equal(await approve.isDisabled(), true);
    await typed.fill('Lise Meyer');
    await approve.click();
    await sees(page.getByText('This approval needs its destination typed, exactly as the card shows it.'));
    await typed.fill('Lise Meitner');
    await approve.click();
    await sees(page.getByText('Nothing waits for you'));
    assert.deepEqual(watch.errors, []);
  });

  await t.test('fits a phone: the list, then the card, and the way back', async () => {
    letter('Rosalind Franklin');
    const chat = await console.open();
    await chat.say('Send a letter to Rosalind Franklin');
    await sees(chat.answer(1).getByRole('region', { name: LETTER_CARD }));
    const { page } = await console.open({ path: '/approvals', viewport: { width: 360, height: 740 } });
    await page.getByRole('link', { name: /Rosalind/ }).click();
    const card = page.getByRole('region', { name: LETTER_CARD });
    await sees(card);
    await eventually('nothing is wider than the screen', async () =>
      page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
    );
    await page.getByRole('link', { name: 'All that waits' }).click();
    await seesNot(card);
  });
});
