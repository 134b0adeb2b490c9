import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { IconButton } from './button.tsx';

export interface DialogProps {
  readonly title: string;
  readonly open: boolean;
  readonly onClose: () => void;
  /** `sheet` comes from the side, for reading beside the page. */
  readonly shape?: 'box' | 'sheet' | 'palette';
  readonly children: ReactNode;
}

/** The browser's own dialog: focus trap, Escape, top layer and focus return come with it. */
export function Dialog({ title, open, onClose, shape = 'box', children }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null || !open) return undefined;
    const opener = document.activeElement;
    if (!dialog.open) dialog.showModal();
    return () => {
      dialog.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, [open]);
  useEscape(open, onClose);
  if (!open) return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it; the click is for the backdrop only
    <dialog
      ref={ref}
      className={`dialog dialog-${shape}`}
      aria-labelledby={heading}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      <div className="dialog-body">
        <header className={shape === 'palette' ? 'sr-only' : 'dialog-head'}>
          <h2 id={heading}>{title}</h2>
          {shape === 'palette' ? null : (
            <IconButton label="Close" icon={<X size={18} />} onClick={onClose} />
          )}
        </header>
        {children}
      </div>
    </dialog>
  );
}

/** First in line for Escape: a tip that is still shown for the opening button would take it. */
function useEscape(open: boolean, onClose: () => void): void {
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    if (!open) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.isComposing) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      close.current();
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [open]);
}
