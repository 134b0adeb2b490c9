import { Clock, Hourglass } from 'lucide-react';
import { useNow } from '../parts/time.tsx';
import { formatDuration } from '../text/format.ts';
import type { TurnView } from '../turn/turn-view.ts';

/** What it does now, where nothing else on the screen moves. */
export function Activity({ view }: { readonly view: TurnView }) {
  if (view.status === 'queued') {
    return (
      <p className="activity">
        <Clock size={15} aria-hidden="true" /> Waiting for its turn
      </p>
    );
  }
  if (view.status === 'parked') return <Parked view={view} />;
  if (view.status !== 'running' || view.items.some(isMoving)) return null;
  return <Working since={view.startedAt} />;
}

function Working({ since }: { readonly since: string | undefined }) {
  const now = useNow(1_000);
  const ms = since === undefined ? 0 : now - Date.parse(since);
  return (
    <p className="activity">
      <span className="pulse" aria-hidden="true" />
      <span className="shimmer">Working</span>
      {ms > 8_000 ? <span className="faint">{formatDuration(Math.floor(ms / 1_000) * 1_000)}</span> : null}
    </p>
  );
}

function Parked({ view }: { readonly view: TurnView }) {
  if (view.items.some((item) => item.kind === 'tool' && item.tool.state === 'waiting')) return null;
  return (
    <p className="activity">
      <Hourglass size={15} aria-hidden="true" /> {view.reason ?? 'Paused until it can go on'}
    </p>
  );
}

function isMoving(item: TurnView['items'][number]): boolean {
  if (item.kind === 'tool') return item.tool.state === 'running';
  return (item.kind === 'text' || item.kind === 'thinking') && item.running;
}
