import type { AcceptedTurn } from '@bakerst/shared/store/turn-store';
import { type Caller, owned } from '../caller.ts';
import { notFound, storeError } from '../errors.ts';
import { intOf, textOf, toMs } from '../row.ts';
import { queries, type Row } from '../statements.ts';
import type { Writing } from '../writer/unit.ts';
import { placeOf, withdrawOpenAsks } from './approval-rows.ts';
import { CONVERSATION_QUERIES } from './conversation-row.ts';
import { callerKey } from './principal-row.ts';
import { indexMessage } from './search-index.ts';
import { enqueueEvents, insertSteps, type StepRow } from './step-rows.ts';
import { TURN_QUERIES, toTurnRecord } from './turn-row.ts';

export const IDEMPOTENCY_DAYS = 7;
const DAY_MS = 86_400_000;

export interface AcceptInput {
  readonly caller: Caller;
  readonly turn: string;
  readonly conversation: string;
  readonly createConversation?: { readonly title: string; readonly hidden: boolean; readonly model?: string };
  readonly message: StepRow & { readonly actor: string; readonly onBehalfOf: string };
  readonly searchText: string;
  readonly idempotency?: { readonly route: string; readonly key: string; readonly digest: string };
  readonly claimFor?: { readonly owner: string; readonly leaseMs: number };
  readonly outbox: readonly string[];
}

export const ACCEPT_QUERIES = queries({
  findKey: 'SELECT digest, turn, created_at FROM idempotency WHERE principal = ? AND route = ? AND key = ?',
  putKey: `INSERT OR REPLACE INTO idempotency (principal, route, key, digest, turn, created_at)
    VALUES (?, ?, ?, ?, ?, ?)`,
  insertConversation: `INSERT INTO conversation
    (public_id, owner, title, model, pinned, hidden, created_at, updated_at, turns, cost_micros)
    VALUES (?, ?, ?, ?, 0, ?, ?, ?, 0, 0)`,
  oneUnfinished: 'SELECT t.id FROM turn t WHERE t.conversation = ? AND t.ended_at IS NULL LIMIT 1',
  // A running turn's runner holds the lease: its ask is withdrawn when it parks (append-steps.ts).
  waitingWithAsks: `SELECT t.id FROM turn t
    WHERE t.conversation = ? AND t.ended_at IS NULL AND t.status <> 'running'
      AND EXISTS (SELECT 1 FROM approval a WHERE a.turn = t.id AND a.status = 'open')
    ORDER BY t.position`,
  touchConversation: 'UPDATE conversation SET turns = ?, updated_at = max(updated_at, ?) WHERE id = ?',
  insertTurn: `INSERT INTO turn (public_id, conversation, position, status, created_at, seq, cost_micros,
    lease_owner, lease_until, fence) VALUES (?, ?, ?, ?, ?, 1, 0, ?, ?, ?)`,
  requeue: "UPDATE turn SET status = 'queued', parked_for = NULL, seq = ? WHERE id = ?",
});

/** Stores a message with its turn; the same idempotency key gives the first turn back. */
export function acceptTurn(writing: Writing, input: AcceptInput): AcceptedTurn {
  const principal = callerKey(writing, input.caller);
  const former = findFormer(writing, principal, input);
  if (former !== undefined) return { record: toTurnRecord(former), created: false, withdrawn: [] };

  const conversation = findOrCreate(writing, principal, input);
  const withdrawn = withdrawAsks(writing, intOf(conversation, 'id'), input);
  const isIdle = writing.db.get(ACCEPT_QUERIES.oneUnfinished, [intOf(conversation, 'id')]) === undefined;
  const claim = isIdle ? input.claimFor : undefined;
  const turn = insertTurn(writing, { conversation, claim }, input);
  insertSteps(writing, { turn, seq: 0 }, [input.message.body]);
  indexMessage(writing, { turn, owner: intOf(conversation, 'owner'), role: 'user' }, input.searchText);
  rememberKey(writing, { principal, turn }, input);
  enqueueEvents(writing, input.outbox);

  const row = writing.db.get(TURN_QUERIES.byKey, [turn]);
  if (row === undefined) throw notFound('turn');
  return {
    record: toTurnRecord(row),
    created: true,
    withdrawn,
    ...(claim === undefined ? {} : { lease: { turn: input.turn, owner: claim.owner, fence: 1 } }),
  };
}

