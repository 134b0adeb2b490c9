import type { GuardContext, ProposedCall } from '@bakerst/shared/guard';
import type { ArgumentPolicy, Policy, ValueType } from '@bakerst/shared/policy';
import type { Facts } from '../facts/read-facts.ts';
import type { RequestPlan } from '../plan/request-plan.ts';
import type { CompiledTool } from '../policy/compile-policy.ts';
import { findValue, type Occurrence, typeOfValue } from '../words/find-value.ts';
import { allowedUrlOrigin } from './allowed-urls.ts';
import type { Leaf } from './argument-leaves.ts';
import { isAbsence } from './argument-leaves.ts';
import { authoritativeOrigin } from './authoritative.ts';
import { endorsedOrigin } from './endorsed.ts';
import { followsOrigin } from './follows.ts';
import { wordsOrigin } from './origins.ts';
import { referentOrigin } from './referent-origin.ts';
import { asNumber, sameValue } from './same-value.ts';
import { plannedOccurrences, wordsOccurrences } from './words-occurrences.ts';

/** Everything a value may be proven from. */
export interface Evidence {
  readonly context: GuardContext;
  readonly facts: Facts;
  readonly plan: RequestPlan;
  readonly policy: Policy;
  readonly tools: ReadonlyMap<string, CompiledTool>;
  readonly call: ProposedCall;
  /** Words that a person repeated after a stranger count too: enough for reads and what stays in the house. */
  readonly echoesCount: boolean;
}

/** A leaf with what the policy says of its argument. */
export interface Slotted {
  readonly leaf: Leaf;
  readonly spec: ArgumentPolicy;
  readonly slot: string;
  readonly type: ValueType;
}

/** What vouches for a value. `only`: a handle that is all a search found; `title`: one found under the very words. */
export type ProofKind =
  | 'safe'
  | 'operator'
  | 'listed'
  | 'endorsed'
  | 'authoritative'
  | 'words'
  | 'title'
  | 'only'
  | 'follows';

/** Positive provenance: where a value came from, and the words it used up. */
export interface Proof {
  readonly origin: string;
  readonly by: ProofKind;
  /** For `words`: where they stand. */
  readonly place?: Occurrence;
  /** Names a span of the person's words; one span serves one slot. */
  readonly span?: string;
}

/**
 * Why a value may stand in its slot, from the strongest source to the weakest; undefined where nothing vouches for it.
 * `taken` holds spans that serve another slot already. That a value was seen nowhere suspicious proves nothing.
 */
export function proveValue(
  evidence: Evidence,
  slotted: Slotted,
  taken: ReadonlyMap<string, string>,
): Proof | undefined {
  const { leaf, spec, slot } = slotted;
  const { policy, facts, context, call } = evidence;
  if (isAboveMost(spec, leaf)) return undefined;
  if (isDeclaredSafe(spec, leaf)) return { origin: 'a value the policy declares safe', by: 'safe' };
  if (leaf.value === '' || typeof leaf.value === 'object' || typeof leaf.value === 'boolean')
    return undefined;
  const constant = policy.constants.find(
    (one) => one.slots.includes(slot) && sameValue(one.value, leaf.value),
  );
  return (
    proof('operator', constant && `the operator's policy${constant.note ? ` (${constant.note})` : ''}`) ??
    proof('listed', allowedUrlOrigin(evidence, slotted)) ??
    proof('endorsed', endorsedOrigin({ facts, context, call }, slotted)) ??
    proof('authoritative', authoritativeOrigin(evidence, slotted)) ??
    fromWords(evidence, slotted, taken) ??
    referentProof(evidence, slotted, taken) ??
    proof('follows', followsOrigin(evidence, slotted))
  );
}

function proof(by: ProofKind, origin: string | undefined): Proof | undefined {
  return origin === undefined ? undefined : { origin, by };
}

function referentProof(
  evidence: Evidence,
  slotted: Slotted,
  taken: ReadonlyMap<string, string>,
): Proof | undefined {
  const found = referentOrigin(evidence, slotted, (place) => isFree(place, slotted, taken));
  if (!found) return undefined;
  return { origin: found.origin, by: found.match === 'title' ? 'title' : 'only', span: spanOf(found.place) };
}

function spanOf(place: Occurrence): string {
  return `${place.words.message}:${place.start}`;
}

function isFree(place: Occurrence, { slot }: Slotted, taken: ReadonlyMap<string, string>): boolean {
  const serves = taken.get(spanOf(place));
  return serves === undefined || serves === slot;
}

/** What cannot be read as a number may be any. */
function isAboveMost({ max }: ArgumentPolicy, leaf: Leaf): boolean {
  return max !== undefined && !isAbsence(leaf) && !(asNumber(leaf.value) <= max);
}

/** Whether the policy lets anybody choose this value. */
export function isDeclaredSafe({ default: fallback, safe, keys }: ArgumentPolicy, leaf: Leaf): boolean {
  const { value } = leaf;
  // A value that may stand anywhere is no name that may: `{read: ...}`.
  if (leaf.isKey) return keys?.some((key) => key === value) ?? false;
  if (safe?.some((one) => one === value)) return true;
  if (fallback === undefined) return false;
  return isAbsence(leaf) || JSON.stringify(fallback) === JSON.stringify(value);
}

function fromWords(
  evidence: Evidence,
  slotted: Slotted,
  taken: ReadonlyMap<string, string>,
): Proof | undefined {
  const places = [...plannedOccurrences(evidence, slotted), ...wordsOccurrences(evidence, slotted)];
  for (const place of places) {
    if (isFree(place, slotted, taken))
      return { origin: wordsOrigin(place), by: 'words', span: spanOf(place), place };
  }
  return undefined;
}

/** The spec's type, else the look of the value. A declared handle is found by lookups alone. */
export function comparedAs(spec: ArgumentPolicy, leaf: Leaf): ValueType {
  // What an argument's values are says nothing of the names in it.
  if (leaf.isKey) return typeOfValue(leaf.value);
  return (
    spec.type ??
    (spec.refers !== undefined && typeOfValue(leaf.value) !== 'email' ? 'handle' : typeOfValue(leaf.value))
  );
}

/** For whole arguments: whether a value stands in the person's words at all, in whatever sentence. */
export function standsInWords({ facts }: Evidence, { leaf, type }: Slotted): boolean {
  return facts.words.some(({ text }) => findValue(text, leaf.value, type).length > 0);
}
