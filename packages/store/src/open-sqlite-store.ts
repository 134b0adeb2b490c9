import type { DatabaseSync } from 'node:sqlite';
import type { Store } from '@bakerst/shared/store';
import { createCredentialTouches } from './credential-touches.ts';
import { closed } from './errors.ts';
import { openForReading } from './files/connections.ts';
import { acquireFolderLock, type FolderLock } from './files/folder-lock.ts';
import { ensureFolder, prepareDatabase } from './files/prepare-database.ts';
import { type RunningJob, runInBackground } from './files/run-in-background.ts';
import { createHealth } from './health.ts';
import { approvalReads } from './reads/approvals.ts';
import { belongingReads } from './reads/belongings.ts';
import { conversationReads } from './reads/conversations.ts';
import { guardReads } from './reads/guard.ts';
import { createReader, type Reader } from './reads/reader.ts';
import { searchReads } from './reads/search.ts';
import { StepParser } from './reads/step-parser.ts';
import { identityReads, systemReads } from './reads/system.ts';
import { turnReads } from './reads/turns.ts';
import { translate } from './sqlite-errors.ts';
import { startWriter, type WriteClient } from './writer/write-client.ts';
import { conversationWrites } from './writes/conversations.ts';
import { guardWrites } from './writes/guard.ts';
import { systemWrites } from './writes/system.ts';
import { turnWrites } from './writes/turns.ts';

export interface SqliteStoreOptions {
  /** The database; its folder is made (0700) where it is missing. */
  readonly file: string;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** Upper bound of the database in pages of 4 KiB; without it the disk is the limit. */
  readonly maxPages?: number;
}

/**
 * The store on `node:sqlite`: one thread that writes in durable batches, one connection here that reads.
 * @throws CodedError `store_locked`, `store_newer_release`, `store_foreign_file`, `store_corrupt`, `store_io`,
 *   `store_full`: the database is then closed and unlocked again.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { file, now = Date.now, maxPages } = options;
  const lock = lockFolder(file);
  let writer: WriteClient | undefined;
  try {
    const prepared = prepareDatabase(file, now());
    writer = await startWriter(maxPages === undefined ? { file } : { file, maxPages }, now);
    const database = openForReading(file);
    return assemble({ file, lock, writer, database, health: createHealth(file, prepared, writer) });
  } catch (error) {
    await writer?.close();
    lock.release();
    throw translate(error);
  }
}

function lockFolder(file: string): FolderLock {
  try {
    ensureFolder(file);
    return acquireFolderLock(file);
  } catch (error) {
    throw translate(error);
  }
}

interface OpenParts {
  readonly file: string;
  readonly lock: FolderLock;
  readonly writer: WriteClient;
  readonly database: DatabaseSync;
  readonly health: ReturnType<typeof createHealth>;
}

function assemble({ file, lock, writer, database, health }: OpenParts): Store {
  const touches = createCredentialTouches(writer);
  const backups = new Set<RunningJob>();
  let ending: Promise<void> | undefined;
  const reader: Reader = {
    read: (work) => {
      if (ending !== undefined) throw closed();
      return opened.read(work);
    },
  };
  const opened = createReader(database);
  const parser = new StepParser();
  const { expiredApprovals, ...approvals } = approvalReads(reader, parser);
  const close = async () => {
    await Promise.all([touches.flush(), health.stop(), ...[...backups].map((job) => job.stop())]);
    // The reader first: the writer is then the last connection, and folds the log into the database.
    database.close();
    await writer.close();
    lock.release();
  };
  return {
    ...turnReads(reader, parser),
    ...turnWrites(writer, expiredApprovals),
    ...approvals,
    ...guardReads(reader),
    ...guardWrites(writer),
    ...conversationReads(reader),
    ...searchReads(reader),
    ...conversationWrites(writer),
    ...belongingReads(reader),
    ...identityReads(reader),
    ...systemReads(reader),
    ...systemWrites(writer),
    touchCredential: touches.touch,
    health: health.health,
    backup: (target) => backup(file, target, backups),
    close: () => {
      ending ??= close();
      return ending;
    },
  };
}

async function backup(
  file: string,
  target: string,
  running: Set<RunningJob>,
): Promise<{ readonly bytes: number }> {
  const job = runInBackground({ type: 'snapshot', file, target });
  running.add(job);
  try {
    const answer = await job.answer;
    return { bytes: answer.type === 'written' ? answer.bytes : 0 };
  } finally {
    running.delete(job);
  }
}
