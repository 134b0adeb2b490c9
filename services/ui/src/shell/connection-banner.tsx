import { CloudOff } from 'lucide-react';
import { useContext, useEffect, useState } from 'react';
import { retryNow } from '../api/follow.ts';
import { Button } from '../parts/button.tsx';
import { useNow } from '../parts/time.tsx';
import { LinkContext } from './session.tsx';

/** Says that the server is away, what still works, and when it is tried again. A blink of the network stays unmentioned. */
export function ConnectionBanner() {
  const link = useContext(LinkContext);
  const lost = useLostFor(link.kind !== 'open', 1_500);
  const now = useNow(1_000);
  if (!lost) return null;
  const seconds = link.kind === 'waiting' ? Math.max(0, Math.ceil((link.retryAtMs - now) / 1_000)) : 0;
  return (
    <div className="banner" role="status">
      <CloudOff size={16} aria-hidden="true" />
      <p>
        <strong>No connection to the server.</strong> What you see may be old; nothing that was accepted is
        lost.
      </p>
      <Button tone="quiet" onClick={retryNow}>
        Try now
        {seconds > 0 ? (
          <span className="faint" aria-hidden="true">
            {' '}
            · {seconds} s
          </span>
        ) : null}
      </Button>
    </div>
  );
}

function useLostFor(lost: boolean, ms: number): boolean {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!lost) {
      setShown(false);
      return undefined;
    }
    const timer = window.setTimeout(() => setShown(true), ms);
    return () => window.clearTimeout(timer);
  }, [lost, ms]);
  return shown;
}
