/** Numbers with units and times as people say them. The clock is an argument. */
export function formatMoney(micros: number): string {
  if (micros === 0) return '$0';
  const usd = micros / 1_000_000;
  if (Math.abs(usd) >= 0.1) return `$${usd.toFixed(2)}`;
  return `$${usd
    .toFixed(Math.abs(usd) >= 0.001 ? 4 : 6)
    .replace(/0+$/, '')
    .replace(/\.$/, '')}`;
}

/** A model's price is per million tokens. */
export function formatPrice(micros: number): string {
  return `$${(micros / 1_000_000).toFixed(micros % 10_000 === 0 ? 2 : 4)}`;
}

export function formatDuration(ms: number): string {
  if (ms < 1) return '<1 ms';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.round((ms % 60_000) / 1_000)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(1)} GB`;
}

export function formatCount(count: number): string {
  if (count < 10_000) return count.toLocaleString('en');
  if (count < 1_000_000) return `${Math.round(count / 1_000)}k`;
  return `${(count / 1_000_000).toFixed(count % 1_000_000 === 0 ? 0 : 1)}M`;
}

export function plural(count: number, word: string): string {
  return `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;
}

/** "just now", "4 min ago", "yesterday"; in the other direction "in 12 min". */
export function formatRelative(iso: string, nowMs: number): string {
  const ms = nowMs - Date.parse(iso);
  if (Number.isNaN(ms)) return iso;
  const minutes = Math.round(Math.abs(ms) / 60_000);
  if (minutes < 1) return ms >= 0 ? 'just now' : 'in under a minute';
  const amount = minutes < 60 ? `${minutes} min` : minutes < 1_440 ? hours(minutes) : days(minutes);
  return ms >= 0 ? `${amount} ago` : `in ${amount}`;
}

function hours(minutes: number): string {
  return `${Math.round(minutes / 60)} h`;
}

function days(minutes: number): string {
  return plural(Math.round(minutes / 1_440), 'day');
}

export function formatExact(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : date.toLocaleString();
}

/** Headings of the conversation list. */
export function dayGroup(iso: string, nowMs: number): string {
  const age = startOfDay(nowMs) - startOfDay(Date.parse(iso));
  const dayCount = Math.round(age / 86_400_000);
  if (dayCount <= 0) return 'Today';
  if (dayCount === 1) return 'Yesterday';
  if (dayCount < 7) return 'Last 7 days';
  if (dayCount < 30) return 'Last 30 days';
  return new Date(iso).toLocaleDateString('en', { month: 'long', year: 'numeric' });
}

function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}
