import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { storeError } from '../errors.ts';
import { writeSnapshot } from './snapshot.ts';

export interface Migration {
  /** Counts from 1 without gaps; kept in `PRAGMA user_version`. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

/** "BKST": tells our files from those of other programs. */
const APPLICATION_ID = 0x424b5354;
const KEPT_BACKUPS = 3;

/**
 * Brings the database to the newest version, each migration in a transaction of its own, after a backup beside the
 * file where there was something to lose.
 * @throws CodedError `store_newer_release`, `store_foreign_file`.
 */
export function migrate(
  database: DatabaseSync,
  options: { readonly file: string; readonly migrations: readonly Migration[]; readonly now: number },
): { readonly from: number; readonly to: number } {
  const from = assertReadable(database, options);
  const newest = options.migrations.at(-1)?.version ?? 0;
  const waiting = options.migrations.filter((migration) => migration.version > from);
  if (waiting.length > 0 && from > 0) backupBeforeMigration(database, { ...options, from });
  for (const migration of waiting) apply(database, migration);
  return { from, to: newest };
}

/**
 * The schema version of a database of ours that this release can read; 0 for an empty one.
 * @throws CodedError `store_newer_release`, `store_foreign_file`.
 */
export function assertReadable(
  database: DatabaseSync,
  options: { readonly file: string; readonly migrations: readonly Migration[] },
): number {
  const version = readPragma(database, 'user_version');
  const newest = options.migrations.at(-1)?.version ?? 0;
  checkIsOurs(database, options.file, version);
  if (version <= newest) return version;
  throw storeError({
    code: 'store_newer_release',
    message: `${options.file} has schema version ${version}; this release knows up to ${newest}.`,
    remedy: `Start the newer release again, or restore a backup made before the upgrade (${options.file}.v*.backup).`,
  });
}

function readPragma(database: DatabaseSync, name: 'user_version' | 'application_id'): number {
  const value = database.prepare(`PRAGMA ${name}`).get()?.[name];
  return typeof value === 'number' ? value : 0;
}

function apply(database: DatabaseSync, migration: Migration): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    database.exec(migration.sql);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migration.version}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function checkIsOurs(database: DatabaseSync, file: string, version: number): void {
  const id = readPragma(database, 'application_id');
  if (id === APPLICATION_ID) return;
  const tables = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n;
  if (id === 0 && version === 0 && tables === 0) return;
  throw storeError({
    code: 'store_foreign_file',
    message: `${file} is a database of some other program.`,
    remedy: 'Choose another data folder (BAKERST_HOME), or move the file away.',
  });
}

function backupBeforeMigration(
  database: DatabaseSync,
  options: { readonly file: string; readonly from: number; readonly now: number },
): void {
  const stamp = new Date(options.now).toISOString().replace(/[:.]/g, '-');
  writeSnapshot(database, `${options.file}.v${options.from}.${stamp}.backup`);
  for (const old of migrationBackups(options.file).slice(0, -KEPT_BACKUPS)) rmSync(old, { force: true });
}

/** Oldest first: their names sort by time, whatever version they hold. */
export function migrationBackups(file: string): readonly string[] {
  const start = `${basename(file)}.v`;
  return readdirSync(dirname(file))
    .filter((name) => name.startsWith(start) && name.endsWith('.backup'))
    .map((name) => ({ name, stamp: name.slice(name.indexOf('.', start.length)) }))
    .sort((a, b) => (a.stamp < b.stamp ? -1 : 1))
    .map(({ name }) => join(dirname(file), name));
}
