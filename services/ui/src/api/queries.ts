import type { Me, Person, Token } from '@bakerst/shared/api/auth';
import type { Approval, Conversation, ConversationPage, SearchPage } from '@bakerst/shared/api/conversations';
import type {
  EffectiveSettings,
  ModelList,
  RuntimeConfigVersion,
  Status,
  ToolList,
} from '@bakerst/shared/api/system';
import { infiniteQueryOptions, QueryClient, queryOptions } from '@tanstack/react-query';
import { ApiError, asApiError } from './api-error.ts';
import { query, request } from './request.ts';

/** What the console reads, each with its key. Lists are read again when the server hints that they changed. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => request<Me>('me', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
});

export const conversationsQuery = infiniteQueryOptions({
  queryKey: ['conversations'],
  queryFn: ({ pageParam, signal }) =>
    request<ConversationPage>(`conversations${query({ limit: 100, cursor: pageParam })}`, { signal }),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next,
});

export function conversationQuery(id: string) {
  return queryOptions({
    queryKey: ['conversation', id],
    queryFn: ({ signal }) => request<Conversation>(`conversations/${id}`, { signal }),
  });
}

export function searchQuery(text: string) {
  return queryOptions({
    queryKey: ['search', text],
    queryFn: ({ signal }) => request<SearchPage>(`search${query({ q: text, limit: 30 })}`, { signal }),
    enabled: text.length > 1,
    placeholderData: (previous) => previous,
  });
}

export const approvalsQuery = queryOptions({
  queryKey: ['approvals'],
  queryFn: ({ signal }) => request<{ items: Approval[] }>('approvals?status=open&limit=200', { signal }),
});

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }) => request<ModelList>('models', { signal }),
});

export const toolsQuery = queryOptions({
  queryKey: ['tools'],
  queryFn: ({ signal }) => request<ToolList>('tools', { signal }),
});

export const settingsQuery = queryOptions({
  queryKey: ['config'],
  queryFn: ({ signal }) => request<EffectiveSettings>('config', { signal }),
});

export const runtimeConfigQuery = queryOptions({
  queryKey: ['config', 'runtime'],
  queryFn: ({ signal }) => request<RuntimeConfigVersion>('config/runtime', { signal }),
});

export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: ({ signal }) => request<Status>('status', { signal }),
  refetchInterval: 15_000,
});

/** Own tokens, or those of another person. */
export function tokensQuery(person?: string) {
  return queryOptions({
    queryKey: ['tokens', person ?? 'own'],
    queryFn: ({ signal }) => request<{ items: Token[] }>(`tokens${query({ person })}`, { signal }),
  });
}

export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: ({ signal }) => request<{ items: Person[] }>('people', { signal }),
});

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // A server on this machine is reachable without any network.
        networkMode: 'always',
        staleTime: 30_000,
        refetchOnWindowFocus: false,
        retry: (failures, error) => failures < 3 && isTransient(error),
      },
      mutations: { networkMode: 'always' },
    },
  });
}

function isTransient(error: unknown): boolean {
  const { status } = asApiError(error);
  return error instanceof ApiError && (status === 0 || status >= 500 || status === 429);
}
