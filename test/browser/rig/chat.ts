import type { Locator, Page } from 'playwright-core';

/** The chat as a person finds it: by role and name alone. */
export interface Chat {
  readonly page: Page;
  readonly box: Locator;
  readonly send: Locator;
  readonly stop: Locator;
  /** The n-th answer of the conversation, from 1. */
  answer(n: number): Locator;
  turn(n: number): Locator;
  /** Writes and presses Enter. */
  say(words: string): Promise<void>;
}

export function chatOf(page: Page): Chat {
  const box = page.getByRole('textbox', { name: /^Message / });
  const turn = (n: number): Locator => page.getByRole('article', { name: `Turn ${n}`, exact: true });
  return {
    page,
    box,
    send: page.getByRole('button', { name: 'Send', exact: true }),
    stop: page.getByRole('button', { name: 'Stop', exact: true }),
    turn,
    answer: (n) => turn(n).getByRole('article', { name: 'Answer' }),
    say: async (words) => {
      await box.fill(words);
      await box.press('Enter');
    },
  };
}
