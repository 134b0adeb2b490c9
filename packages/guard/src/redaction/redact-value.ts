import { secretUnder } from './keyword-secrets.ts';
import { markOf, WITHHELD } from './marks.ts';

type RedactText = (text: string) => { readonly text: string; readonly count: number };

const DEEPEST = 100;

/** Redacts every name and value of JSON. What cannot be JSON is withheld. */
export function redactLeaves(
  value: unknown,
  redact: RedactText,
): { readonly value: unknown; readonly count: number } {
  let count = 0;
  const text = (raw: string): string => {
    const redacted = redact(raw);
    count += redacted.count;
    return redacted.text;
  };
  const leaf = (raw: string, name: string): string => {
    const redacted = text(raw);
    const secret = redacted === raw ? secretUnder(name, raw) : undefined;
    if (secret === undefined) return redacted;
    count += 1;
    return markOf(secret);
  };
  const walk = (raw: unknown, name: string, depth: number): unknown => {
    if (depth > DEEPEST) return WITHHELD;
    if (typeof raw === 'string') return leaf(raw, name);
    if (typeof raw === 'number') {
      const written = String(raw);
      const redacted = text(written);
      return redacted === written ? raw : redacted;
    }
    if (raw === null || typeof raw === 'boolean' || raw === undefined) return raw;
    if (Array.isArray(raw)) return raw.map((item) => walk(item, name, depth + 1));
    if (typeof raw !== 'object') return WITHHELD;
    return redactMembers(raw, text, (item, key) => walk(item, key, depth + 1));
  };
  return { value: walk(value, '', 0), count };
}

function redactMembers(
  raw: object,
  text: (name: string) => string,
  walk: (item: unknown, name: string) => unknown,
): Readonly<Record<string, unknown>> {
  const members = new Map<string, unknown>();
  // How often each name came already: counting anew for each would take ever longer.
  const times = new Map<string, number>();
  for (const [key, item] of Object.entries(raw)) {
    const name = text(key);
    let unique = name;
    let nth = times.get(name) ?? 1;
    // Two names may become one mark; neither value may get lost.
    while (members.has(unique)) unique = `${name} (${++nth})`;
    times.set(name, nth);
    members.set(unique, walk(item, key));
  }
  return Object.fromEntries(members);
}
