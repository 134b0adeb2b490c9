import type { Judged } from '../provenance/judge-values.ts';
import { type Judgement, NOTHING, type Rule, says } from './judgement.ts';

const TOO_MUCH: ReadonlySet<string> = new Set(['money', 'exec']);

/** Money and code for a thing that the monitor could not find: after the approval it could be another one. */
export const UNRESOLVED_RULE: Rule = {
  name: 'unresolved',
  judge: (judgement) => {
    const { call, values } = judgement;
    const open = TOO_MUCH.has(call.effect) ? values.find((one) => isUnknown(judgement, one)) : undefined;
    if (!open) return NOTHING;
    return says('deny', 'unresolved', {
      message: `What ${open.leaf.path} of ${call.tool} stands for could not be looked up, so nobody could say what is approved.`,
      remedy: 'Name it in your message as its source names it.',
    });
  },
};

function isUnknown({ call }: Judgement, { leaf, spec, proof }: Judged): boolean {
  const isHandle =
    spec.refers !== undefined &&
    !leaf.isKey &&
    (typeof leaf.value === 'string' || typeof leaf.value === 'number');
  if (!isHandle || proof) return false;
  const found = call.referents?.find((one) => one.argument === leaf.path && one.value === String(leaf.value));
  return found?.version === undefined;
}
