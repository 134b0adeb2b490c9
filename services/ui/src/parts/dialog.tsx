import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { LayerContext } from './layer.ts';

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
  const [layer, setLayer] = useState<HTMLElement | null>(null);
  const heading = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null || !open) return undefined;
    const opener = document.activeElement;
    setLayer(dialog);
    if (!dialog.open) dialog.showModal();
    // A sheet is for reading: the focus is on it, not on the first thing in it.
    if (shape === 'sheet') dialog.focus();
    return () => {
      dialog.close();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, [open, shape]);
  useEscape(open, onClose);
  if (!open) return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it; the click is for the backdrop only
    <dialog
      ref={ref}
      tabIndex={-1}
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
      <LayerContext value={layer}>
        <div className="dialog-body">
          <h2 id={heading} className={shape === 'palette' ? 'sr-only' : 'dialog-head'}>
            {title}
          </h2>
          {children}
          {/* Last, so that the first field has the focus; it is drawn in the corner. */}
          {shape === 'palette' ? null : (
            <button type="button" className="icon-button dialog-close" aria-label="Close" onClick={onClose}>
              <X size={18} />
            </button>
          )}
        </div>
      </LayerContext>
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
