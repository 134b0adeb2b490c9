import { Worker } from 'node:worker_threads';
import { type StoreErrorCode, storeError } from '../errors.ts';
import type { ErrorFields } from '../writer/messages.ts';

export type BackgroundJob =
  | { readonly type: 'check'; readonly file: string }
  | { readonly type: 'snapshot'; readonly file: string; readonly target: string };

export type BackgroundAnswer =
  | { readonly type: 'checked'; readonly findings: readonly string[] }
  | { readonly type: 'written'; readonly bytes: number }
  | { readonly type: 'failed'; readonly error: ErrorFields };

export interface RunningJob {
  readonly answer: Promise<Exclude<BackgroundAnswer, { type: 'failed' }>>;
  stop(): Promise<void>;
}

/** Runs a long read in a thread of its own, so that neither requests nor commits wait for it. */
export function runInBackground(job: BackgroundJob): RunningJob {
  const worker = new Worker(new URL('./background-job.ts', import.meta.url), {
    workerData: job,
    name: `store-${job.type}`,
  });
  const answer = new Promise<Exclude<BackgroundAnswer, { type: 'failed' }>>((resolve, reject) => {
    worker.once('message', (message: BackgroundAnswer) => {
      if (message.type === 'failed') reject(revive(message.error));
      else resolve(message);
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(stopped()));
  });
  return {
    answer,
    stop: async () => {
      await worker.terminate();
    },
  };
}

function revive(fields: ErrorFields): Error {
  // Made by `errorFields` from an error of this package.
  return storeError({ ...fields, code: fields.code as StoreErrorCode });
}

function stopped(): Error {
  return storeError({
    code: 'store_closed',
    message: 'The store was closed while it was being read.',
    remedy: 'Start the brain again and repeat the command.',
  });
}
