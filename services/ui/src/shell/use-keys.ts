import { useEffect } from 'react';
import { useNavigate } from 'react-router';
import type { KeyLine } from '../parts/key-list.tsx';

export interface KeyActions {
  readonly toggleDrawer: () => void;
  readonly openPalette: () => void;
}

export const KEYS: readonly KeyLine[] = [
  ['Ctrl K', 'Go to a conversation or page'],
  ['Ctrl Shift O', 'New chat'],
  ['Ctrl B', 'Show or hide the sidebar'],
  ['Enter', 'Send'],
  ['Shift Enter', 'New line'],
  ['/', 'Commands, at the start of a message'],
  ['Esc', 'Close what is open'],
];

/** Keys of the whole console. On a Mac the command key does the same. */
export function useKeys({ toggleDrawer, openPalette }: KeyActions): void {
  const navigate = useNavigate();
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      const key = event.key.toLowerCase();
      const action = event.shiftKey
        ? { o: () => void navigate('/chat') }[key]
        : { k: openPalette, b: toggleDrawer }[key];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [navigate, toggleDrawer, openPalette]);
}
