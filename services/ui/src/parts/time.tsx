import { useEffect, useState } from 'react';
import { formatExact, formatRelative } from '../text/format.ts';

/** A time as people say it, the exact one on hover. */
export function Time({ at }: { readonly at: string }) {
  const now = useNow(30_000);
  return (
    <time dateTime={at} title={formatExact(at)}>
      {formatRelative(at, now)}
    </time>
  );
}

export function useNow(everyMs: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), everyMs);
    return () => window.clearInterval(timer);
  }, [everyMs]);
  return now;
}
