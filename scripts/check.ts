import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isolateEnvironment } from './isolate-environment.ts';
import { runProgram } from './run-program.ts';
import { runTestFiles } from './run-tests.ts';
import { closingLines, countOutcomes } from './test-report.ts';
import { findTestFiles, RATCHETS, SLOW, TYPE_CHECKS, UNIT } from './test-suites.ts';

const HELP = `npm run check [-- options]

What to run before a commit: format, lint, types, ratchets and quick unit tests. Everything runs, also after a failure;
tests that kill processes or use real models and servers are left to npm test.

Options
  --fix    format, and mend what the linter can mend safely, before checking
  --help   this text
`;

const ROOT = resolve(import.meta.dirname, '..');

interface Step {
  readonly name: string;
  readonly ok: boolean;
  readonly durationMs: number;
  readonly note: string;
  readonly output: string;
}

process.exitCode = await main();

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      fix: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (values.fix) await runProgram('biome', ['check', '--write', '.'], { cwd: ROOT });
  const startedAt = performance.now();
  const tools = [
    program('format', 'biome', ['format', '.']),
    program('lint', 'biome', ['lint', '.', '--error-on-warnings']),
    ...TYPE_CHECKS.map((project) => program(`types of ${project}`, 'tsc', ['-p', project])),
  ];
  const steps = await Promise.all(tools);
  steps.push(await tests('ratchets', RATCHETS), await tests('unit tests', UNIT));
  const bad = steps.filter((step) => !step.ok);
  for (const step of bad) process.stdout.write(`\n--- ${step.name}\n${step.output.trimEnd()}\n`);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const verdict = bad.length === 0 ? 'All is well' : `${bad.length} of ${steps.length} steps failed`;
  process.stdout.write(`\n${verdict}, ${seconds} s\n`);
  return bad.length === 0 ? 0 : 1;
}

async function program(name: string, command: string, args: readonly string[]): Promise<Step> {
  const result = await runProgram(command, args, { cwd: ROOT });
  return report({ name, ok: result.ok, durationMs: result.durationMs, note: '', output: result.output });
}

async function tests(name: string, patterns: readonly string[]): Promise<Step> {
  const startedAt = performance.now();
  const home = isolateEnvironment(process.env);
  const all = findTestFiles(ROOT, patterns);
  const quick = all.filter((file) => !SLOW.test(file));
  const outcomes = await runTestFiles(quick, {
    // One more than there are processors: many a test waits for a disk, a server or a deadline.
    concurrency: Math.min(8, availableParallelism() + 1),
    testTimeoutMs: 60_000,
    fileTimeoutMs: 120_000,
    signal: new AbortController().signal,
    onFile: () => undefined,
  });
  rmSync(home, { recursive: true, force: true });
  const { passed, failed, skipped } = countOutcomes(outcomes);
  const slow = all.length - quick.length;
  const left = slow === 0 ? '' : `, ${slow} slow files left to npm test`;
  return report({
    name,
    ok: failed === 0,
    durationMs: performance.now() - startedAt,
    note: `  ${passed} passed, ${failed} failed, ${skipped} skipped${left}`,
    output: closingLines(ROOT, outcomes).join('\n'),
  });
}

function report(step: Step): Step {
  const seconds = (step.durationMs / 1000).toFixed(1).padStart(5);
  process.stdout.write(`${step.ok ? 'ok  ' : 'FAIL'} ${seconds} s  ${step.name}${step.note}\n`);
  return step;
}
