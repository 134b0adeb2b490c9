import { makeVisible } from '@bakerst/shared/hidden-text';

/** One line of foreign text for people: no controls, no hidden characters, bounded. */
export function oneLine(text: string, maxChars: number): string {
  const visible = makeVisible(stripTerminal(text.slice(0, maxChars * 4)))
    .replace(/\s+/g, ' ')
    .trim();
  return visible.length > maxChars ? `${visible.slice(0, maxChars).toWellFormed()}…` : visible;
}

/** Terminal sequences (colours, titles, cursor) say nothing to a reader and can do harm in a terminal. */
export function stripTerminal(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
  return text.replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])/g, '');
}
