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

/** Never for money, programs and this system: the contract refuses it, so it is not offered. */
export function mayRemember({ effect }: ApprovalCard): boolean {
  return effect !== 'money' && effect !== 'exec' && effect !== 'admin';
}

/** The request for a decision of exactly what `detail` showed. A denial carries the reason, an approval the rest. */
export function decisionRequest(
  detail: ApprovalDetail,
  decision: DecideApprovalRequest['decision'],
  draft: DecisionDraft,
): DecideApprovalRequest {
  const { digest, nonce } = detail;
  const proof = draft.token.trim() === '' ? {} : { proof: { token: draft.token.trim() } };
  if (decision === 'denied') {
    const reason = draft.reason.trim();
    return { decision, digest, nonce, ...(reason === '' ? {} : { reason }), ...proof };
  }
  const names = [...draft.endorsed];
  return {
    decision,
    digest,
    nonce,
    ...(names.length === 0 ? {} : { endorse: names }),
    ...(names.length > 0 && draft.days > 0 ? { remember: { names, days: draft.days } } : {}),
    ...(detail.typing ? { typed: draft.typed } : {}),
    ...proof,
  };
}

/** Why it cannot be approved yet, in words; absent where it can. */
export function missingFor(
  detail: ApprovalDetail,
  card: ApprovalCard,
  draft: DecisionDraft,
): string | undefined {
  if (detail.typing && draft.typed.trim() === '') return 'Type the destination first.';
  if (card.stepUp === true && draft.token.trim() === '') return 'Prove first that it is you.';
  return undefined;
}
