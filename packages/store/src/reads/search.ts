import { messageText, modelText } from '@bakerst/shared/content';
import { parseStep, type Step } from '@bakerst/shared/steps';
import type { ConversationStore, SearchHit } from '@bakerst/shared/store/conversation-store';
import { callerOf } from '../caller.ts';
import { intOf, isoOf, textOf } from '../row.ts';
import { queries, type Row, type Statements } from '../statements.ts';
import { callerKey } from '../units/principal-row.ts';
import { fromSearchRowid } from '../units/search-index.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { clampLimit, type Reader } from './reader.ts';
import { matchExpression, searchTerms } from './search-terms.ts';
import { snippet } from './snippet.ts';

const MAX_PAGE = 100;
/** Hits looked at for one page; hidden conversations among them make a page shorter, never endless. */
const MAX_LOOKED_AT = 1_000;

export const SEARCH_QUERIES = queries({
  match: `SELECT rowid FROM message_search WHERE message_search MATCH ? AND rowid < ?
    ORDER BY rowid DESC LIMIT ?`,
  place: `SELECT t.id, t.public_id, t.created_at, c.public_id AS conversation_id, c.title FROM turn t
    JOIN conversation c ON c.id = t.conversation WHERE t.id = ? AND c.owner = ? AND c.hidden = 0`,
  firstStep: 'SELECT body FROM step WHERE turn = ? AND seq = 1',
  answers: `SELECT body FROM step WHERE turn = ? AND json_extract(body, '$.type') = 'model_ended'
    ORDER BY seq DESC LIMIT 50`,
});

export function searchReads(reader: Reader): Pick<ConversationStore, 'searchMessages'> {
  return {
    searchMessages: (access, query, page) =>
      reader.read((db) => {
        const owner = callerKey({ db }, callerOf(access));
        const terms = searchTerms(query);
        if (terms.length === 0) return { items: [] };
        const from = page.cursor === undefined ? Number.MAX_SAFE_INTEGER : decodeCursor(page.cursor, 1)[0];
        return find(db, { owner, terms, from: from ?? 0, limit: clampLimit(page.limit, MAX_PAGE) });
      }),
  };
}

interface Search {
  readonly owner: number;
  readonly terms: readonly string[];
  readonly from: number;
  readonly limit: number;
}

function find(db: Statements, search: Search): { items: readonly SearchHit[]; next?: string } {
  const expression = matchExpression(search.owner, search.terms);
  const rows = db.all(SEARCH_QUERIES.match, [expression, search.from, MAX_LOOKED_AT]);
  const items: SearchHit[] = [];
  for (const [index, row] of rows.entries()) {
    const rowid = intOf(row, 'rowid');
    const hit = toHit(db, rowid, search);
    if (hit !== undefined) items.push(hit);
    const isLast = index === rows.length - 1 && rows.length < MAX_LOOKED_AT;
    if (items.length === search.limit && !isLast) return { items, next: encodeCursor([rowid]) };
  }
  const last = rows.at(-1);
  if (rows.length < MAX_LOOKED_AT || last === undefined) return { items };
  return { items, next: encodeCursor([intOf(last, 'rowid')]) };
}

function toHit(db: Statements, rowid: number, search: Search): SearchHit | undefined {
  const { turn, role } = fromSearchRowid(rowid);
  const place = db.get(SEARCH_QUERIES.place, [turn, search.owner]);
  if (place === undefined) return undefined;
  return {
    conversation: textOf(place, 'conversation_id'),
    title: textOf(place, 'title'),
    turn: textOf(place, 'public_id'),
    role,
    snippet: snippet(textOfMessage(db, turn, role), search.terms),
    at: isoOf(place, 'created_at'),
  };
}

/** The words come from the steps: the index holds none. */
function textOfMessage(db: Statements, turn: number, role: SearchHit['role']): string {
  const rows =
    role === 'user' ? db.all(SEARCH_QUERIES.firstStep, [turn]) : db.all(SEARCH_QUERIES.answers, [turn]);
  const texts = rows.map((row) => textOfStep(stepOf(row)));
  return texts.find((text) => text.trim() !== '') ?? '';
}

function stepOf(row: Row): Step {
  return parseStep(JSON.parse(textOf(row, 'body')));
}

function textOfStep(step: Step): string {
  if (step.type === 'message_received') return messageText(step.parts);
  return step.type === 'model_ended' && step.outcome === 'completed' ? modelText(step.parts) : '';
}
