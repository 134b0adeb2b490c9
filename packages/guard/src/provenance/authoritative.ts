import type { ResultPolicy } from '@bakerst/shared/policy';
import type { Evidence, Slotted } from './prove-value.ts';
import { wasPutThere } from './put-there.ts';
import { sameValue } from './same-value.ts';

/** A value of a field that the operator declared authoritative for this slot, in a result of this conversation. */
export function authoritativeOrigin({ facts, tools }: Evidence, { leaf, slot }: Slotted): string | undefined {
  for (const heard of facts.heard) {
    const fields = fieldsFor(tools.get(heard.tool ?? '')?.policy.results, slot);
    if (fields.length === 0 || !heard.data) continue;
    const data = heard.data();
    const field = fields.find((path) =>
      valuesAt(data, path.split('.')).some((value) => sameValue(value, leaf.value)),
    );
    if (field !== undefined && !wasPutThere(facts, heard, leaf.value))
      return `${field} in ${heard.source}, which the policy declares authoritative`;
  }
  return undefined;
}

function fieldsFor(results: ResultPolicy | undefined, slot: string): readonly string[] {
  return Object.entries(results?.authoritative ?? {}).flatMap(([path, slots]) =>
    slots.includes(slot) ? [path] : [],
  );
}

/** Values at a path; lists are walked. */
export function valuesAt(data: unknown, path: readonly string[]): readonly unknown[] {
  if (Array.isArray(data)) return data.flatMap((item) => valuesAt(item, path));
  const [key, ...rest] = path;
  if (key === undefined) return [data];
  if (typeof data !== 'object' || data === null || !Object.hasOwn(data, key)) return [];
  return valuesAt(Reflect.get(data, key), rest);
}
