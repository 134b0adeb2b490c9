import type { TurnPage, TurnWithSteps } from '@bakerst/shared/api/conversations';
import type { MessagePart } from '@bakerst/shared/content';
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { query, request } from '../api/request.ts';

/** A turn of the thread; `echo` is what was just sent, until the recorded message arrives. */
export interface ThreadTurn extends TurnWithSteps {
  readonly echo?: readonly MessagePart[];
}

/** The newest turns of a conversation, oldest first; `before` is where older ones begin. */
export interface Thread {
  readonly turns: readonly ThreadTurn[];
  readonly before?: number;
}

const PAGE = 30;

export function threadQuery(client: QueryClient, conversation: string) {
  return queryOptions({
    queryKey: ['thread', conversation],
    // Identity is kept by `merge`; comparing a thousand turns deeply would cost more than drawing them.
    structuralSharing: false,
    queryFn: async ({ signal }): Promise<Thread> => {
      const page = await fetchTurns(conversation, undefined, signal);
      return joinNewest(client.getQueryData<Thread>(['thread', conversation]), page);
    },
  });
}

export async function loadOlder(client: QueryClient, conversation: string, before: number): Promise<void> {
  const page = await fetchTurns(conversation, before);
  client.setQueryData<Thread>(['thread', conversation], (thread) => thread && joinOlder(thread, page));
}

function fetchTurns(conversation: string, before?: number, signal?: AbortSignal): Promise<TurnPage> {
  const path = `conversations/${conversation}/turns${query({ limit: PAGE, before })}`;
  return request<TurnPage>(path, signal === undefined ? {} : { signal });
}

/** The newest page over what is there. Where turns lie in between that were never read, the old ones are let go. */
export function joinNewest(thread: Thread | undefined, page: TurnPage): Thread {
  const fresh = [...page.items].reverse();
  const first = fresh[0];
  const known = thread?.turns ?? [];
  const reaches = first === undefined || (known.at(-1)?.position ?? -1) >= first.position - 1;
  if (thread === undefined || !reaches || page.next === undefined) {
    return withBefore({ turns: merge(page.next === undefined ? known : [], fresh) }, page.next);
  }
  return { ...thread, turns: merge(known, fresh) };
}

export function joinOlder(thread: Thread, page: TurnPage): Thread {
  return withBefore({ turns: merge(thread.turns, page.items) }, page.next);
}

export function putTurn(thread: Thread | undefined, turn: ThreadTurn): Thread {
  return thread === undefined ? { turns: [turn] } : { ...thread, turns: merge(thread.turns, [turn]) };
}

function withBefore(thread: Thread, before: number | undefined): Thread {
  return before === undefined ? { turns: thread.turns } : { turns: thread.turns, before };
}

/** Of the same turn the one that knows more wins; an equal one keeps its identity, so that it is not drawn anew. */
function merge(known: readonly ThreadTurn[], fresh: readonly ThreadTurn[]): ThreadTurn[] {
  const byId = new Map(known.map((turn) => [turn.id, turn]));
  for (const turn of fresh) {
    const old = byId.get(turn.id);
    if (old === undefined || turn.steps.length > old.steps.length || turn.status !== old.status) {
      const steps = old !== undefined && old.steps.length > turn.steps.length ? old.steps : turn.steps;
      byId.set(turn.id, { ...turn, steps, ...(old?.echo === undefined ? {} : { echo: old.echo }) });
    }
  }
  return [...byId.values()].sort((a, b) => a.position - b.position);
}
