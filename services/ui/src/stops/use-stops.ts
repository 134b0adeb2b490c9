import type { Stop } from '@bakerst/shared/guard';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { stopsQuery } from '../api/guard-queries.ts';
import { request } from '../api/request.ts';

export interface NewStop {
  readonly scope: Stop['scope'];
  readonly target: string;
  readonly reason?: string;
}

/** What is stopped now; empty until it is known. */
export function useStops(): readonly Stop[] {
  return useQuery(stopsQuery).data?.items ?? [];
}

/** Stops tools: a conversation's by its owner, everything else by an administrator. */
export function useMakeStop(onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (json: NewStop) => request<Stop>('stops', { method: 'POST', json }),
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries({ queryKey: stopsQuery.queryKey }),
  });
}

export function useLift() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (stop: Stop) => request(`stops/${stop.id}`, { method: 'DELETE' }),
    onSettled: () => client.invalidateQueries({ queryKey: stopsQuery.queryKey }),
  });
}

/** What a stop holds back, in words. */
export function stopSentence({ scope, target }: Pick<Stop, 'scope' | 'target'>): string {
  switch (scope) {
    case 'everything':
      return 'All tools are stopped.';
    case 'conversation':
      return 'The tools of this conversation are stopped.';
    case 'tool':
      return `The tool ${target} is stopped.`;
    case 'server':
      return `The tools of ${target} are stopped.`;
    default:
      return scope satisfies never;
  }
}
