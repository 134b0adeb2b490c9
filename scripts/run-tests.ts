import { finished } from 'node:stream/promises';
import { type EventData, run } from 'node:test';

/** One finished test, or a file that could not be run to its end. */
export type TestOutcome =
  | { readonly kind: 'passed'; readonly name: string; readonly file: string }
  | { readonly kind: 'skipped'; readonly name: string; readonly file: string; readonly reason: string }
  | { readonly kind: 'failed'; readonly name: string; readonly file: string; readonly detail: string };

export interface RunOptions {
  readonly concurrency: number;
  readonly testTimeoutMs: number;
  /** A file that is still running after this is ended and counted as failed: a leaked handle must not hang a run. */
  readonly fileTimeoutMs: number;
  readonly signal: AbortSignal;
  readonly onFile: (file: string, outcomes: readonly TestOutcome[], durationMs: number) => void;
}

/** Runs each file in a process of its own, `concurrency` at a time, in the order given. */
export async function runTestFiles(files: readonly string[], options: RunOptions): Promise<TestOutcome[]> {
  const waiting = [...files];
  const all: TestOutcome[] = [];
  const worker = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      if (options.signal.aborted) return;
      const startedAt = performance.now();
      const outcomes = await runFile(file, options);
      all.push(...outcomes);
      options.onFile(file, outcomes, performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  return all;
}

async function runFile(file: string, options: RunOptions): Promise<TestOutcome[]> {
  const outcomes: TestOutcome[] = [];
  const stderr: string[] = [];
  const path: string[] = [];
  const watchdog = new AbortController();
  const leaked = `still running after ${options.fileTimeoutMs / 1000} s: something was left open`;
  const timer = setTimeout(() => watchdog.abort(new Error(leaked)), options.fileTimeoutMs);
  const add = (outcome: TestOutcome | undefined, nesting: number): void => {
    if (outcome === undefined) return;
    const name = [...path.slice(0, nesting), outcome.name].join(' > ');
    outcomes.push({ ...outcome, name });
  };
  const events = run({
    files: [file],
    concurrency: 1,
    timeout: options.testTimeoutMs,
    signal: AbortSignal.any([options.signal, watchdog.signal]),
  })
    .on('test:stderr', (data) => stderr.push(data.message))
    .on('test:start', (data) => path.splice(data.nesting, path.length, data.name))
    .on('test:pass', (data) => add(passedOutcome(data, file), data.nesting))
    .on('test:fail', (data) => add(failedOutcome(data, file), data.nesting))
    .resume();
  await finished(events);
  clearTimeout(timer);
  return outcomes.map((outcome) => withStderr(outcome, stderr));
}

function passedOutcome(data: EventData.TestPass, file: string): TestOutcome | undefined {
  if (data.details.type === 'suite') return undefined;
  const reason = data.skip ?? data.todo;
  if (reason !== undefined && reason !== false) {
    const said = typeof reason === 'string' && reason !== '';
    return { kind: 'skipped', name: data.name, file, reason: said ? reason : 'no reason given' };
  }
  // Node reports a file without any test as one passed test of the file's name.
  if (data.name === file) return { kind: 'failed', name: WHOLE_FILE, file, detail: 'It holds no test.' };
  return { kind: 'passed', name: data.name, file };
}

function failedOutcome(data: EventData.TestFail, file: string): TestOutcome | undefined {
  const { error, type } = data.details;
  const fromSubtests = 'failureType' in error && error.failureType === 'subtestsFailed';
  if (type === 'suite' || fromSubtests) return fromSubtests ? undefined : failure(data.name, file, error);
  return failure(data.name === file ? WHOLE_FILE : data.name, file, error);
}

function failure(name: string, file: string, error: Error): TestOutcome {
  return { kind: 'failed', name, file, detail: describe(error) };
}

const WHOLE_FILE = 'the file';

function describe(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : undefined;
  const shown = cause ?? error;
  const text = shown.stack ?? String(error.cause ?? error.message);
  // Frames inside Node say nothing about the test.
  const lines = text.split('\n').filter((line) => !/^\s+at .*\(?node:/.test(line));
  return lines.slice(0, 40).join('\n');
}

function withStderr(outcome: TestOutcome, stderr: readonly string[]): TestOutcome {
  if (outcome.kind !== 'failed' || outcome.name !== WHOLE_FILE || stderr.length === 0) return outcome;
  return { ...outcome, detail: `${outcome.detail}\n${stderr.join('').split('\n').slice(-40).join('\n')}` };
}
