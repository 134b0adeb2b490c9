import type { Hold, Settlement } from '@bakerst/shared/money';
import type { AppendOutcome } from '@bakerst/shared/store/turn-store';
import { misuse } from '../errors.ts';
import { intOf } from '../row.ts';
import { queries } from '../statements.ts';
import type { Writing } from '../writer/unit.ts';

export const BUDGET_QUERIES = queries({
  ensure: 'INSERT OR IGNORE INTO budget (key, spent_micros, reserved_micros, blocked) VALUES (?, 0, 0, 0)',
  read: 'SELECT id, spent_micros, reserved_micros, blocked FROM budget WHERE key = ?',
  reserve: 'UPDATE budget SET reserved_micros = reserved_micros + ?, blocked = 0 WHERE id = ?',
  insertHold: 'INSERT INTO hold (call, turn, micros) VALUES (?, ?, ?)',
  insertScope: 'INSERT INTO hold_scope (hold, budget, limit_micros) VALUES (?, ?, ?)',
  findHold: 'SELECT id, turn, micros FROM hold WHERE call = ?',
  settle: `UPDATE budget SET
      reserved_micros = reserved_micros - ?1, spent_micros = spent_micros + ?2,
      blocked = CASE WHEN ?2 > ?1 AND spent_micros + ?2 > s.limit_micros THEN 1 ELSE blocked END
    FROM (SELECT budget, limit_micros FROM hold_scope WHERE hold = ?3) AS s
    WHERE budget.id = s.budget`,
  removeHold: 'DELETE FROM hold WHERE id = ?',
  liveHold: 'SELECT id FROM hold WHERE turn = ? LIMIT 1',
});

export type HoldRefusal = Extract<AppendOutcome, { outcome: 'hold_refused' }>;

/** Reserves the hold in every scope, or changes nothing and says which scope refused it. */
export function grantHold(writing: Writing, turn: number, hold: Hold): HoldRefusal | undefined {
  const rows: { readonly id: number; readonly limitMicros: number }[] = [];
  for (const scope of hold.scopes) {
    writing.db.run(BUDGET_QUERIES.ensure, [scope.key]);
    const row = writing.db.get(BUDGET_QUERIES.read, [scope.key]);
    if (row === undefined) throw misuse(`The budget scope ${scope.key} could not be made.`);
    const spentMicros = intOf(row, 'spent_micros');
    const reservedMicros = intOf(row, 'reserved_micros');
    // A scope that was overdrawn is covered once what was spent fits its limit again.
    const blocked = intOf(row, 'blocked') === 1 && spentMicros > scope.limitMicros;
    if (blocked || spentMicros + reservedMicros + hold.micros > scope.limitMicros) {
      const { key, limitMicros } = scope;
      return { outcome: 'hold_refused', scope: key, limitMicros, spentMicros, reservedMicros, blocked };
    }
    rows.push({ id: intOf(row, 'id'), limitMicros: scope.limitMicros });
  }
  const id = writing.db.insert(BUDGET_QUERIES.insertHold, [hold.call, turn, hold.micros]);
  for (const row of rows) {
    writing.db.run(BUDGET_QUERIES.reserve, [hold.micros, row.id]);
    writing.db.run(BUDGET_QUERIES.insertScope, [id, row.id, row.limitMicros]);
  }
  return undefined;
}

/** Releases the hold and charges what was used, also above the hold: then the scope may end up blocked. */
export function settleHold(writing: Writing, turn: number, settlement: Settlement): void {
  const hold = writing.db.get(BUDGET_QUERIES.findHold, [settlement.call]);
  if (hold === undefined || intOf(hold, 'turn') !== turn) {
    throw misuse(`There is no open hold for the call ${settlement.call} in this turn.`);
  }
  const id = intOf(hold, 'id');
  writing.db.run(BUDGET_QUERIES.settle, [intOf(hold, 'micros'), settlement.micros, id]);
  writing.db.run(BUDGET_QUERIES.removeHold, [id]);
}

export function hasLiveHold(writing: Writing, turn: number): boolean {
  return writing.db.get(BUDGET_QUERIES.liveHold, [turn]) !== undefined;
}
