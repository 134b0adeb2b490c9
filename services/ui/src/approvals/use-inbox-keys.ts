import { useEffect, useRef } from 'react';

export interface InboxKeys {
  /** Ids from top to bottom. */
  readonly order: readonly string[];
  readonly active: string | undefined;
  readonly choose: (id: string) => void;
  readonly help: () => void;
}

/**
 * Single keys, but never while somebody types, never with a modifier, never repeated by a held key: a decision is one
 * press for one card.
 */
export function useInboxKeys(keys: InboxKeys): void {
  const now = useRef(keys);
  now.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (isElsewhere(event)) return;
      if (!press(event.key, now.current)) return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

function isElsewhere(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return true;
  if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return true;
  const at = event.target instanceof Element ? event.target.closest(TYPING) : null;
  return at !== null;
}

const TYPING = 'input:not([type="checkbox"]), textarea, select, [role="menu"], [contenteditable]';

function press(key: string, { order, active, choose, help }: InboxKeys): boolean {
  const at = active === undefined ? -1 : order.indexOf(active);
  switch (key) {
    case 'j':
      return move(order[Math.min(order.length - 1, at + 1)], choose);
    case 'k':
      return move(order[Math.max(0, at - 1)], choose);
    case 'Enter':
      // A link or button that has the focus does its own.
      if (document.activeElement?.matches('a, button, input') === true) return false;
      return move(active, choose);
    case 'a':
      return act(active, 'a', (button) => button.click());
    case 'd':
      return act(active, 'd', (field) => field.focus());
    case 'e':
      return endorse(active);
    case '?':
      help();
      return true;
    default:
      return false;
  }
}

function move(id: string | undefined, choose: (id: string) => void): boolean {
  if (id === undefined) return false;
  choose(id);
  document.querySelector<HTMLElement>(`[data-approval-link="${CSS.escape(id)}"]`)?.focus();
  return true;
}

function controls(active: string | undefined, key: string): HTMLElement[] {
  const card = document.querySelector(`[data-approval="${CSS.escape(active ?? '')}"]`);
  return [...(card?.querySelectorAll<HTMLElement>(`[data-key="${key}"]`) ?? [])];
}

function act(active: string | undefined, key: string, use: (control: HTMLElement) => void): boolean {
  const [control] = controls(active, key);
  if (control === undefined) return false;
  use(control);
  return true;
}

/** One value is ticked at once; of several the next one gets the focus, and Space ticks it. */
function endorse(active: string | undefined): boolean {
  const boxes = controls(active, 'e');
  const [only] = boxes;
  if (only === undefined) return false;
  if (boxes.length === 1) only.click();
  const at = boxes.indexOf(document.activeElement as HTMLElement);
  boxes[(at + 1) % boxes.length]?.focus();
  return true;
}
