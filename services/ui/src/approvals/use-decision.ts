import type { DecideApprovalRequest } from '@bakerst/shared/api/guard';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { approvalQuery } from '../api/guard-queries.ts';
import { approvalsQuery } from '../api/queries.ts';
import { request } from '../api/request.ts';
import { type Decided, type DecisionDraft, decisionRequest, EMPTY_DECISION } from './decision.ts';
import { shownOf } from './shown-approval.ts';

/** One card being decided: what the server says of it now, what is filled in, and the decision itself. */
export function useDecision(id: string, may: boolean) {
  const client = useQueryClient();
  const detail = useQuery({ ...approvalQuery(id), enabled: may });
  const [draft, setDraft] = useState<DecisionDraft>(EMPTY_DECISION);
  const fill = useCallback(
    (change: Partial<DecisionDraft>) => setDraft((old) => ({ ...old, ...change })),
    [],
  );
  const decide = useMutation({
    mutationFn: (decided: Decided) =>
      request(`approvals/${id}/decision`, { method: 'POST', json: decisionRequest(decided, draft) }),
    onSuccess: () => fill({ token: '' }),
    // A refusal may be about the showing itself (nonce, typing, somebody was first): the card is shown anew.
    onError: () => void detail.refetch(),
    onSettled: () => client.invalidateQueries(approvalsQuery),
  });
  const { data } = detail;
  return {
    detail,
    draft,
    fill,
    error: decide.error,
    done: decide.isSuccess ? decide.variables.decision : undefined,
    busy: decide.isPending ? decide.variables.decision : undefined,
    decide: (decision: DecideApprovalRequest['decision']) => {
      const card = data === undefined ? undefined : shownOf(data)?.card;
      if (data === undefined || card === undefined || decide.isPending || decide.isSuccess) return;
      decide.mutate({ detail: data, card, decision });
    },
  };
}

export type Deciding = ReturnType<typeof useDecision>;
