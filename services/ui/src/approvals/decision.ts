import type { ApprovalDetail, DecideApprovalRequest } from '@bakerst/shared/api/guard';
import type { ApprovalCard } from '@bakerst/shared/guard';

/** What a person has filled in on one card, before it is decided. */
export interface DecisionDraft {
  readonly endorsed: readonly string[];
  /** Days the endorsed values are remembered; 0 for this request alone. */
  readonly days: number;
  readonly reason: string;
  readonly typed: string;
  readonly token: string;
}

export const EMPTY_DECISION: DecisionDraft = { endorsed: [], days: 0, reason: '', typed: '', token: '' };

/**
 * Which of the ticked values may count for longer than this request. Never for money, programs and this system, nor
 * where a second person or a fresh proof is asked each time: the server refuses it, so it is not offered.
 */
export function rememberable(card: ApprovalCard, { endorsed }: DecisionDraft): readonly string[] {
  if (card.effect === 'money' || card.effect === 'exec' || card.effect === 'admin') return [];
  if (card.fourEyes === true || card.stepUp === true) return [];
  return card.values
    .filter(({ name, slot }) => slot !== undefined && endorsed.includes(name))
    .map(({ name }) => name);
}

/** A decision, and all that it names. */
export interface Decided {
  readonly detail: ApprovalDetail;
  readonly card: ApprovalCard;
  readonly decision: DecideApprovalRequest['decision'];
}

/** The request for a decision of exactly what `detail` showed. A denial carries the reason, an approval the rest. */
export function decisionRequest(
  { detail, card, decision }: Decided,
  draft: DecisionDraft,
): DecideApprovalRequest {
  const { digest, nonce } = detail;
  if (decision === 'denied') {
    const reason = draft.reason.trim();
    return { decision, digest, nonce, ...(reason === '' ? {} : { reason }) };
  }
  const endorse = [...draft.endorsed];
  const names = [...rememberable(card, draft)];
  const token = draft.token.trim();
  return {
    decision,
    digest,
    nonce,
    ...(endorse.length === 0 ? {} : { endorse }),
    ...(names.length > 0 && draft.days > 0 ? { remember: { names, days: draft.days } } : {}),
    ...(detail.typing ? { typed: draft.typed } : {}),
    ...(token === '' ? {} : { proof: { token } }),
  };
}

/** Why it cannot be approved yet, in words; absent where it can. */
export function missingFor(detail: ApprovalDetail, draft: DecisionDraft): string | undefined {
  return detail.typing && draft.typed.trim() === '' ? 'Type the destination first.' : undefined;
}
