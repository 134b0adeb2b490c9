import type { ResultPolicy } from '@bakerst/shared/policy';
import type { HeardText } from '../facts/heard-text.ts';
import type { CompiledTool } from '../policy/compile-policy.ts';
import { findValue, typeOfValue } from '../words/find-value.ts';
import { isAbsence, leavesOf } from './argument-leaves.ts';
import type { Evidence, Slotted } from './prove-value.ts';
import { wasPutThere } from './put-there.ts';
import { sameValue } from './same-value.ts';

/** A value of a field that the operator declared authoritative for this slot, in a result of this conversation. */
export function authoritativeOrigin(evidence: Evidence, { leaf, slot }: Slotted): string | undefined {
  const { facts } = evidence;
  for (const heard of facts.heard) {
    const tool = acceptedTool(evidence, heard);
    const fields = fieldsFor(tool?.policy.results, slot);
    if (fields.length === 0 || !heard.data || !wasAskedForByPerson(evidence, heard)) continue;
    const data = heard.data();
    const field = fields.find((path) =>
      valuesAt(data, path.split('.')).some((value) => sameValue(value, leaf.value)),
    );
    if (field !== undefined && !wasPutThere(facts, heard, leaf.value))
      return `${field} in ${heard.source}, which the policy declares authoritative`;
  }
  return undefined;
}

/** The tool as the policy accepts it: a server of that name, or another definition, gives nothing. */
function acceptedTool({ tools }: Evidence, { tool, server, pin }: HeardText): CompiledTool | undefined {
  const known = tools.get(tool ?? '');
  if (!known || known.server !== server) return undefined;
  return pin !== undefined && pin === known.policy.pin ? known : undefined;
}

/** Whoever chose the arguments chose among what is true: `get_account {of: mallory}`. */
function wasAskedForByPerson({ facts }: Evidence, { call }: HeardText): boolean {
  const past = facts.calls.find(({ decided }) => decided.call === call);
  if (!past) return false;
  const { decided, approval } = past;
  if (decided.label.integrity === 'trusted' || approval?.decision === 'approved') return true;
  return leavesOf(decided.arguments ?? {}).every(
    (leaf) =>
      isAbsence(leaf) ||
      facts.words.some(({ text }) => findValue(text, leaf.value, typeOfValue(leaf.value)).length > 0),
  );
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
