import type { GuardContext, ProposedCall } from '@bakerst/shared/guard';
import { isApprovedOneByOne } from '../effect-kinds.ts';
import type { Facts } from '../facts/read-facts.ts';
import type { Slotted } from './prove-value.ts';
import { sameValue } from './same-value.ts';

interface Endorsements {
  readonly facts: Facts;
  readonly context: GuardContext;
  readonly call: ProposedCall;
}

/** A value that a person endorsed for this slot of this server: on a card of this request, or for longer. */
export function endorsedOrigin(
  { facts, context, call }: Endorsements,
  { leaf, slot }: Slotted,
): string | undefined {
  if (isApprovedOneByOne(call.effect)) return undefined;
  for (const { decided, approval, isOfRequest } of facts.calls) {
    if (!isOfRequest || decided.server !== call.server || approval?.decision !== 'approved') continue;
    if (decided.verdict.decision !== 'ask') continue;
    const names = new Set(approval.endorsed ?? []);
    const isIt = decided.verdict.card.values.some(
      (value) =>
        names.has(value.name) &&
        value.slot === slot &&
        value.endorsable === true &&
        sameValue(value.value, leaf.value),
    );
    if (isIt) return 'endorsed for this request';
  }
  const grant = context.request.grants.find(
    (one) =>
      one.principal === context.request.principal &&
      one.server === call.server &&
      one.slot === slot &&
      sameValue(one.value, leaf.value),
  );
  return grant && `endorsed until ${grant.expiresAt.slice(0, 10)}`;
}
