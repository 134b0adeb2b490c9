/**
 * Makes the picture of the README: `node test/browser/readme-picture.ts`. With a folder as argument it also takes every
 * page there, in light, in dark and on a phone, for a person's eye.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { callTool, say } from '@bakerst/testkit/model-servers/script';
import { ROOT } from '../running/brain-process.ts';
import { ask } from '../running/talk.ts';
import { needsChromium } from './rig/chromium.ts';
import { type ConsoleUnderTest, type OpenPage, startConsole } from './rig/console-under-test.ts';
import { acceptLetters, lettersServer, untilLettersAreReady } from './rig/letters.ts';
import { eventually, sees, seesNot } from './rig/look.ts';
import { PAGES } from './rig/pages.ts';

const MODEL = 'openrouter/qwen/qwen3-32b';
const price = { input: 100_000, output: 300_000, cacheRead: 50_000, cacheWrite: 100_000 };
const catalog = {
  [MODEL]: { contextWindow: 131_072, maxOutputTokens: 8_192, tools: true, accepts: ['text'], price },
};

const NOTE = 'Out 08:01 from King\u2019s Cross, back 17:34. Minster first.';

const ANSWER = 'Take the `08:01`: you are at the Minster **before the queue**. The way back is in your note.';

test('the picture of the README', { skip: needsChromium }, async (t) => {
  const console = await startConsole(t, (origin) => ({
    providers: { openrouter: { type: 'openai-compatible', baseUrl: `${origin}/v1` } },
    models: { roles: { agent: [MODEL] }, catalog },
  }));
  await fillHouse(console);
  const shot = await console.open({ colorScheme: 'light' });
  await talk(shot);
  await shot.page.screenshot({ path: join(ROOT, 'docs/images/console.png') });
  const folder = process.argv[2];
  if (folder !== undefined) await takeAll(console, { folder, path: new URL(shot.page.url()).pathname });
});

test('the picture of an approval', { skip: needsChromium }, async (t) => {
  const console = await startConsole(t, lettersServer());
  await untilLettersAreReady(console);
  await acceptLetters(console);
  await takeApproval(console);
});

async function fillHouse({ book, brain }: ConsoleUnderTest): Promise<void> {
  book.on('', say('Gladly.'));
  for (const title of [
    'Names for the new bakery',
    'What changed in the lease?',
    'Summarise Monday’s minutes',
    'A reading list on tides',
    'Draft a reply to the landlord',
  ])
    await ask(brain(), title);
  book.on('day in York', callTool('write_note', { title: 'Trip to York', text: NOTE }), say(ANSWER));
}

async function talk({ page, say: write, answer, box }: OpenPage): Promise<void> {
  await sees(page.getByRole('heading', { name: /^What shall/ }));
  await write('Plan a day in York by train, and keep it as a note');
  await eventually('it is complete', async () => (await answer(1).getAttribute('aria-busy')) === 'false');
  await answer(1)
    .getByRole('button', { name: /^write_note/ })
    .click();
  await sees(answer(1).getByText('Verdict'));
  await sees(answer(1).getByText('before the queue', { exact: true }));
  await box.focus();
  await page.mouse.move(640, 2);
}

/** The card on which a person decides: the address stands only in a letter that a stranger wrote. */
async function takeApproval(console: ConsoleUnderTest): Promise<void> {
  const text = 'Two places on Friday at ten, please.';
  console.book.on(
    'Book us a tour',
    callTool('letters__read', {}),
    callTool('letters__send', { to: 'tours@minster.example', text }),
    say('It is booked.'),
  );
  const { page, say: write, answer, go } = await console.open({ viewport: { width: 1280, height: 940 } });
  await write('Book us a tour of the Minster, as the newest letter says: send them a letter');
  await sees(answer(1).getByRole('button', { name: /needs your approval/ }));
  await go('/approvals');
  await sees(page.getByRole('button', { name: 'Approve once' }));
  await page.mouse.move(640, 2);
  await page.screenshot({ path: join(ROOT, 'docs/images/approvals.png') });
}

const LOOKS = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  phone: { colorScheme: 'light', viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
} as const;

async function takeAll(
  console: ConsoleUnderTest,
  { folder, path }: { readonly folder: string; readonly path: string },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [look, options] of Object.entries(LOOKS)) {
    const { page, go, answer } = await console.open(options);
    const take = (name: string) => page.screenshot({ path: join(folder, `${name}-${look}.png`) });
    await sees(page.getByRole('heading', { name: /^What shall/ }));
    await take('empty');
    await go(path);
    await answer(1)
      .getByRole('button', { name: /^write_note/ })
      .click();
    await sees(answer(1).getByText('before the queue', { exact: true }));
    await take('chat');
    for (const { path: to, heading } of PAGES) {
      await go(to);
      await sees(page.getByRole('heading', { name: heading, exact: true }));
      await seesNot(page.getByRole('status', { name: 'Loading' }));
      await take(heading.toLowerCase());
    }
    const door = await console.open({ ...options, signedIn: false, path: '/login' });
    await sees(door.page.getByLabel('API token'));
    await door.page.screenshot({ path: join(folder, `login-${look}.png`) });
  }
}
