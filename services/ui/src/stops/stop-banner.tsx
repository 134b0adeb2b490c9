import { StopNote } from './stop-note.tsx';
import { useStops } from './use-stops.ts';

/** On every page while anything is stopped for everybody; a conversation's own stop is shown in it. */
export function StopBanner() {
  const stops = useStops().filter(({ scope }) => scope !== 'conversation');
  return (
    <div role="status" aria-label="Stopped tools">
      {stops.map((stop) => (
        <StopNote key={stop.id} stop={stop} />
      ))}
    </div>
  );
}