function findFormer(writing: Writing, principal: number, input: AcceptInput): Row | undefined {
  const key = input.idempotency;
  if (key === undefined) return undefined;
  const row = writing.db.get(ACCEPT_QUERIES.findKey, [principal, key.route, key.key]);
  if (row === undefined || intOf(row, 'created_at') <= writing.now - IDEMPOTENCY_DAYS * DAY_MS)
    return undefined;
  if (textOf(row, 'digest') !== key.digest) {
    throw storeError({
      code: 'store_idempotency_mismatch',
      message: 'This idempotency key was used before with another request.',
      remedy: 'Use a new key for a new request.',
    });
  }
  // The turn was deleted with its conversation: the request must not silently run again.
  if (row.turn === null) throw notFound('turn');
  return writing.db.get(TURN_QUERIES.byKey, [intOf(row, 'turn')]);
}

function rememberKey(
  writing: Writing,
  made: { readonly principal: number; readonly turn: number },
  input: AcceptInput,
): void {
  const key = input.idempotency;
  if (key === undefined) return;
  const params = [made.principal, key.route, key.key, key.digest, made.turn, writing.now];
  writing.db.run(ACCEPT_QUERIES.putKey, params);
}

function findOrCreate(writing: Writing, principal: number, input: AcceptInput): Row {
  const found = writing.db.get(CONVERSATION_QUERIES.byId, [input.conversation]);
  if (found !== undefined) return owned(found, input.caller, 'conversation');
  const make = input.createConversation;
  if (make === undefined) throw notFound('conversation');
  const at = toMs(input.message.at);
  const hidden = make.hidden ? 1 : 0;
  const params = [input.conversation, principal, make.title, make.model ?? null, hidden, at, at];
  const id = writing.db.insert(ACCEPT_QUERIES.insertConversation, params);
  return { id, owner: principal, turns: 0 };
}

/** A new message closes the conversation's open asks; the parked turns then run to their end before it. */
function withdrawAsks(writing: Writing, conversation: number, input: AcceptInput): readonly string[] {
  const withdrawn: string[] = [];
  for (const { id } of writing.db.all(ACCEPT_QUERIES.waitingWithAsks, [conversation])) {
    const turn = writing.db.get(TURN_QUERIES.byKey, [id ?? null]);
    if (turn === undefined) continue;
    const closed = withdrawOpenAsks(writing, placeOf(turn), {
      decision: 'withdrawn',
      actor: input.message.actor,
      onBehalfOf: input.message.onBehalfOf,
      at: toMs(input.message.at),
      reason: 'A newer message arrived.',
    });
    writing.db.run(ACCEPT_QUERIES.requeue, [closed.seq, intOf(turn, 'id')]);
    withdrawn.push(...closed.withdrawn);
  }
  return withdrawn;
}

function insertTurn(
  writing: Writing,
  place: { readonly conversation: Row; readonly claim: AcceptInput['claimFor'] },
  input: AcceptInput,
): number {
  const position = intOf(place.conversation, 'turns') + 1;
  const conversation = intOf(place.conversation, 'id');
  const at = toMs(input.message.at);
  writing.db.run(ACCEPT_QUERIES.touchConversation, [position, at, conversation]);
  const claim = place.claim;
  return writing.db.insert(ACCEPT_QUERIES.insertTurn, [
    input.turn,
    conversation,
    position,
    claim === undefined ? 'queued' : 'running',
    at,
    claim?.owner ?? null,
    claim === undefined ? null : writing.now + claim.leaseMs,
    claim === undefined ? 0 : 1,
  ]);
}
