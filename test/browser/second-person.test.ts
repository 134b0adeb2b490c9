import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { callTool, type ScriptedRequest, say } from '@bakerst/testkit/model-servers/script';
import { until } from '../running/talk.ts';
import { needsChromium } from './rig/chromium.ts';
import { startConsole } from './rig/console-under-test.ts';
import { LETTER_CARD, lettersServer, READING_MS, untilLettersAreReady } from './rig/letters.ts';
import { reads } from './rig/look.ts';

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
    const card = owner.answer(1).getByRole('region', { name: LETTER_CARD });
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
    const hers = page.getByRole('region', { name: LETTER_CARD });
    await reads(hers, /for Owner.*What was asked, word for word.*Marie Curie/);
    assert.equal(await page.getByRole('link', { name: 'Go to the conversation' }).count(), 0);
    await page.waitForTimeout(READING_MS);
    await hers.getByRole('button', { name: 'Approve once' }).click();
    await reads(owner.answer(1), /It said: a letter went to Marie Curie/);
    assert.deepEqual([...owner.watch.errors, ...access.watch.errors, ...watch.errors], []);
  });
});
