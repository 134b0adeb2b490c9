import type { RuntimeConfigRecord } from '@bakerst/shared/store/system-store';
import { conflict, misuse } from '../errors.ts';
import { intOf, toMs } from '../row.ts';
import { queries } from '../statements.ts';
import type { Writing } from '../writer/unit.ts';
import { IDEMPOTENCY_DAYS } from './accept-turn.ts';
import { enqueueEvents } from './step-rows.ts';

const DAY_MS = 86_400_000;

export const SYSTEM_QUERIES = queries({
  newestConfig: 'SELECT version FROM runtime_config WHERE version > 0 ORDER BY version DESC LIMIT 1',
  insertConfig: 'INSERT INTO runtime_config (version, public_id, author, at, value) VALUES (?, ?, ?, ?, ?)',
  ack: 'DELETE FROM outbox WHERE position <= ?',
  pruneKeys: 'DELETE FROM idempotency WHERE created_at <= ?',
  // Tokens are kept for the list of tokens; sessions and codes serve nobody once they are over.
  pruneCredentials:
    "DELETE FROM credential INDEXED BY credential_expiry WHERE expires_at <= ? AND kind IN ('session', 'login_code')",
  probe: 'UPDATE health_probe SET at = ? WHERE id = 1',
});

export interface WriteConfigInput {
  readonly record: Omit<RuntimeConfigRecord, 'value'> & { readonly value: string };
  readonly expectedVersion: number;
  readonly outbox: readonly string[];
}

export function writeRuntimeConfig(writing: Writing, input: WriteConfigInput): void {
  const { record, expectedVersion } = input;
  const newest = writing.db.get(SYSTEM_QUERIES.newestConfig);
  const version = newest === undefined ? 0 : intOf(newest, 'version');
  if (version !== expectedVersion) {
    throw conflict(
      `The configuration is at version ${version}, not ${expectedVersion}.`,
      'Read it again and make the change anew.',
    );
  }
  if (record.version !== version + 1) throw misuse(`The next configuration version is ${version + 1}.`);
  const params = [record.version, record.id, record.author, toMs(record.at), record.value];
  writing.db.run(SYSTEM_QUERIES.insertConfig, params);
  enqueueEvents(writing, input.outbox);
}

export function ackOutbox(writing: Writing, input: { readonly position: number }): void {
  writing.db.run(SYSTEM_QUERIES.ack, [input.position]);
}

export function enqueueOutbox(writing: Writing, input: { readonly outbox: readonly string[] }): void {
  enqueueEvents(writing, input.outbox);
}

export function prune(writing: Writing, input: { readonly now: number }): void {
  writing.db.run(SYSTEM_QUERIES.pruneKeys, [input.now - IDEMPOTENCY_DAYS * DAY_MS]);
  writing.db.run(SYSTEM_QUERIES.pruneCredentials, [input.now]);
}

export function probe(writing: Writing): void {
  writing.db.run(SYSTEM_QUERIES.probe, [writing.now]);
}
