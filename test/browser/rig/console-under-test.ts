import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { ModelServer } from '@bakerst/testkit/model-servers/model-server';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { ensureConsole } from '../../../scripts/console-build.ts';
import { type BrainProcess, ROOT, startBrainProcess } from '../../running/brain-process.ts';
import { openConsole } from '../../running/console-session.ts';
import { scriptedModel } from '../../running/scripted-models.ts';
import { type Chat, chatOf } from './chat.ts';
import { startChromium } from './chromium.ts';
import { ScriptBook } from './script-book.ts';
import { type PageWatch, watchPage } from './watch.ts';

export interface OpenPage extends Chat {
  readonly watch: PageWatch;
  /** Opens another page of the console. */
  go(path: string): Promise<void>;
}

export interface OpenOptions extends BrowserContextOptions {
  readonly path?: string;
  readonly signedIn?: boolean;
  /** Failures that the test provokes. */
  readonly expected?: RegExp;
}

/** The real brain serving the built console, a scripted model behind it, and a real browser in front. */
export interface ConsoleUnderTest {
  readonly book: ScriptBook;
  readonly model: ModelServer;
  /** The brain that runs now. */
  brain(): BrainProcess;
  /** Ends the brain with that signal; `startAgain` goes on in its data folder and on its port. */
  startAgain(): Promise<void>;
  open(options?: OpenOptions): Promise<OpenPage>;
}

const SETTINGS = { limits: { requestsPerMinute: 100_000 } };

type Settings = Readonly<Record<string, unknown>>;

/** `settings` go over those of the scripted model; a function is told where its server listens. */
export async function startConsole(
  t: TestContext,
  settings: Settings | ((modelOrigin: string) => Settings) = {},
): Promise<ConsoleUnderTest> {
  await needConsole();
  const book = new ScriptBook();
  const { server, config } = await scriptedModel(t, book.script, { accepts: ['text', 'image'] });
  const more = typeof settings === 'function' ? settings(server.origin) : settings;
  const [first, browser] = await Promise.all([
    startBrainProcess(t, { config: { ...config, ...SETTINGS, ...more } }),
    startChromium(t),
  ]);
  let brain = first;
  let session: Promise<{ readonly cookie: string }> | undefined;
  const open = async (options: OpenOptions = {}): Promise<OpenPage> => {
    const { path = '/chat', signedIn = true, expected, ...rest } = options;
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...rest });
    context.setDefaultTimeout(15_000);
    if (signedIn) {
      session ??= openConsole(brain);
      await context.addCookies([cookieOf((await session).cookie, brain.origin)]);
    }
    const page = await context.newPage();
    const watch = watchPage(page, { origin: brain.origin, ...(expected && { expected }) });
    await page.goto(brain.origin + path);
    return { ...chatOf(page), watch, go: (to) => goTo(page, brain.origin + to) };
  };
  return {
    book,
    model: server,
    brain: () => brain,
    startAgain: async () => {
      brain = await startBrainProcess(t, { after: brain });
    },
    open,
  };
}

async function goTo(page: Page, address: string): Promise<void> {
  await page.goto(address);
}

/** `npm test` builds it before; a single file that is run by hand may be the first. */
async function needConsole(): Promise<void> {
  if (existsSync(join(ROOT, 'services/ui/dist/index.html'))) return;
  const built = await ensureConsole(ROOT, () => undefined);
  assert.notEqual(built.outcome, 'failed', 'the console could not be built: npm run build:console');
}

function cookieOf(header: string, url: string) {
  const at = header.indexOf('=');
  return { name: header.slice(0, at), value: header.slice(at + 1), url };
}
