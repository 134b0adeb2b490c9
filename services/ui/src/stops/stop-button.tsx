import type { Stop } from '@bakerst/shared/guard';
import { OctagonX } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '../parts/button.tsx';
import { useMay } from '../shell/session.tsx';
import { StopDialog } from './stop-dialog.tsx';
import { useStops } from './use-stops.ts';

export interface StopButtonProps {
  readonly scope: Extract<Stop['scope'], 'tool' | 'server'>;
  readonly target: string;
}

/** Stops one tool or one server for everybody; lifted where the stop is shown. */
export function StopButton({ scope, target }: StopButtonProps) {
  const may = useMay('admin');
  const stopped = useStops().some((stop) => stop.scope === scope && stop.target === target);
  const [asking, setAsking] = useState(false);
  if (!may) return null;
  return (
    <>
      <IconButton
        label={stopped ? `${target} is stopped` : `Stop ${target}`}
        disabled={stopped}
        icon={<OctagonX size={16} />}
        onClick={() => setAsking(true)}
      />
      {asking ? <StopDialog stop={{ scope, target }} onClose={() => setAsking(false)} /> : null}
    </>
  );
}
