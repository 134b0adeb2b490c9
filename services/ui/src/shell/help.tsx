import { useEffect, useState } from 'react';
import { OPEN_HELP } from '../chat/use-chat-commands.ts';
import { Dialog } from '../parts/dialog.tsx';
import { KeyList } from '../parts/key-list.tsx';
import { KEYS } from './use-keys.ts';

export function Help() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const show = (): void => setOpen(true);
    window.addEventListener(OPEN_HELP, show);
    return () => window.removeEventListener(OPEN_HELP, show);
  }, []);
  return (
    <Dialog title="Keys and commands" open={open} onClose={() => setOpen(false)}>
      <KeyList keys={KEYS} />
      <p className="muted">
        In a message: /new, /model, /export, /stop, /help. Long pastes, code fences and lines that begin with
        &gt; go along as material, not as your words. The inbox of approvals has keys of its own: press ?
        there.
      </p>
    </Dialog>
  );
}
