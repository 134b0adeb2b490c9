import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '@bakerst/testkit/model-servers/script';
import { needsChromium } from './rig/chromium.ts';
import { startConsole } from './rig/console-under-test.ts';
import { newGate } from './rig/gate.ts';
import { eventually, isShownOnce, reads, sees, seesNot } from './rig/look.ts';

const LOST = /ERR_|Failed to load resource/;

test('a conversation that is interrupted', { skip: needsChromium }, async (t) => {
  const console = await startConsole(t);
  const { book } = console;

  await t.test(
    'goes on after a refresh in mid-answer: what was there is there, the rest arrives, nothing twice',
    async () => {
      const gate = newGate();
      book.on(
        'Greek letters',
        say('alpha beta gamma delta', { gate: { afterEvents: 3, open: gate.opened } }),
      );
      const { page, say: write, answer, watch } = await console.open();
      await write('Say some Greek letters');
      await reads(answer(1), /alpha beta/);
      await page.reload();
      await reads(answer(1), /alpha beta/);
      assert.doesNotMatch((await answer(1).textContent()) ?? '', /delta/);
      gate.open();
      await reads(answer(1), /alpha beta gamma delta/);
      await eventually('it is complete', async () => (await answer(1).getAttribute('aria-busy')) === 'false');
      const log = page.getByRole('log', { name: 'Conversation' });
      for (const word of ['Say some Greek letters', 'alpha', 'delta']) await isShownOnce(log, word);
      await page.reload();
      await reads(answer(1), /alpha beta gamma delta/);
      for (const word of ['Say some Greek letters', 'alpha', 'delta']) await isShownOnce(log, word);
      assert.deepEqual(watch.errors, []);
    },
  );

  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    await t.test(`is complete after the server ended by ${signal} in mid-answer and came back`, async () => {
      const gate = newGate();
      const words = `planets ${signal}`;
      book.on(words, say('mercury venus earth mars', { gate: { afterEvents: 3, open: gate.opened } }));
      const { page, say: write, answer, box } = await console.open({ expected: LOST });
      await write(`Name the ${words}`);
      await reads(answer(1), /mercury venus/);
      await console.brain().end(signal);
      const banner = page.getByRole('status').filter({ hasText: 'No connection to the server' });
      await sees(banner);
      await reads(answer(1), /mercury venus/);
      await box.fill('a draft that is not lost');
      await console.startAgain();
      await banner.getByRole('button', { name: /Try now/ }).click();
      await seesNot(banner);
      gate.open();
      await reads(answer(1), /mercury venus earth mars/);
      await eventually('it is complete', async () => (await answer(1).getAttribute('aria-busy')) === 'false');
      await isShownOnce(answer(1), 'earth');
      assert.equal(await box.inputValue(), 'a draft that is not lost');
      await page.reload();
      await reads(answer(1), /mercury venus earth mars/);
      await isShownOnce(page.getByRole('log', { name: 'Conversation' }), 'earth');
      assert.equal(await box.inputValue(), 'a draft that is not lost', 'also after a refresh');
    });
  }

  await t.test('stays in step in two tabs', async () => {
    const gate = newGate();
    book.on('both tabs', say('seen in both places', { gate: { afterEvents: 3, open: gate.opened } }));
    book.on('other side', say('heard you there'));
    const left = await console.open();
    await left.say('Show it in both tabs');
    await reads(left.answer(1), /seen in/);
    const right = await console.open({ path: new URL(left.page.url()).pathname });
    await reads(right.answer(1), /seen in/);
    gate.open();
    for (const tab of [left, right]) {
      await reads(tab.answer(1), /seen in both places/);
      await sees(tab.send);
    }
    await right.say('And from the other side');
    for (const tab of [left, right]) {
      await reads(tab.answer(2), /heard you there/);
      await isShownOnce(tab.page.getByRole('log', { name: 'Conversation' }), 'heard you there');
    }
    assert.deepEqual([...left.watch.errors, ...right.watch.errors], []);
  });

  await t.test(
    'a message that cannot be sent is kept, and is sent once when the server is back',
    async () => {
      book.on('in the dark', say('light again'));
      const { page, say: write, answer } = await console.open({ expected: LOST });
      await sees(page.getByRole('heading', { name: /^What shall/ }));
      await console.brain().end('SIGTERM');
      await write('A message in the dark');
      const alert = page.getByRole('alert').first();
      await sees(alert);
      await console.startAgain();
      await alert.getByRole('button', { name: 'Try again' }).click();
      await reads(answer(1), /light again/);
      await isShownOnce(page.getByRole('log', { name: 'Conversation' }), 'A message in the dark');
    },
  );
});
