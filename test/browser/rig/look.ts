import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { until } from '../../running/talk.ts';

/** Long enough for a machine that does other things at the same time. */
const DEADLINE_MS = 20_000;

export function sees(locator: Locator): Promise<void> {
  return locator.first().waitFor({ state: 'visible', timeout: DEADLINE_MS });
}

/** It was there and is not any more. */
export function seesNot(locator: Locator): Promise<void> {
  return locator.first().waitFor({ state: 'hidden', timeout: DEADLINE_MS });
}

/** Waits until it is true; the page is looked at again and again, never after a guessed time. */
export async function eventually(
  what: string,
  look: () => Promise<boolean> | boolean,
  deadlineMs = DEADLINE_MS,
): Promise<void> {
  await until(what, async () => ((await look()) ? true : undefined), deadlineMs);
}

export function reads(locator: Locator, wanted: RegExp): Promise<void> {
  return eventually(`it reads ${wanted}`, async () => wanted.test((await locator.textContent()) ?? ''));
}

/** How often the words stand in the element: once, where nothing is shown twice. */
export async function count(locator: Locator, words: string): Promise<number> {
  return ((await locator.textContent()) ?? '').split(words).length - 1;
}

export async function isShownOnce(locator: Locator, words: string): Promise<void> {
  assert.equal(await count(locator, words), 1, `"${words}" is shown once`);
}
