import type { Access } from '@bakerst/shared/identity';
import type { RecordedStep, StepOf } from '@bakerst/shared/steps';
import type { HistoryTurn, TurnRecord, TurnStore } from '@bakerst/shared/store/turn-store';
import { callerOf, owned } from '../caller.ts';
import { misuse, storeError } from '../errors.ts';
import { intOf, textOf } from '../row.ts';
import { queries, type Row, type Statements } from '../statements.ts';
import { MAX_STEPS_PER_TURN } from '../units/append-steps.ts';
import { CONVERSATION_QUERIES } from '../units/conversation-row.ts';
import { TURN_QUERIES, TURN_SELECT, toTurnRecord } from '../units/turn-row.ts';
import { clampLimit, type Reader } from './reader.ts';
import type { StepParser } from './step-parser.ts';

const MAX_HISTORY = 500;
const MAX_UNFINISHED = 1_000;

export const TURN_READ_QUERIES = queries({
  steps: 'SELECT seq, body FROM step WHERE turn = ? AND seq > ? ORDER BY seq LIMIT ?',
  compaction: `SELECT t.position, s.body FROM turn t JOIN step s ON s.turn = t.id AND s.seq = t.compacted_at_seq
    WHERE t.conversation = ? AND t.compacted_at_seq IS NOT NULL ORDER BY t.position DESC LIMIT 1`,
  unfinishedOf: `${TURN_SELECT} WHERE t.conversation = ? AND t.ended_at IS NULL ORDER BY t.position LIMIT ?`,
  unfinished: `${TURN_SELECT} WHERE t.status = ? AND t.ended_at IS NULL ORDER BY t.id LIMIT ?`,
  count: 'SELECT count(*) AS n FROM turn WHERE status = ? AND ended_at IS NULL',
});

type TurnReads = Pick<
  TurnStore,
  'readTurn' | 'readSteps' | 'readHistory' | 'readCompaction' | 'countTurns' | 'listUnfinishedTurns'
>;

export function turnReads(reader: Reader, parser: StepParser): TurnReads {
  const stepsOf = (db: Statements, turn: number, afterSeq: number): readonly RecordedStep[] =>
    db
      .all(TURN_READ_QUERIES.steps, [turn, afterSeq, MAX_STEPS_PER_TURN])
      .map((row) => ({ seq: intOf(row, 'seq'), step: parser.parse(textOf(row, 'body')) }));
  return {
    readTurn: (access, turn) => reader.read((db) => toTurnRecord(requireTurn(db, access, turn))),
    readSteps: (access, turn, afterSeq = 0) =>
      reader.read((db) => stepsOf(db, intOf(requireTurn(db, access, turn), 'id'), afterSeq)),
    readHistory: (access, conversation, page) =>
      reader.read((db) => {
        const id = requireConversation(db, access, conversation);
        const before = page.beforePosition ?? Number.MAX_SAFE_INTEGER;
        const rows = db.all(TURN_QUERIES.history, [id, before, clampLimit(page.limit, MAX_HISTORY)]);
        return rows.map(
          (row): HistoryTurn => ({ record: toTurnRecord(row), steps: stepsOf(db, intOf(row, 'id'), 0) }),
        );
      }),
    readCompaction: (access, conversation) =>
      reader.read((db) => {
        const id = requireConversation(db, access, conversation);
        const row = db.get(TURN_READ_QUERIES.compaction, [id]);
        return row === undefined
          ? undefined
          : { position: intOf(row, 'position'), step: compactionOf(parser, row) };
      }),
    listUnfinishedTurns: (access, filter) =>
      reader.read((db) => {
        const most = clampLimit(filter.limit, MAX_UNFINISHED);
        if ('conversation' in filter) {
          const id = requireConversation(db, access, filter.conversation);
          return db.all(TURN_READ_QUERIES.unfinishedOf, [id, most]).map(toTurnRecord);
        }
        if (!callerOf(access).system) throw misuse('Only the brain itself looks at the turns of everybody.');
        return db.all(TURN_READ_QUERIES.unfinished, [filter.status, most]).map(toTurnRecord);
      }),
    countTurns: () =>
      reader.read((db) => ({
        queued: countOf(db, 'queued'),
        running: countOf(db, 'running'),
        parked: countOf(db, 'parked'),
      })),
  };
}

function requireTurn(db: Statements, access: Access, turn: string): Row {
  return owned(db.get(TURN_QUERIES.byId, [turn]), callerOf(access), 'turn');
}

export function requireConversation(db: Statements, access: Access, conversation: string): number {
  const row = db.get(CONVERSATION_QUERIES.byId, [conversation]);
  return intOf(owned(row, callerOf(access), 'conversation'), 'id');
}

function compactionOf(parser: StepParser, row: Row): StepOf<'context_compacted'> {
  const step = parser.parse(textOf(row, 'body'));
  if (step.type === 'context_compacted') return step;
  throw storeError({
    code: 'store_corrupt',
    message: `A turn names a ${step.type} as its compaction.`,
    remedy: 'Run `bakerst doctor`; restore the newest backup if the integrity check fails.',
  });
}

function countOf(db: Statements, status: TurnRecord['status']): number {
  const row = db.get(TURN_READ_QUERIES.count, [status]);
  return row === undefined ? 0 : intOf(row, 'n');
}
