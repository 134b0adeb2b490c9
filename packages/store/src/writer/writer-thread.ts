import type { DatabaseSync } from 'node:sqlite';
import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { createIdSource } from '@bakerst/shared/ids';
import { openForWriting } from '../files/connections.ts';
import { Statements } from '../statements.ts';
import { createCheckpointer } from './checkpoint.ts';
import { commitBatch, errorFields, type WaitingUnit } from './commit-batch.ts';
import type { FromWriter, ToWriter } from './messages.ts';

/** Entry of the writer thread: the only connection that writes. */
export interface WriterData {
  readonly file: string;
  /** Upper bound of the database in pages; for tests of a full disk. */
  readonly maxPages?: number;
}

/** More units in one transaction gain nothing, and make those who wait wait longer. */
const MAX_BATCH = 256;

if (parentPort !== null) serve(parentPort, workerData as WriterData);

function serve(port: MessagePort, data: WriterData): void {
  const send = (message: FromWriter) => port.postMessage(message);
  let database: DatabaseSync;
  try {
    database = openForWriting(data.file);
    if (data.maxPages !== undefined) database.exec(`PRAGMA max_page_count = ${Math.trunc(data.maxPages)}`);
  } catch (error) {
    send({ type: 'failed_to_open', error: errorFields(error) });
    port.close();
    return;
  }
  const db = new Statements(database);
  const ids = createIdSource();
  const checkpointer = createCheckpointer(database);
  port.on('message', (first: ToWriter) => {
    const { batch, isClosing } = drain(port, first);
    if (batch.length > 0) {
      send({ type: 'committed', answers: commitBatch(db, ids, batch) });
      checkpointer.afterBatch();
    }
    if (!isClosing) return;
    checkpointer.stop();
    database.close();
    send({ type: 'closed' });
    port.close();
  });
  send({ type: 'opened' });
}

/** Takes everything that waits, so that one flush to disk serves all. */
function drain(
  port: MessagePort,
  first: ToWriter,
): { readonly batch: readonly WaitingUnit[]; readonly isClosing: boolean } {
  const batch: WaitingUnit[] = [];
  let message: ToWriter | undefined = first;
  while (message !== undefined) {
    if (message.type === 'close') return { batch, isClosing: true };
    batch.push(message);
    if (batch.length >= MAX_BATCH) break;
    message = receiveMessageOnPort(port)?.message;
  }
  return { batch, isClosing: false };
}
