import type { Approval } from '@bakerst/shared/api/conversations';
import type {
  ApprovalDetail,
  CallExplanation,
  GrantList,
  PolicyHistory,
  PolicyView,
  ServerReview,
  StopList,
} from '@bakerst/shared/api/guard';
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { query, request } from './request.ts';

/**
 * One approval as it is shown now. Its nonce is of this showing: it is fetched when the card comes into view and never
 * taken from a showing before.
 */
export function approvalQuery(id: string) {
  return queryOptions({
    queryKey: ['approval', id],
    queryFn: ({ signal }) => request<ApprovalDetail>(`approvals/${id}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

export type ApprovalStatus = Approval['status'];

/** What waited once, newest first; `all` includes what is open. */
export function approvalHistoryQuery(status: ApprovalStatus | 'all') {
  return queryOptions({
    queryKey: ['approvals', 'history', status],
    queryFn: ({ signal }) =>
      request<{ items: Approval[] }>(
        `approvals${query({ status: status === 'all' ? undefined : status, limit: 200 })}`,
        { signal },
      ),
  });
}

export const grantsQuery = queryOptions({
  queryKey: ['grants'],
  queryFn: ({ signal }) => request<z.infer<typeof GrantList>>('grants', { signal }),
});

export const stopsQuery = queryOptions({
  queryKey: ['stops'],
  queryFn: ({ signal }) => request<z.infer<typeof StopList>>('stops', { signal }),
});

export const policyQuery = queryOptions({
  queryKey: ['policy'],
  queryFn: ({ signal }) => request<PolicyView>('policy', { signal }),
});

export const policyHistoryQuery = queryOptions({
  queryKey: ['policy', 'history'],
  queryFn: ({ signal }) => request<z.infer<typeof PolicyHistory>>('policy/history', { signal }),
});

/** What the tools of one server are, and which of them a person has accepted. */
export function reviewQuery(server: string) {
  return queryOptions({
    queryKey: ['review', server],
    queryFn: ({ signal }) =>
      request<ServerReview>(`mcp-servers/${encodeURIComponent(server)}/review`, { signal }),
  });
}

/** Why a call was allowed, asked or denied. It never changes. */
export function explanationQuery(call: string, turn: string) {
  return queryOptions({
    queryKey: ['explanation', turn, call],
    queryFn: ({ signal }) =>
      request<CallExplanation>(`calls/${encodeURIComponent(call)}/explanation${query({ turn })}`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}
