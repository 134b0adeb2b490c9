import type { JudgedValue } from '@bakerst/shared/guard';
import type { ToolPolicy } from '@bakerst/shared/policy';
import { isRead } from '../effect-kinds.ts';
import { argumentPolicy, slotOf } from '../policy/compile-policy.ts';
import { leavesOf } from './argument-leaves.ts';
import { metIn } from './origins.ts';
import { comparedAs, type Evidence, type Proof, proveValue, type Slotted } from './prove-value.ts';
import { sameValue } from './same-value.ts';

/** A leaf with its proof, where it has one. */
export interface Judged extends Slotted {
  readonly proof?: Proof;
}

/** Judges every leaf of a call, in order; a span of the person's words that served one slot serves no other. */
export function judgeValues(evidence: Evidence, tool: ToolPolicy | undefined): readonly Judged[] {
  const taken = new Map<string, string>();
  return leavesOf(evidence.call.arguments).map((leaf) => {
    const spec = argumentPolicy(tool, leaf.argument);
    const slotted: Slotted = { leaf, spec, slot: slotOf(spec, leaf.argument), type: comparedAs(spec, leaf) };
    if (servedAnotherSlot(evidence, slotted)) return slotted;
    const proof = proveValue(evidence, slotted, taken);
    // What is said may repeat what decides.
    if (proof?.span !== undefined && spec.role === 'control') taken.set(proof.span, slotted.slot);
    return proof ? { ...slotted, proof } : slotted;
  });
}

/** Declared control arguments that the call leaves out though the policy gives no safe default. */
export function missingArguments({ call }: Evidence, tool: ToolPolicy | undefined): readonly string[] {
  return Object.entries(tool?.arguments ?? {}).flatMap(([name, spec]) =>
    spec.role === 'control' && spec.default === undefined && !Object.hasOwn(call.arguments, name)
      ? [name]
      : [],
  );
}

/** Arguments of the call that the policy says nothing of. */
export function undeclaredArguments({ call }: Evidence, tool: ToolPolicy | undefined): readonly string[] {
  return Object.keys(call.arguments).filter((name) => !Object.hasOwn(tool?.arguments ?? {}, name));
}

/** A value that stood as the sender in one call of the request is not the recipient of the next. */
function servedAnotherSlot({ facts, tools }: Evidence, { leaf, slot, spec, type }: Slotted): boolean {
  if (spec.role === 'content' || (type !== 'email' && type !== 'iban' && type !== 'url')) return false;
  return facts.calls.some(({ decided, isOfRequest, ended }) => {
    if (!isOfRequest || ended?.outcome !== 'ok' || isRead(decided.effect)) return false;
    const policy = tools.get(decided.tool)?.policy;
    return leavesOf(decided.arguments ?? {}).some((former) => {
      const formerSpec = argumentPolicy(policy, former.argument);
      if (formerSpec.role === 'content' || slotOf(formerSpec, former.argument) === slot) return false;
      return sameValue(former.value, leaf.value);
    });
  });
}

/** A judged leaf in the words of the card. */
export function shownValue(evidence: Evidence, judged: Judged, endorsable: boolean): JudgedValue {
  const { leaf, spec, slot, proof } = judged;
  const text = typeof leaf.value === 'string' ? leaf.value : JSON.stringify(leaf.value);
  const isOpen = spec.role === 'control' && proof === undefined;
  return {
    name: leaf.path,
    value: text,
    origin: proof?.origin ?? metIn(evidence.facts, text),
    role: spec.role,
    slot,
    proven: proof !== undefined,
    ...(isOpen && {
      endorsable: endorsable && typeof leaf.value !== 'boolean' && typeof leaf.value !== 'object',
    }),
  };
}
