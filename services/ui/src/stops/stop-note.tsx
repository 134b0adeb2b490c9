import type { Stop } from '@bakerst/shared/guard';
import { OctagonX } from 'lucide-react';
import { Button } from '../parts/button.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Time } from '../parts/time.tsx';
import { useMay, useMe } from '../shell/session.tsx';
import { revealHidden } from '../text/reveal-hidden.ts';
import { stopSentence, useLift } from './use-stops.ts';

/** One stop: what it holds back, who made it, when and why, and the way out. */
export function StopNote({ stop }: { readonly stop: Stop }) {
  const admin = useMay('admin');
  const me = useMe().principal;
  const lift = useLift();
  const may = admin || stop.scope === 'conversation';
  return (
    <>
      <div className="banner stop-banner">
        <OctagonX size={16} aria-hidden="true" />
        <p>
          <strong>{revealHidden(stopSentence(stop))}</strong> By {stop.by === me.id ? 'you' : stop.by},{' '}
          <Time at={stop.at} />
          {stop.reason === undefined ? '.' : `: ${revealHidden(stop.reason)}`}
        </p>
        {may ? (
          <Button
            tone="quiet"
            busy={lift.isPending}
            aria-label={`Lift: ${stopSentence(stop)}`}
            onClick={() => lift.mutate(stop)}
          >
            Lift
          </Button>
        ) : null}
      </div>
      {lift.error ? <ProblemNote error={lift.error} /> : null}
    </>
  );
}
