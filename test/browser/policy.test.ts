import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { callTool, say } from '@bakerst/testkit/model-servers/script';
import { needsChromium } from './rig/chromium.ts';
import { startConsole } from './rig/console-under-test.ts';
import { lettersServer, untilLettersAreReady } from './rig/letters.ts';
import { eventually, reads, sees, seesNot } from './rig/look.ts';

test('the policy page', { skip: needsChromium }, async (t) => {
  const console = await startConsole(t, lettersServer());
  await untilLettersAreReady(console);
  const file = join(console.brain().home, 'policy.yaml');

  await t.test('says in words what holds, and where it comes from', async () => {
    const { page, watch } = await console.open({ path: '/policy' });
    await reads(
      page.getByRole('region', { name: 'In force' }),
      /balanced.*built in.*Your own would be.*policy\.yaml/,
    );
    await reads(page.getByRole('region', { name: 'In words' }), /Profile: balanced/);
    await reads(page.getByRole('region', { name: 'Former policies' }), /found at start.*in force/);
    assert.deepEqual(watch.errors, []);
  });

  await t.test('checks a text line by line and leads to the line', async () => {
    const { page, watch } = await console.open({ path: '/policy' });
    await page.getByRole('button', { name: 'Edit the policy' }).click();
    const text = page.getByRole('textbox', { name: 'Text of the policy' });
    await text.fill('version: 1\nprofile: balanced\nasksPerRequest: many\n');
    await page.getByRole('button', { name: 'Check' }).click();
    const line = page.getByRole('button', { name: 'Line 3' });
    await sees(line);
    await line.click();
    const chosen =
      'document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)';
    assert.equal(await page.evaluate(chosen), 'asksPerRequest: many');
    await text.fill('version: 1\nprofile: strict\n');
    await page.getByRole('button', { name: 'Check' }).click();
    await sees(page.getByText('The text is valid.'));
    assert.deepEqual(watch.errors, []);
  });

  await t.test('tells which recorded calls a change would judge otherwise, then saves it', async () => {
    console.book.on('Ada', callTool('letters__send', { to: 'Ada' }), say('Done.'));
    const { page, say: write, answer, go, watch } = await console.open();
    await write('Send a letter to Ada');
    await sees(answer(1).getByRole('button', { name: /needs your approval/ }));
    await go('/policy');
    await page.getByRole('button', { name: 'Edit the policy' }).click();
    const rule = [
      'version: 1',
      'rules:',
      '  - name: no-letters',
      '    when: server == "letters"',
      '    verdict: deny',
      '    message: Nobody writes letters here.',
      '',
    ].join('\n');
    await page.getByRole('textbox', { name: 'Text of the policy' }).fill(rule);
    await page.getByRole('button', { name: 'Test against the past' }).click();
    const trial = page.getByRole('region', { name: 'Test against the past' });
    await reads(trial, /1 recorded call of 1 conversation judged again/);
    await reads(
      trial.getByRole('row', { name: /letters__send/ }),
      /asked.*denied.*Nobody writes letters here/,
    );
    await sees(trial.getByRole('link', { name: 'Conversation' }));
    await page.getByRole('button', { name: 'Save' }).click();
    await sees(page.getByText(/Saved\. It is in force/));
    await reads(page.getByRole('region', { name: 'Former policies' }), /saved here or by the API.*in force/);
    assert.equal(await readFile(file, 'utf8'), rule);
    assert.deepEqual(watch.errors, []);
  });

  await t.test('takes what it saved itself for no change of somebody else', async () => {
    const { page, watch } = await console.open({ path: '/policy' });
    await page.getByRole('button', { name: 'Edit the policy' }).click();
    for (const text of ['version: 1\n', 'version: 1\nprofile: balanced\n']) {
      await page.getByRole('textbox', { name: 'Text of the policy' }).fill(text);
      await page.getByRole('button', { name: 'Save' }).click();
      await sees(page.getByText(/Saved\. It is in force/));
      assert.equal(await readFile(file, 'utf8'), text);
    }
    assert.deepEqual(watch.errors, []);
  });

  await t.test(
    'does not save over what somebody else saved meanwhile, and loses nothing that was written',
    async () => {
      const { page, watch } = await console.open({ path: '/policy', expected: /status of 4\d\d/ });
      await page.getByRole('button', { name: 'Edit the policy' }).click();
      const text = page.getByRole('textbox', { name: 'Text of the policy' });
      await text.fill('version: 1\nprofile: strict\n');
      await writeFile(file, 'version: 1\nprofile: autonomous\n');
      await sees(page.getByText('The policy was changed by somebody else meanwhile.'));
      assert.equal(await page.getByRole('button', { name: 'Save' }).isDisabled(), true);
      assert.equal(await text.inputValue(), 'version: 1\nprofile: strict\n');
      await page.getByRole('button', { name: 'Keep mine' }).click();
      await page.getByRole('button', { name: 'Save' }).click();
      await sees(page.getByText(/Saved\. It is in force/));
      assert.equal(await readFile(file, 'utf8'), 'version: 1\nprofile: strict\n');
      assert.deepEqual(watch.errors, []);
    },
  );

  await t.test(
    'a file that was broken by hand is named with its line, and the last good one stays',
    async () => {
      const { page } = await console.open({ path: '/policy' });
      await writeFile(file, 'version: 1\nprofile: lax\n');
      const alert = page.getByRole('alert');
      await reads(alert, /A newer text was refused.*Line 2.*profile/);
      await reads(page.getByRole('region', { name: 'In force' }), /strict/);
      await writeFile(file, 'version: 1\nprofile: balanced\n');
      await seesNot(alert);
      await eventually('the new one holds', async () =>
        /balanced/.test((await page.getByRole('region', { name: 'In force' }).textContent()) ?? ''),
      );
    },
  );
});
