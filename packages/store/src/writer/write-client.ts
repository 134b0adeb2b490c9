import { Worker } from 'node:worker_threads';
import type { CodedError } from '@bakerst/shared/coded-error';
import { closed, type StoreErrorCode, storeError } from '../errors.ts';
import type { UnitAnswer, UnitInput, UnitName } from '../units/all-units.ts';
import type { ErrorFields, FromWriter, ToWriter } from './messages.ts';
import type { WriterData } from './writer-thread.ts';

/** More than this waiting means that the disk does not keep up: say so instead of filling the memory. */
const MAX_WAITING = 20_000;

/** The main thread's end of the writer: posts units, resolves them after their commit. */
export interface WriteClient {
  run<K extends UnitName>(unit: K, input: UnitInput<K>): Promise<UnitAnswer<K>>;
  /** Finishes what was posted, then closes the database. */
  close(): Promise<void>;
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** @throws CodedError of what kept the database from opening. */
export async function startWriter(data: WriterData, now: () => number): Promise<WriteClient> {
  const worker = new Worker(new URL('./writer-thread.ts', import.meta.url), {
    workerData: data,
    name: 'store-writer',
    // Its garbage is small and short-lived: V8's own limit would let it grow tenfold before looking.
    resourceLimits: { maxYoungGenerationSizeMb: 6 },
  });
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  /** Why nothing can be posted any more. */
  let ended: CodedError | undefined;
  const opened = Promise.withResolvers<void>();
  const exited = Promise.withResolvers<void>();

  const fail = (error: CodedError) => {
    ended = error;
    opened.reject(error);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  const settle = (message: Extract<FromWriter, { type: 'committed' }>) => {
    for (const answer of message.answers) {
      const unit = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ('value' in answer) unit?.resolve(answer.value as never);
      else unit?.reject(revive(answer.error));
    }
    // An idle store keeps no process alive.
    if (waiting.size === 0 && ended === undefined) worker.unref();
  };
  worker.on('message', (message: FromWriter) => {
    if (message.type === 'committed') settle(message);
    if (message.type === 'opened') opened.resolve();
    if (message.type === 'failed_to_open') fail(revive(message.error));
  });
  worker.on('error', (cause) => fail(crashed(cause)));
  worker.on('exit', () => {
    if (waiting.size > 0 || ended === undefined) fail(crashed(undefined));
    exited.resolve();
  });

  /** A new turn waits for its own first step, which comes in the same go of the event loop: they share a commit. */
  let outgoing: Extract<ToWriter, { type: 'unit' }>[] = [];
  const flush = () => {
    const units = outgoing;
    outgoing = [];
    for (const unit of units) {
      try {
        worker.postMessage(unit);
      } catch (cause) {
        // What cannot be cloned never arrives, and must not be waited for.
        waiting.get(unit.id)?.reject(cause instanceof Error ? cause : crashed(cause));
        waiting.delete(unit.id);
      }
    }
  };

  await opened.promise;
  worker.unref();
  return {
    run: (unit, input) => {
      if (ended !== undefined) return Promise.reject(ended);
      if (waiting.size >= MAX_WAITING) return Promise.reject(busy());
      const id = nextId++;
      outgoing.push({ type: 'unit', id, unit, now: now(), input });
      if (waiting.size === 0) worker.ref();
      const answer = new Promise<UnitAnswer<typeof unit>>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
      });
      if (unit === 'acceptTurn') process.nextTick(flush);
      else flush();
      return answer;
    },
    close: async () => {
      if (ended === undefined) {
        ended = closed();
        flush();
        worker.ref();
        worker.postMessage({ type: 'close' } satisfies ToWriter);
      }
      await exited.promise;
    },
  };
}

function revive(fields: ErrorFields): CodedError {
  // Made by `errorFields` from an error of this package.
  return storeError({ ...fields, code: fields.code as StoreErrorCode });
}

function crashed(cause: unknown): CodedError {
  return storeError({
    code: 'store_internal',
    message: 'The writer of the store stopped unexpectedly.',
    remedy: 'Start the brain again; nothing that was answered is lost.',
    cause,
  });
}

function busy(): CodedError {
  return storeError({
    code: 'store_busy',
    message: `More than ${MAX_WAITING} changes wait for the disk.`,
    remedy: 'Try again in a moment; if it stays so, the disk of the data folder is too slow.',
    retryable: true,
  });
}
