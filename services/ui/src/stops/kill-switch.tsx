import { OctagonX } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../parts/button.tsx';
import { useMay } from '../shell/session.tsx';
import { StopDialog } from './stop-dialog.tsx';
import { StopNote } from './stop-note.tsx';
import { useStops } from './use-stops.ts';

/** The section of the System page: everything that is stopped, and the switch for all of it. */
export function KillSwitch() {
  const may = useMay('admin');
  const stops = useStops();
  const [asking, setAsking] = useState(false);
  const all = stops.some(({ scope }) => scope === 'everything');
  return (
    <div className="stack">
      {stops.length === 0 ? <p className="muted">Nothing is stopped.</p> : null}
      {stops
        .filter(({ scope }) => scope === 'conversation')
        .map((stop) => (
          <StopNote key={stop.id} stop={stop} />
        ))}
      {stops.some(({ scope }) => scope !== 'conversation') ? (
        <p className="muted">
          What is stopped for everybody stands at the top of every page, to be lifted there.
        </p>
      ) : null}
      {may && !all ? (
        <div>
          <Button tone="danger" onClick={() => setAsking(true)}>
            <OctagonX size={16} aria-hidden="true" /> Stop all tools
          </Button>
        </div>
      ) : null}
      {may ? null : <p className="faint">Stopping everything needs the scope “admin”.</p>}
      {asking ? (
        <StopDialog stop={{ scope: 'everything', target: '' }} onClose={() => setAsking(false)} />
      ) : null}
    </div>
  );
}
