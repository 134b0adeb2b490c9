import type { ChangeEvent } from '@bakerst/shared/events';
import type { QueryClient } from '@tanstack/react-query';
import { followEvents, type LinkState } from './follow.ts';
import { grantsQuery, policyQuery, stopsQuery } from './guard-queries.ts';
import {
  approvalsQuery,
  conversationsQuery,
  modelsQuery,
  runtimeConfigQuery,
  settingsQuery,
  statusQuery,
  toolsQuery,
} from './queries.ts';

export interface ChangeFollower {
  readonly client: QueryClient;
  /** A turn changed, here or in another tab. */
  readonly onTurn: (turn: string, conversation: string) => void;
  readonly onState: (state: LinkState) => void;
  readonly signal: AbortSignal;
}

/**
 * Follows the server's hints and reads again what they name. Hints may be lost, so everything is read again after each
 * new connection. A tab that nobody sees lets go of its connection: browsers allow six for all tabs together.
 */
export async function followChanges(follower: ChangeFollower): Promise<void> {
  while (!follower.signal.aborted) {
    await visible(follower.signal);
    const hidden = new AbortController();
    const stopWatching = onHiddenFor(HIDDEN_MS, () => hidden.abort());
    let first = true;
    await followEvents({
      path: () => 'events',
      onEvent: (event) => applyHint(follower, event.data),
      onState: (state) => {
        follower.onState(state);
        if (state.kind !== 'open') return;
        if (!first) void follower.client.invalidateQueries();
        first = false;
      },
      again: () => true,
      signal: AbortSignal.any([follower.signal, hidden.signal]),
    });
    stopWatching();
    if (!hidden.signal.aborted) return;
    await visible(follower.signal);
    void follower.client.invalidateQueries();
  }
}

const HIDDEN_MS = 30_000;

function applyHint({ client, onTurn }: ChangeFollower, data: string): void {
  const hint = JSON.parse(data) as ChangeEvent;
  const stale = (queryKey: readonly unknown[]): void => void client.invalidateQueries({ queryKey });
  switch (hint.what) {
    case 'conversation':
      stale(conversationsQuery.queryKey);
      stale(['conversation', hint.id]);
      return;
    case 'turn':
      if (hint.conversation !== undefined) onTurn(hint.id, hint.conversation);
      stale(conversationsQuery.queryKey);
      // What it waited for may have been withdrawn or have expired.
      if (client.getQueryData(approvalsQuery.queryKey)?.items.some((one) => one.turn === hint.id) === true)
        stale(approvalsQuery.queryKey);
      return;
    case 'approval':
      stale(approvalsQuery.queryKey);
      stale(['approval', hint.id]);
      stale(grantsQuery.queryKey);
      return;
    case 'config':
      stale(policyQuery.queryKey);
      stale(stopsQuery.queryKey);
      for (const { queryKey } of [settingsQuery, runtimeConfigQuery, modelsQuery, statusQuery])
        stale(queryKey);
      stale(['me']);
      return;
    case 'stop':
      stale(stopsQuery.queryKey);
      return;
    case 'tools':
      stale(toolsQuery.queryKey);
      stale(['review']);
      stale(policyQuery.queryKey);
      stale(stopsQuery.queryKey);
      stale(statusQuery.queryKey);
      return;
    default:
  }
}

function visible(signal: AbortSignal): Promise<void> {
  if (document.visibilityState === 'visible') return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      if (document.visibilityState !== 'visible' && !signal.aborted) return;
      document.removeEventListener('visibilitychange', done);
      resolve();
    };
    document.addEventListener('visibilitychange', done);
    signal.addEventListener('abort', done, { once: true });
  });
}

function onHiddenFor(ms: number, call: () => void): () => void {
  let timer = 0;
  const watch = (): void => {
    window.clearTimeout(timer);
    if (document.visibilityState === 'hidden') timer = window.setTimeout(call, ms);
  };
  document.addEventListener('visibilitychange', watch);
  return () => {
    window.clearTimeout(timer);
    document.removeEventListener('visibilitychange', watch);
  };
}
