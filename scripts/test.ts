import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, matchesGlob, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureConsole } from './console-build.ts';
import { fetchTestNeeds } from './fetch-test-needs.ts';
import { isolateEnvironment } from './isolate-environment.ts';
import { runProgram } from './run-program.ts';
import { runTestFiles, type TestOutcome } from './run-tests.ts';
import { closingLines, countOutcomes, fileLines } from './test-report.ts';
import { findTestFiles, INTEGRATION, RATCHETS, TYPE_CHECKS, UNIT } from './test-suites.ts';

const HELP = `npm test [-- options]

Runs every test of the project: type checks, ratchets, unit tests, integration tests, browser tests and a fixed-seed
sample of the crash suites. The last line is always "N passed, N failed, N skipped".

Options
  --only=<glob>    only test files whose path matches, e.g. --only='packages/store/**' (also a part of a path)
  --require=all    a skipped test fails the run (CI uses this)
  --no-fetch       do not install missing programs (as root on Debian: bubblewrap, chromium)
  --help           this text
`;

const ROOT = resolve(import.meta.dirname, '..');
interface Options {
  readonly only: string | undefined;
  readonly requireAll: boolean;
  readonly fetch: boolean;
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

process.exitCode = await main();

async function main(): Promise<number> {
  const options = readOptions();
  if (options === undefined) return 0;
  if (options.fetch) for (const line of await fetchTestNeeds(ROOT, process.env.PATH ?? '')) print(line);
  const files = findFiles(options.only);
  if (files.some((file) => file.includes('/test/browser/'))) await buildConsole();

  const home = isolateEnvironment(process.env);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort(new Error('stopped by Ctrl-C')));
  const [types, tests] = await Promise.all([
    options.only === undefined ? checkTypes() : Promise.resolve([]),
    runTestFiles(files, {
      concurrency: Math.max(1, Math.min(4, availableParallelism())),
      testTimeoutMs: 120_000,
      fileTimeoutMs: 420_000,
      signal: stop.signal,
      onFile: (file, outcomes, durationMs) => fileLines(ROOT, { file, outcomes, durationMs }).forEach(print),
    }),
  ]);
  rmSync(home, { recursive: true, force: true });
  return conclude([...types, ...tests], options, stop.signal.aborted);
}

function conclude(outcomes: readonly TestOutcome[], options: Options, stopped: boolean): number {
  const { passed, failed, skipped } = countOutcomes(outcomes);
  print('');
  if (stopped) print('Stopped before the end.');
  if (passed + failed === 0) print(`No test matches ${options.only}.`);
  if (options.requireAll && skipped > 0) print('--require=all: the skipped tests below fail this run.');
  closingLines(ROOT, outcomes).forEach(print);
  const bad = failed > 0 || stopped || passed === 0 || (options.requireAll && skipped > 0);
  return bad ? 1 : 0;
}

function readOptions(): Options | undefined {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      require: { type: 'string' },
      'no-fetch': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help || (values.require !== undefined && values.require !== 'all')) {
    print(HELP);
    if (!values.help) throw new Error(`--require takes only "all", not "${values.require}".`);
    return undefined;
  }
  return { only: values.only, requireAll: values.require === 'all', fetch: !values['no-fetch'] };
}

/** Ratchets first: they are quick. Browser and crash tests last: they are slow. */
function findFiles(only: string | undefined): string[] {
  const all = findTestFiles(ROOT, [...RATCHETS, ...UNIT, ...INTEGRATION]);
  if (only === undefined) return all;
  return all.filter((file) => {
    const path = relative(ROOT, file);
    return matchesGlob(path, only) || path.includes(only);
  });
}

async function buildConsole(): Promise<void> {
  const built = await ensureConsole(ROOT, () => print('building the console for the browser tests'));
  if (built.outcome === 'failed') print(`The console could not be built:\n${built.output}`);
}

async function checkTypes(): Promise<TestOutcome[]> {
  return Promise.all(
    TYPE_CHECKS.map(async (project): Promise<TestOutcome> => {
      const file = join(ROOT, project);
      const result = await runProgram('tsc', ['-p', project], { cwd: ROOT });
      print(`${result.ok ? 'ok  ' : 'FAIL'} types of ${project}  ${(result.durationMs / 1000).toFixed(1)} s`);
      if (result.ok) return { kind: 'passed', name: 'types', file };
      return { kind: 'failed', name: 'types', file, detail: result.output };
    }),
  );
}
