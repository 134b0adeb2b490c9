import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callTool, say } from '@bakerst/testkit/model-servers/script';
import { needsChromium } from './rig/chromium.ts';
import { startConsole } from './rig/console-under-test.ts';
import {
  acceptLetters,
  LETTER_CARD,
  lettersServer,
  READING_MS,
  untilLettersAreReady,
} from './rig/letters.ts';
import { reads, sees } from './rig/look.ts';

test('a value that only a stranger wrote', { skip: needsChromium }, async (t) => {
  const console = await startConsole(t, lettersServer());
  await untilLettersAreReady(console);
  await acceptLetters(console);
  const send = callTool('letters__send', { to: 'tours@minster.example', text: 'Two places, please.' });
  console.book.on('Book the tour', callTool('letters__read', {}), send, say('It is booked.'));
  console.book.on('Book it again', send, say('Booked once more.'));

  await t.test('is told apart, can be taken as right for a while, and is not asked about again', async () => {
    const { page, say: write, answer, watch } = await console.open();
    await write('Read the newest letter. Book the tour it tells of: send them a letter.');
    const card = answer(1).getByRole('region', { name: LETTER_CARD });
    await reads(card, /to.*tours@minster\.example.*Not from you\. only in: .*letters__read/);
    await reads(card, /What it says.*text.*Two places, please\./);
    await reads(card, /The agent had read text that others can write/);
    await card.getByRole('checkbox', { name: /^This value is right/ }).check();
    await card.getByRole('combobox', { name: 'The values you ticked count' }).selectOption('7');
    await page.waitForTimeout(READING_MS);
    await card.getByRole('button', { name: 'Approve once' }).click();
    await reads(answer(1), /It is booked\./);
    await write('Book it again: send them a letter.');
    await reads(answer(2), /Booked once more\./);
    assert.deepEqual(watch.errors, []);
  });

  await t.test('stands under Grants until it ends or is revoked', async () => {
    const { page, watch } = await console.open({ path: '/approvals/grants' });
    await sees(page.getByText(/as recipient of letters/));
    await page.getByRole('button', { name: 'Revoke tours@minster.example' }).click();
    await page.getByRole('dialog', { name: 'Revoke it?' }).getByRole('button', { name: 'Revoke' }).click();
    await sees(page.getByText('revoked', { exact: true }));
    assert.deepEqual(watch.errors, []);
  });
});
