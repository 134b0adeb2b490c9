import { runInBackground } from './files/run-in-background.ts';

/**
 * A consistent, checked copy of a database that may be in use by a brain of its own; `target` must not exist.
 * @throws CodedError `store_backup_refused`, `store_corrupt`, `store_io`, `store_full`.
 */
export async function backUpDatabase(file: string, target: string): Promise<{ readonly bytes: number }> {
  const job = runInBackground({ type: 'snapshot', file, target });
  try {
    const answer = await job.answer;
    return { bytes: answer.type === 'written' ? answer.bytes : 0 };
  } finally {
    await job.stop();
  }
}
