import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { callTool, type ScriptedRequest, say } from '@bakerst/testkit/model-servers/script';
import type { Locator } from 'playwright-core';
import { until } from '../running/talk.ts';
import { needsChromium } from './rig/chromium.ts';
import { startConsole } from './rig/console-under-test.ts';
import { acceptLetters, lettersServer, untilLettersAreReady } from './rig/letters.ts';
import { eventually, reads, sees, seesNot } from './rig/look.ts';

/** A decision within two seconds counts as too quick: what is shown is read first. */
const READING_MS = 2_100;

const CARD = 'Approval: Let it reach others with letters__send?';

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
      const card = answer(1).getByRole('region', { name: CARD });
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
    const card = answer(1).getByRole('region', { name: CARD });
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
    const card = (tab: typeof left) => tab.answer(1).getByRole('region', { name: CARD });
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
      const card = answer(1).getByRole('region', { name: CARD });
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
    await sees(owner.answer(1).getByRole('region', { name: CARD }));
    const path = new URL(owner.page.url()).pathname;
    const { page, answer } = await console.open({ path, signedIn: false, expected: /status of 401/ });
    await page.getByLabel('API token').fill(await console.brain().token());
    await page.getByRole('button', { name: 'Sign in' }).click();
    await reads(answer(1), /your session lacks the scope “approve”/);
    assert.equal(await page.getByRole('button', { name: 'Approve once' }).count(), 0);
    await owner.say('Never mind this one');
    await seesNot(owner.answer(1).getByRole('region', { name: CARD }));
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
      await sees(answer(1).getByRole('region', { name: CARD }));
      await box.fill('/stop');
      await box.press('Enter');
      const ask = page.getByRole('dialog', { name: 'Stop the tools of this conversation?' });
      await ask.getByLabel('Why').fill('it went astray');
      await ask.getByRole('button', { name: 'Stop', exact: true }).click();
      await sees(page.getByText(/The tools of this conversation are stopped\..*By you.*it went astray/));
      await seesNot(answer(1).getByRole('region', { name: CARD }));
      await write('What now');
      await reads(answer(2), /It said: .*stopped/);
      await page.getByRole('button', { name: /^Lift: The tools of this conversation/ }).click();
      await seesNot(page.getByText(/The tools of this conversation are stopped/));
      assert.deepEqual(watch.errors, []);
    },
  );
});

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
      await sees(chat.answer(1).getByRole('region', { name: CARD }));
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
    const card = page.getByRole('region', { name: CARD });
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
      await sees(chat.answer(1).getByRole('region', { name: CARD }));
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
    await sees(chat.answer(1).getByRole('region', { name: CARD }));
    const { page } = await console.open({ path: '/approvals', viewport: { width: 360, height: 740 } });
    await page.getByRole('link', { name: /Rosalind/ }).click();
    const card = page.getByRole('region', { name: CARD });
    await sees(card);
    await eventually('nothing is wider than the screen', async () =>
      page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
    );
    await page.getByRole('link', { name: 'All that waits' }).click();
    await seesNot(card);
  });
});

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
    const card = answer(1).getByRole('region', { name: CARD });
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

test('a second pair of eyes', { skip: needsChromium }, async (t) => {
  const console = await startConsole(t, lettersServer());
  await writeFile(
    join(console.brain().home, 'policy.yaml'),
    'version: 1\napprovals:\n  - effects: [external]\n    fourEyes: true\n',
  );
  await untilLettersAreReady(console);
  await until('the policy holds', async () =>
    /fourEyes/.test(await (await console.brain().call('/api/v1/policy')).text()),
  );
  console.book.on('Marie', callTool('letters__send', { to: 'Marie Curie' }), (request: ScriptedRequest) =>
    say(`It said: ${request.lastText}`),
  );

  await t.test('decides what the one who asked may not, and is made under Access', async () => {
    const owner = await console.open();
    await owner.say('Send a letter to Marie Curie');
    const card = owner.answer(1).getByRole('region', { name: CARD });
    await reads(card, /who asked for the call cannot approve it.*Ask somebody else that may approve/);
    assert.equal(await card.getByRole('button', { name: 'Approve once' }).count(), 0);

    const access = await console.open({ path: '/access' });
    await access.page.getByLabel('Add a person').fill('Irène');
    await access.page.getByRole('button', { name: 'Add', exact: true }).click();
    await access.page.getByRole('button', { name: /^Irène/ }).click();
    await access.page.getByRole('button', { name: 'New token for Irène' }).click();
    const dialog = access.page.getByRole('dialog', { name: 'New token for Irène' });
    await dialog.getByLabel('Name').fill('her browser');
    await dialog.getByRole('checkbox', { name: /^approve/ }).check();
    await dialog.getByRole('button', { name: 'Create' }).click();
    const made = access.page.getByRole('dialog', { name: 'The new token for Irène' });
    const secret = (await made.getByRole('code').first().textContent()) ?? '';
    await made.getByRole('button', { name: 'Done' }).click();

    const { page, watch } = await console.open({
      path: '/approvals',
      signedIn: false,
      expected: /status of 401/,
    });
    await page.getByLabel('API token').fill(secret);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const hers = page.getByRole('region', { name: CARD });
    await reads(hers, /for Owner.*What was asked, word for word.*Marie Curie/);
    assert.equal(await page.getByRole('link', { name: 'Go to the conversation' }).count(), 0);
    await page.waitForTimeout(READING_MS);
    await hers.getByRole('button', { name: 'Approve once' }).click();
    await reads(owner.answer(1), /It said: a letter went to Marie Curie/);
    assert.deepEqual([...owner.watch.errors, ...access.watch.errors, ...watch.errors], []);
  });
});
