import type { PolicyRecord } from '@bakerst/shared/store/system-store';
import { isoOf, textOf, toMs } from '../row.ts';
import { queries, type Row } from '../statements.ts';
import type { Writing } from '../writer/unit.ts';
import { keepContent } from './contents.ts';
import { enqueueEvents } from './step-rows.ts';

export const POLICY_QUERIES = queries({
  insert: 'INSERT INTO policy_history (hash, at, author, how) VALUES (?, ?, ?, ?)',
  list: 'SELECT hash, at, author, how FROM policy_history WHERE id > 0 ORDER BY id DESC LIMIT ?',
});

export interface RecordPolicyInput {
  readonly record: PolicyRecord;
  readonly text: string;
  readonly outbox: readonly string[];
}

export function recordPolicy(writing: Writing, { record, text, outbox }: RecordPolicyInput): void {
  const { hash, at, author, how } = record;
  keepContent(writing, { hash, kind: 'policy', text });
  writing.db.run(POLICY_QUERIES.insert, [hash, toMs(at), author, how]);
  enqueueEvents(writing, outbox);
}

export function toPolicyRecord(row: Row): PolicyRecord {
  // The table's own check holds the kinds.
  const how = textOf(row, 'how') as PolicyRecord['how'];
  return { hash: textOf(row, 'hash'), at: isoOf(row, 'at'), author: textOf(row, 'author'), how };
}
