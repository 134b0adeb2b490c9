import { readDateArgument } from '../words/read-dates.ts';
import type { Evidence, Slotted } from './prove-value.ts';

/** An end that follows from its beginning: after it, and no longer than the policy says. */
export function followsOrigin({ call }: Evidence, { leaf, spec }: Slotted): string | undefined {
  if (!spec.follows || typeof leaf.value !== 'string') return undefined;
  const begin = minutesOf(call.arguments[spec.follows.argument]);
  const end = minutesOf(leaf.value);
  if (begin === undefined || end === undefined) return undefined;
  const lasts = end - begin;
  return lasts > 0 && lasts <= spec.follows.withinMinutes
    ? `follows from ${spec.follows.argument}`
    : undefined;
}

function minutesOf(value: unknown): number | undefined {
  const read = typeof value === 'string' ? readDateArgument(value) : undefined;
  return read && Date.parse(`${read.day}T${read.time ?? '00:00'}:00Z`) / 60_000;
}
