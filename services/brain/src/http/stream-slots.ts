import { setMaxListeners } from 'node:events';
import { httpError } from './errors.ts';

/** Whose stream or waiting call it is: a credential's record has these. */
export interface SlotHolder {
  readonly id: string;
  readonly principal: string;
  readonly expiresAt?: string;
}

/** The right to hold one connection open. */
export interface StreamSlot {
  /** Aborted when its credential is revoked. */
  readonly revoked: AbortSignal;
  readonly holder: SlotHolder;
  leave(): void;
}

/** Keeps the connections that one principal holds open bounded, and ends them with their credential. */
export interface StreamSlots {
  /** @throws HttpError `too_many_streams` */
  enter(holder: SlotHolder): StreamSlot;
  /** Ends every stream of a credential that was revoked. */
  endAll(credential: string): void;
  open(): number;
}

export function createStreamSlots(limit: number): StreamSlots {
  const byPrincipal = new Map<string, Set<StreamSlot>>();
  const aborts = new Map<StreamSlot, AbortController>();
  return {
    enter(holder) {
      const held = byPrincipal.get(holder.principal) ?? new Set();
      if (held.size >= limit) throw tooMany(limit);
      const abort = new AbortController();
      setMaxListeners(0, abort.signal);
      const slot: StreamSlot = {
        revoked: abort.signal,
        holder,
        leave() {
          aborts.delete(slot);
          held.delete(slot);
          if (held.size === 0 && byPrincipal.get(holder.principal) === held)
            byPrincipal.delete(holder.principal);
        },
      };
      byPrincipal.set(holder.principal, held.add(slot));
      aborts.set(slot, abort);
      return slot;
    },
    endAll(credential) {
      for (const [slot, abort] of aborts) if (slot.holder.id === credential) abort.abort();
    },
    open: () => aborts.size,
  };
}

/** Runs `work` with the slot, and gives it back where it fails or its answer is no stream. */
export async function inSlot<A extends { readonly kind: string }>(
  slot: StreamSlot,
  work: () => Promise<A>,
): Promise<A> {
  let keep = false;
  try {
    const answer = await work();
    keep = answer.kind === 'events';
    return answer;
  } finally {
    if (!keep) slot.leave();
  }
}

function tooMany(limit: number): Error {
  return httpError({
    code: 'too_many_streams',
    message: `${limit} event streams and waiting calls are open already.`,
    remedy: 'Close some tabs or clients; streams end by themselves when their turn ends.',
    retryable: true,
  });
}
