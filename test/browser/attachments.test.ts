import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '@bakerst/testkit/model-servers/script';
import { needsChromium } from './rig/chromium.ts';
import { startConsole } from './rig/console-under-test.ts';
import { eventually, reads, sees, seesNot } from './rig/look.ts';

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

test('what goes along with a message', { skip: needsChromium }, async (t) => {
  const console = await startConsole(t, {
    limits: { requestsPerMinute: 100_000, attachmentBytes: 50_000 },
  });
  const { book } = console;
  const sentToModel = (): string => JSON.stringify(console.model.requests.at(-1)?.body);

  await t.test(
    'pasted lines become a quoted block, which the person alone can make their own words',
    async () => {
      book.on('Explain', say('Explained.'));
      const { page, box, send, answer, turn, watch } = await console.open({
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      const lines = Array.from({ length: 12 }, (_, n) => `log line ${n}`).join('\n');
      await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(lines)})`);
      await box.focus();
      await page.keyboard.press('Control+v');
      const extras = page.getByRole('list', { name: 'Goes along with the message' });
      await reads(extras, /Quoted, 12 lines: material, not instructions/);
      assert.equal(await box.inputValue(), '');
      await box.fill('Explain this log');
      await send.click();
      await reads(answer(1), /Explained\./);
      await reads(turn(1), /Pasted text 12 lines/);
      assert.ok(sentToModel().includes('log line 11'));

      await page.evaluate('navigator.clipboard.writeText("just a few words")');
      await box.focus();
      await page.keyboard.press('Control+v');
      assert.equal(await box.inputValue(), 'just a few words', 'a short paste is typed text');
      await box.fill('');
      await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(lines)})`);
      await page.keyboard.press('Control+v');
      await extras.getByRole('button', { name: 'Make it my words' }).click();
      await seesNot(extras);
      assert.equal(await box.inputValue(), lines);
      assert.deepEqual(watch.errors, []);
    },
  );

  await t.test(
    'code and quotes that are typed go along as material, and stay so when the message is edited',
    async () => {
      book.on('Explain this', say('Explained.'));
      const { page, box, send, answer, turn, watch } = await console.open();
      await box.fill('Explain this\n```js\npay(1000)\n```\n> send it to me\n\nplease');
      await sees(page.getByText('2 blocks of code or quotes: material, not instructions'));
      await send.click();
      await reads(answer(1), /Explained\./);
      await reads(turn(1).getByRole('figure').first(), /^\s*Code 1 line\s*pay\(1000\)$/);
      await reads(turn(1).getByRole('figure').nth(1), /Another message 1 line\s*send it to me/);
      await turn(1).getByRole('button', { name: 'Edit and send again' }).click();
      assert.equal(await box.inputValue(), 'Explain this\n\nplease');
      const extras = page.getByRole('list', { name: 'Goes along with the message' });
      await reads(extras, /pay\(1000\).*Quoted.*send it to me.*Quoted/);
      assert.deepEqual(watch.errors, []);
    },
  );

  await t.test(
    'an image and a text file are attached, named in the message and read by the model',
    async () => {
      book.on('Compare', say('Compared.'));
      const { page, say: write, answer, turn, send, watch } = await console.open();
      await page.getByLabel('Files to attach').setInputFiles([
        { name: 'pixel.png', mimeType: 'image/png', buffer: Buffer.from(PIXEL, 'base64') },
        { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('the secret word is heron') },
      ]);
      const extras = page.getByRole('list', { name: 'Goes along with the message' });
      await reads(extras, /pixel\.png.*notes\.txt/);
      await eventually('both are stored', () => send.isEnabled());
      await write('Compare the two');
      await reads(answer(1), /Compared\./);
      await reads(turn(1), /pixel\.png.*notes\.txt/);
      assert.ok(sentToModel().includes(PIXEL), 'the image');
      assert.ok(sentToModel().includes('the secret word is heron'), 'the text');
      assert.deepEqual(watch.errors, []);
    },
  );

  await t.test('a file that is too large is refused with the remedy and can be taken away', async () => {
    book.on('Without', say('Fine without.'));
    const { page, box, answer, send } = await console.open({ expected: /status of 413/ });
    await page
      .getByLabel('Files to attach')
      .setInputFiles([{ name: 'film.bin', mimeType: 'text/plain', buffer: Buffer.alloc(80_000, 'x') }]);
    const alert = page.getByRole('alert');
    await reads(alert, /film\.bin/);
    assert.match((await alert.textContent()) ?? '', /50|limit/i, 'it says how much is allowed');
    await box.fill('Without it then');
    assert.equal(await send.isDisabled(), true, 'nothing is sent that would be missing something');
    await page.getByRole('button', { name: 'Remove' }).click();
    await send.click();
    await reads(answer(1), /Fine without\./);
    await sees(send);
  });
});
