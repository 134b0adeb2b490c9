import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callTool, type ScriptedRequest, say } from '@bakerst/testkit/model-servers/script';
import { needsChromium } from './rig/chromium.ts';
import { startConsole } from './rig/console-under-test.ts';
import { LETTER_CARD, lettersServer, READING_MS, untilLettersAreReady } from './rig/letters.ts';
import { reads, sees, seesNot } from './rig/look.ts';

test('an approval in the chat', { skip: needsChromium }, async (t) => {
  const console = await startConsole(t, lettersServer());
  const { book } = console;
  await untilLettersAreReady(console);
  /** The model sends one letter and tells what it heard. */
  const letter = (to: string): void =>
    book.on(to, callTool('letters__send', { to, text: 'Dear friend' }), (request: ScriptedRequest) =>
      say(`It said: ${request.lastText}`),
    );

  await t.test(
    'shows what is asked, for whom and where each value came from; approved, it runs once and the turn goes on',
    async () => {
      letter('Ada Lovelace');
      const { page, say: write, answer, watch } = await console.open();
      await write('Send a letter to Ada Lovelace');
      const card = answer(1).getByRole('region', { name: LETTER_CARD });
      await sees(card);
      await reads(card, /reaches out to others.*letters__send.*of the server letters.*for you/);
      await reads(card, /What you asked, word for word.*Send a letter to Ada Lovelace/);
      await reads(card, /Where it goes and what it does.*to.*Ada Lovelace/);
      await reads(card, /Why you are asked.*Nobody has accepted letters__send of the server letters yet/);
      await reads(card, /Without an answer it is denied/);
      await sees(answer(1).getByRole('button', { name: /letters__send.*needs your approval/ }));
      const waiting = page.getByRole('region', { name: 'Waits for you' });
      await sees(waiting.getByRole('link', { name: /letters__send/ }));
      await sees(page.getByRole('link', { name: 'Approvals 1 waiting' }));
      assert.match(await page.title(), /^\(1\) /, 'the tab says that something waits');
      await page.reload();
      await sees(card);
      await page.waitForTimeout(READING_MS);
      await card.getByRole('button', { name: 'Approve once' }).click();
      await reads(answer(1), /It said: a letter went to Ada Lovelace/);
      await seesNot(card);
      await seesNot(waiting);
      assert.doesNotMatch(await page.title(), /^\(/);
      assert.deepEqual(watch.errors, []);
    },
  );

  await t.test(
    'explains itself afterwards: the rules in order, each value, what would have been needed',
    async () => {
      const { page, answer, watch } = await console.open();
      await page.getByRole('link', { name: /Ada Lovelace/ }).click();
      await answer(1)
        .getByRole('button', { name: /^letters__send/ })
        .click();
      await answer(1)
        .getByRole('button', { name: /Show the rules/ })
        .click();
      const why = page.getByRole('dialog', { name: 'Why' });
      await reads(why, /Asked a person.*letters__send/);
      await reads(why, /What would have been needed.*Review the server once/);
      await sees(why.getByRole('listitem').filter({ hasText: /^unknown-tool.*asks$/ }));
      await reads(why, /What the words ask for/);
      await page.keyboard.press('Escape');
      await seesNot(why);
      assert.deepEqual(watch.errors, []);
    },
  );

  await t.test('denied, the call does not run, and the agent reads the reason', async () => {
    letter('Grace');
    const { page, say: write, answer, watch } = await console.open();
    await write('Send a letter to Grace');
    const card = answer(1).getByRole('region', { name: LETTER_CARD });
    await sees(card);
    await page.waitForTimeout(READING_MS);
    await card.getByRole('textbox', { name: 'Reason for a denial' }).fill('she has moved');
    await card.getByRole('button', { name: 'Deny' }).click();
    await reads(answer(1), /It said: .*she has moved/);
    await sees(answer(1).getByRole('button', { name: /letters__send.*not allowed/ }));
    assert.deepEqual(watch.errors, []);
  });

  await t.test('is decided in one tab and over in the other', async () => {
    letter('Mary');
    const left = await console.open();
    await left.say('Send a letter to Mary');
    const card = (tab: typeof left) => tab.answer(1).getByRole('region', { name: LETTER_CARD });
    await sees(card(left));
    const right = await console.open({ path: new URL(left.page.url()).pathname });
    await sees(card(right));
    await right.page.waitForTimeout(READING_MS);
    await card(right).getByRole('button', { name: 'Approve once' }).click();
    for (const tab of [left, right]) {
      await reads(tab.answer(1), /It said: a letter went to Mary/);
      await seesNot(card(tab));
    }
    assert.deepEqual([...left.watch.errors, ...right.watch.errors], []);
  });

  await t.test(
    'is withdrawn by a new message, which is then answered; who looks elsewhere learns of both',
    async () => {
      letter('Emmy');
      book.on('Never mind', say('All right, I leave it.'));
      const elsewhere = await console.open({ path: '/models' });
      const waiting = elsewhere.page.getByRole('region', { name: 'Waits for you' });
      await sees(elsewhere.page.getByRole('heading', { name: 'Models', exact: true }));
      assert.equal(await waiting.count(), 0);
      const { say: write, answer } = await console.open();
      await write('Send a letter to Emmy');
      const card = answer(1).getByRole('region', { name: LETTER_CARD });
      await sees(card);
      await sees(waiting);
      await write('Never mind then');
      await reads(answer(2), /All right, I leave it\./);
      await seesNot(card);
      await seesNot(waiting);
    },
  );

  await t.test('can be read but not decided by a session without the scope', async () => {
    letter('Hedy');
    const owner = await console.open();
    await owner.say('Send a letter to Hedy');
    await sees(owner.answer(1).getByRole('region', { name: LETTER_CARD }));
    const path = new URL(owner.page.url()).pathname;
    const { page, answer } = await console.open({ path, signedIn: false, expected: /status of 401/ });
    await page.getByLabel('API token').fill(await console.brain().token());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await reads(answer(1), /your session lacks the scope “approve”/);
    assert.equal(await page.getByRole('button', { name: 'Approve once' }).count(), 0);
    await owner.say('Never mind this one');
    await seesNot(owner.answer(1).getByRole('region', { name: LETTER_CARD }));
  });

  await t.test(
    'the kill switch of a conversation ends what waits, says so there, and is lifted there',
    async () => {
      letter('Lise');
      book.on('What now', callTool('letters__send', { to: 'Lise' }), (request: ScriptedRequest) =>
        say(`It said: ${request.lastText}`),
      );
      const { page, box, say: write, answer, watch } = await console.open();
      await write('Send a letter to Lise');
      await sees(answer(1).getByRole('region', { name: LETTER_CARD }));
      await box.fill('/stop');
      await box.press('Enter');
      const ask = page.getByRole('dialog', { name: 'Stop the tools of this conversation?' });
      await ask.getByLabel('Why').fill('it went astray');
      await ask.getByRole('button', { name: 'Stop', exact: true }).click();
      await sees(page.getByText(/The tools of this conversation are stopped\..*By you.*it went astray/));
      await seesNot(answer(1).getByRole('region', { name: LETTER_CARD }));
      await write('What now');
      await reads(answer(2), /It said: .*stopped/);
      await page.getByRole('button', { name: /^Lift: The tools of this conversation/ }).click();
      await seesNot(page.getByText(/The tools of this conversation are stopped/));
      assert.deepEqual(watch.errors, []);
    },
  );
});
