import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { errorFields } from '../writer/commit-batch.ts';
import { findDamage } from './integrity.ts';
import type { BackgroundAnswer, BackgroundJob } from './run-in-background.ts';
import { writeSnapshot } from './snapshot.ts';

/** Entry of a thread that lives for one long read of the database, on a connection of its own. */
if (parentPort !== null) parentPort.postMessage(run(workerData as BackgroundJob));

function run(job: BackgroundJob): BackgroundAnswer {
  const database = new DatabaseSync(job.file, { readOnly: true, timeout: 5_000 });
  try {
    if (job.type === 'check') return { type: 'checked', findings: findDamage(database, 'quick') };
    return { type: 'written', bytes: writeSnapshot(database, job.target).bytes };
  } catch (error) {
    return { type: 'failed', error: errorFields(error) };
  } finally {
    database.close();
  }
}
