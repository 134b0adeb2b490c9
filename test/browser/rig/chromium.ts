import { existsSync } from 'node:fs';
import type { TestContext } from 'node:test';
import { type Browser, chromium } from 'playwright-core';

const EXECUTABLE = '/usr/bin/chromium';

/** `skip` of every test here: false where Debian's Chromium is, else why there is none. */
export const needsChromium: string | false = existsSync(EXECUTABLE)
  ? false
  : `needs chromium: ${EXECUTABLE} is not there (as root on Debian: apt-get install chromium)`;

/** The browser may talk to nobody but the test: it updates, syncs and reports nothing. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, args: ARGS });
}

/** A browser that ends with the test. */
export async function startChromium(t: TestContext): Promise<Browser> {
  const browser = await launchChromium();
  t.after(() => browser.close());
  return browser;
}
