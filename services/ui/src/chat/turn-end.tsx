import { Ban, CircleAlert } from 'lucide-react';
import { Button } from '../parts/button.tsx';
import { revealHidden } from '../text/reveal-hidden.ts';
import type { TurnView } from '../turn/turn-view.ts';

/** How a turn ended, where it did not end well. */
export function TurnEnd({ view, onRetry }: { readonly view: TurnView; readonly onRetry: () => void }) {
  if (view.status === 'cancelled') {
    return (
      <p className="activity">
        <Ban size={15} aria-hidden="true" /> Stopped
      </p>
    );
  }
  if (view.status !== 'failed') return null;
  const { message = 'The turn failed.', remedy } = view.error ?? {};
  return (
    <div className="note note-danger" role="alert">
      <CircleAlert size={17} aria-hidden="true" />
      <div className="note-text">
        <p className="note-title">{revealHidden(message)}</p>
        <p>{revealHidden(remedy ?? 'Send it again; if it keeps failing, look at the System page.')}</p>
      </div>
      <Button onClick={onRetry}>Retry</Button>
    </div>
  );
}
