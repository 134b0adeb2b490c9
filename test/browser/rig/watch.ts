import type { Page } from 'playwright-core';

/** What a page did that nobody should have to see. */
export interface PageWatch {
  /** Errors in its console, violations of its content policy among them, and exceptions that nothing caught. */
  readonly errors: readonly string[];
  /** Addresses of other servers that it asked for anything. */
  readonly foreign: readonly string[];
}

export interface WatchOptions {
  readonly origin: string;
  /** Refusals of the server that the test provokes: the browser reports each as an error of its own. */
  readonly expected?: RegExp;
}

export function watchPage(page: Page, { origin, expected }: WatchOptions): PageWatch {
  const errors: string[] = [];
  const foreign: string[] = [];
  const note = (text: string): void => {
    if (expected?.test(text) !== true) errors.push(text);
  };
  page.on('console', (message) => {
    if (message.type() === 'error') note(`${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => note(`not caught: ${error.message}`));
  page.on('request', (request) => {
    const { protocol, origin: to } = new URL(request.url());
    if (to !== origin && protocol !== 'data:' && protocol !== 'blob:') foreign.push(request.url());
  });
  return { errors, foreign };
}
