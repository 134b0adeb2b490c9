import type { Span } from './spans.ts';

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const RELATIVE =
  /(?<![\p{L}\p{N}])(?:(today|tonight|tomorrow)|(?:(next|this|on)\s)?(sunday|monday|tuesday|wednesday|thursday|friday|saturday))(?![\p{L}\p{N}])/giu;
const DAY_MS = 86_400_000;

/** Days named from where the speaker stands: today, tomorrow, Monday (the next one; not today). UTC. */
export function relativeDates(text: string, saidAt: string): readonly Span[] {
  const today = Date.parse(`${saidAt.slice(0, 10)}T00:00:00Z`);
  if (!Number.isFinite(today)) return [];
  return [...text.matchAll(RELATIVE)].map((match) => {
    const [whole, near, , weekday] = match;
    const value = isoDay(today + daysAhead(today, near?.toLowerCase(), weekday?.toLowerCase()) * DAY_MS);
    return { type: 'date', value, start: match.index, end: match.index + whole.length };
  });
}

function daysAhead(today: number, near: string | undefined, weekday: string | undefined): number {
  if (near !== undefined) return near === 'tomorrow' ? 1 : 0;
  const wanted = WEEKDAYS.indexOf(weekday ?? '');
  return (wanted - new Date(today).getUTCDay() + 7) % 7 || 7;
}

function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
