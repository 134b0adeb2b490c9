import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '@bakerst/testkit/model-servers/script';
import { ask } from '../running/talk.ts';
import { needsChromium } from './rig/chromium.ts';
import { startConsole } from './rig/console-under-test.ts';
import { eventually, reads, sees, seesNot } from './rig/look.ts';

test('the list of conversations', { skip: needsChromium }, async (t) => {
  const console = await startConsole(t);
  const { book } = console;
  book.on('lighthouse', say('A lighthouse keeper needs patience and a lamp.'));
  book.on('bakery', say('A bakery opens at dawn.'));

  await t.test('says what will be there while there is nothing', async () => {
    const { page, watch } = await console.open();
    await sees(page.getByText('Your conversations will be listed here.'));
    await sees(page.getByRole('heading', { name: /^What shall .* do\?$/ }));
    await page.keyboard.press('Control+k');
    const field = page.getByRole('combobox', { name: 'Search conversations and pages' });
    await field.fill('zzz');
    await sees(page.getByText('Nothing found. Try fewer or other words.'));
    assert.deepEqual(watch.errors, []);
  });

  await ask(console.brain(), 'Tell me of the lighthouse');
  await ask(console.brain(), 'Tell me of the bakery');

  await t.test('search finds what was said, shows the matching words and leads there', async () => {
    const { page, answer, watch } = await console.open();
    await page.getByRole('button', { name: /^Search/ }).click();
    const field = page.getByRole('combobox', { name: 'Search conversations and pages' });
    await field.fill('patience');
    const option = page.getByRole('option').filter({ hasText: 'keeper needs patience' });
    await sees(option);
    assert.deepEqual(await option.locator('mark').allTextContents(), ['patience']);
    assert.equal(await page.getByRole('option').count(), 1);
    await field.press('Enter');
    await seesNot(field);
    await reads(answer(1), /patience and a lamp/);
    assert.deepEqual(watch.errors, []);
  });

  await t.test('a conversation is renamed, pinned and found in its place after a refresh', async () => {
    const { page, watch } = await console.open();
    const list = page.getByRole('list', { name: 'Conversations' });
    await page.getByRole('button', { name: 'Actions for Tell me of the lighthouse' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    const field = page.getByRole('textbox', { name: 'New title' });
    await field.fill('The keeper');
    await field.press('Enter');
    await sees(list.getByRole('link', { name: 'The keeper' }));
    await page.getByRole('button', { name: 'Actions for The keeper' }).click();
    await page.getByRole('menuitem', { name: 'Pin', exact: true }).click();
    await sees(list.getByRole('heading', { name: 'Pinned' }));
    await page.reload();
    await sees(list.getByRole('heading', { name: 'Pinned' }));
    assert.deepEqual(await list.getByRole('link').allTextContents(), ['The keeper', 'Tell me of the bakery']);
    assert.deepEqual(watch.errors, []);
  });

  await t.test('deleting asks first, and what was deleted is gone everywhere', async () => {
    const gone = /status of 404/;
    const { page, answer, watch } = await console.open({ expected: gone });
    const link = page.getByRole('link', { name: 'Tell me of the bakery' });
    await link.click();
    await reads(answer(1), /opens at dawn/);
    const address = page.url();
    const actions = page.getByRole('button', { name: 'Actions for Tell me of the bakery' });
    const dialog = page.getByRole('dialog', { name: 'Delete this conversation?' });
    await actions.click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await sees(dialog);
    const focused = 'document.activeElement.textContent';
    assert.equal(await page.evaluate(focused), 'Cancel', 'the harmless choice has the focus');
    await page.keyboard.press('Enter');
    await seesNot(dialog);
    await sees(link);
    await actions.click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await seesNot(link);
    await eventually('it leads to a new chat', () => page.url().endsWith('/chat'));
    const left = await console.brain().call('/api/v1/conversations');
    const { items } = (await left.json()) as { readonly items: readonly { readonly title: string }[] };
    assert.deepEqual(
      items.map(({ title }) => title),
      ['The keeper'],
    );
    await page.goto(address);
    await sees(page.getByRole('alert'));
    await page.getByRole('button', { name: /^Search/ }).click();
    await page.getByRole('combobox').fill('dawn');
    await sees(page.getByText('Nothing found. Try fewer or other words.'));
    assert.deepEqual(watch.errors, []);
  });
});
