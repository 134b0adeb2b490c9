import type { ClaimedTurn, Lease } from '@bakerst/shared/store/turn-store';
import { intOf, textOf } from '../row.ts';
import { queries } from '../statements.ts';
import type { Writing } from '../writer/unit.ts';
import { requireLease } from './append-steps.ts';
import { TURN_QUERIES, toTurnRecord } from './turn-row.ts';

export const LEASE_QUERIES = queries({
  expire: `UPDATE turn SET status = 'queued', lease_owner = NULL, lease_until = NULL
    WHERE status = 'running' AND ended_at IS NULL AND lease_until <= ?`,
  take: `UPDATE turn SET status = 'running', lease_owner = ?, lease_until = ?, fence = fence + 1 WHERE id = ?`,
  renew: `UPDATE turn SET lease_until = ?
    WHERE public_id = ? AND status = 'running' AND lease_owner = ? AND fence = ?`,
  giveBack: "UPDATE turn SET status = 'queued', lease_owner = NULL, lease_until = NULL WHERE id = ?",
  freeOthers: `UPDATE turn SET status = 'queued', lease_owner = NULL, lease_until = NULL
    WHERE status = 'running' AND ended_at IS NULL
      AND lease_owner NOT IN (SELECT value FROM json_each(?))`,
});

/** Also takes over turns whose lease ran out: their former holder finds itself fenced. */
export function claimRunnable(
  writing: Writing,
  input: { readonly owner: string; readonly leaseMs: number; readonly limit: number },
): readonly ClaimedTurn[] {
  writing.db.run(LEASE_QUERIES.expire, [writing.now]);
  const rows = writing.db.all(TURN_QUERIES.runnable, [Math.max(0, Math.min(input.limit, 1_000))]);
  return rows.map((row) => {
    writing.db.run(LEASE_QUERIES.take, [input.owner, writing.now + input.leaseMs, intOf(row, 'id')]);
    return {
      record: { ...toTurnRecord(row), status: 'running' },
      lease: { turn: textOf(row, 'public_id'), owner: input.owner, fence: intOf(row, 'fence') + 1 },
    };
  });
}

export function renewLease(
  writing: Writing,
  input: { readonly lease: Lease; readonly leaseMs: number },
): boolean {
  const { turn, owner, fence } = input.lease;
  return writing.db.run(LEASE_QUERIES.renew, [writing.now + input.leaseMs, turn, owner, fence]) === 1;
}

export function releaseLease(writing: Writing, input: { readonly lease: Lease }): void {
  const turn = requireLease(writing, input.lease);
  writing.db.run(LEASE_QUERIES.giveBack, [intOf(turn, 'id')]);
}

export function releaseLeasesExcept(writing: Writing, input: { readonly owners: readonly string[] }): number {
  return writing.db.run(LEASE_QUERIES.freeOthers, [JSON.stringify(input.owners)]);
}
