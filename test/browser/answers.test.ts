import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callTool, say } from '@bakerst/testkit/model-servers/script';
import { needsChromium } from './rig/chromium.ts';
import { startConsole } from './rig/console-under-test.ts';
import { newGate } from './rig/gate.ts';
import { eventually, isShownOnce, reads, sees, seesNot } from './rig/look.ts';

test('an answer in the chat', { skip: needsChromium }, async (t) => {
  const console = await startConsole(t);
  const { book } = console;

  await t.test(
    'streams while the model still writes, and shows what its tool call did and what it cost',
    async () => {
      const gate = newGate();
      book.on(
        'shopping list',
        callTool('write_note', { title: 'Shopping', text: 'milk and bread' }),
        say('The list is **kept** as a note of yours.', { gate: { afterEvents: 4, open: gate.opened } }),
      );
      const { page, say: write, answer, stop, send, box, watch } = await console.open();
      await write('Keep my shopping list');
      await eventually('the conversation has its own address', () => /\/chat\/conv_/.test(page.url()));
      await reads(answer(1), /The list/);
      assert.equal(await answer(1).getAttribute('aria-busy'), 'true');
      assert.doesNotMatch((await answer(1).textContent()) ?? '', /note of yours/);
      await sees(stop);
      await sees(page.getByRole('status').filter({ hasText: 'is answering' }));
      gate.open();
      await reads(answer(1), /The list is kept as a note of yours\./);
      await eventually('it is complete', async () => (await answer(1).getAttribute('aria-busy')) === 'false');
      await sees(send);
      assert.equal(await box.inputValue(), '');
      await sees(page.getByRole('status').filter({ hasText: 'The answer is complete.' }));

      const row = answer(1).getByRole('button', { name: /^write_note Shopping/ });
      assert.equal(await row.getAttribute('aria-expanded'), 'false', 'a tool call is a quiet row');
      await row.click();
      const facts = answer(1).getByRole('definition');
      await reads(facts.filter({ hasText: 'Allowed' }), /Nothing untrusted was read before it/);
      await sees(facts.filter({ hasText: '"text": "milk and bread"' }));
      await sees(facts.filter({ hasText: 'The note "Shopping" is written (14 characters).' }));
      await sees(answer(1).getByText('test/m', { exact: true }));
      await sees(answer(1).getByText(/^\$0\.\d+$/));

      await answer(1).getByRole('button', { name: 'What was recorded' }).click();
      const record = page.getByRole('dialog', { name: 'What was recorded' });
      await sees(record.getByRole('list', { name: 'Recorded steps' }));
      const steps = await record.getByRole('listitem').allTextContents();
      for (const [index, step] of [
        /Message received/,
        /Model asked/,
        /Model answered/,
        /judged.*allow/,
        /Intent/,
      ].entries())
        assert.match(steps[index] ?? '', step);
      assert.match(steps.at(-1) ?? '', /Turn ended.*completed/);
      await page.keyboard.press('Escape');
      await seesNot(record);
      assert.deepEqual(watch.errors, []);
      assert.deepEqual(watch.foreign, []);
    },
  );

  await t.test(
    'to a first message takes the place of the welcome for good, and leaves no draft behind',
    async () => {
      book.on('very first', say('Welcome.'));
      const { page, box, send, answer } = await console.open();
      const welcome = page.getByRole('heading', { name: /^What shall/ });
      await sees(welcome);
      await box.pressSequentially('The very first message');
      await page.evaluate(`
      window.shown = [];
      new MutationObserver(() => {
        const field = document.querySelector('textarea');
        window.shown.push((document.querySelector('h1')?.textContent ?? '') + '|' + (field?.value ?? ''));
      }).observe(document.body, { childList: true, subtree: true });
    `);
      await send.click();
      await reads(answer(1), /Welcome\./);
      const shown = await page.evaluate<readonly string[]>('window.shown');
      assert.ok(shown.length > 0);
      assert.deepEqual(
        shown.filter((one) => one.startsWith('What shall') || one.endsWith('message')),
        [],
        'neither the welcome nor the words in the composer come back',
      );
      await page.getByRole('link', { name: 'New chat' }).click();
      await sees(welcome);
      assert.equal(await box.inputValue(), '');
    },
  );

  await t.test('to a suggestion comes only when the person has read and sent it', async () => {
    book.on('What can you do here', say('This and that.'));
    const { page, box, answer, watch } = await console.open();
    await page.getByRole('button', { name: /^Ask something/ }).click();
    assert.equal(await box.inputValue(), 'What can you do here, and what can you not do?');
    assert.match(page.url(), /\/chat$/, 'nothing was sent');
    await box.press('Enter');
    await reads(answer(1), /This and that\./);
    assert.deepEqual(watch.errors, []);
  });

  await t.test('is stopped by the person: the model is hung up on, and what was written stays', async () => {
    const gate = newGate();
    book.on(
      'the long way',
      say('Once upon a time there was', { gate: { afterEvents: 4, open: gate.opened } }),
    );
    const { say: write, answer, stop, watch } = await console.open();
    await write('Tell it the long way');
    await reads(answer(1), /Once upon/);
    await stop.click();
    await sees(answer(1).getByText('Stopped', { exact: true }));
    await reads(answer(1), /Once upon/);
    assert.equal(await console.model.requests.at(-1)?.hungUp, true);
    gate.open();
    assert.deepEqual(watch.errors, []);
  });

  await t.test('is asked for again, and a message is edited and sent anew', async () => {
    book.on('capital of', say('First answer.'));
    const { page, say: write, answer, turn, box, send, watch } = await console.open();
    await write('What is the capital of Farnce?');
    await reads(answer(1), /First answer\./);
    book.on('capital of', say('Second answer.'));
    await answer(1).getByRole('button', { name: 'Send the message again' }).click();
    await reads(answer(2), /Second answer\./);
    assert.match((await turn(2).textContent()) ?? '', /capital of Farnce/);

    book.on('capital of France', say('It is Paris.'));
    const edit = turn(2).getByRole('button', { name: 'Edit and send again' });
    await turn(2).getByRole('article', { name: 'Your message' }).hover();
    await edit.click();
    assert.equal(await box.inputValue(), 'What is the capital of Farnce?');
    await eventually(
      'the composer has the focus',
      async () => (await page.evaluate('document.activeElement.tagName')) === 'TEXTAREA',
    );
    await box.fill('What is the capital of France?');
    await send.click();
    await reads(answer(3), /It is Paris\./);
    await isShownOnce(page.getByRole('log', { name: 'Conversation' }), 'It is Paris.');
    assert.deepEqual(watch.errors, []);
  });

  await t.test('that failed says why and what to do, and is retried in place', async () => {
    book.on('fragile', { kind: 'error', status: 400, message: 'scripted refusal' });
    const { say: write, answer } = await console.open();
    await write('Something fragile');
    const alert = answer(1).getByRole('alert');
    await reads(alert, /scripted refusal/);
    book.on('fragile', say('It holds.'));
    await alert.getByRole('button', { name: 'Retry' }).click();
    await reads(answer(2), /It holds\./);
  });

  await t.test(
    'is followed while it grows, and stays where it is when the reader opens something',
    async () => {
      const gate = newGate();
      const lines = Array.from({ length: 80 }, (_, n) => `Line ${n}\n\n`);
      book.on(
        'many lines',
        callTool('write_note', { title: 'Lines', text: 'x '.repeat(800) }),
        say(lines, { gate: { afterEvents: 70, open: gate.opened } }),
      );
      const { page, say: write, answer } = await console.open();
      const log = page.getByRole('log', { name: 'Conversation' });
      const jump = page.getByRole('button', { name: 'Jump to latest' });
      const fromEnd = (): Promise<number> =>
        log.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
      await write('Write many lines');
      await reads(answer(1), /Line 60/);
      await eventually('the end is in view', async () => (await fromEnd()) < 2);
      const row = answer(1).getByRole('button', { name: /^write_note/ });
      await row.scrollIntoViewIfNeeded();
      const before = await row.boundingBox();
      await row.click();
      await sees(answer(1).getByText('Verdict'));
      gate.open();
      await reads(answer(1), /Line 79/);
      assert.deepEqual((await row.boundingBox())?.y, before?.y, 'the row stays under the pointer');
      await jump.click();
      await eventually('it is at the end', async () => (await fromEnd()) < 2);
      await seesNot(jump);
    },
  );

  await t.test('is not run away from where a row near the end is opened', async () => {
    book.on('short note', callTool('write_note', { title: 'Short', text: 'x '.repeat(1_500) }), say('Kept.'));
    const { say: write, answer } = await console.open();
    await write('A short note');
    await reads(answer(1), /Kept\./);
    const row = answer(1).getByRole('button', { name: /^write_note/ });
    const before = await row.boundingBox();
    await row.click();
    await sees(answer(1).getByText('Verdict'));
    assert.equal((await row.boundingBox())?.y, before?.y);
  });

  await t.test('waits in order where messages are sent faster than it is given', async () => {
    const gate = newGate();
    book.on('number one', say('One is done.', { gate: { afterEvents: 2, open: gate.opened } }));
    book.on('number two', say('Two is done.'));
    const { say: write, answer } = await console.open();
    await write('This is number one');
    await reads(answer(1), /One/);
    await write('This is number two');
    await sees(answer(2).getByText('Waiting for its turn'));
    gate.open();
    await reads(answer(1), /One is done\./);
    await reads(answer(2), /Two is done\./);
  });
});
