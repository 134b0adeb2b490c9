import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeReport } from './report.ts';
import { failuresOf, runBench } from './run-bench.ts';

const HELP = `What the guard stops and what it costs, over recorded tasks and attacks. No model is asked.

  node bench/guard/main.ts [--data=<folder>] [--policy=<folder>] [--out=<file>] [--json] [--quick] [--guard]

  --data     suites (agentdojo/*.json) and attack texts (injection/*.jsonl); default ../shared/data beside the repository
  --policy   <suite>.yaml files; default bench/guard/policies. Suites and tools they do not name get guessed labels
  --out      Markdown file to write; default bench/guard/RESULTS.md for the default data, else none
  --json     prints all figures as JSON instead of the tables
  --quick    without the adversary's search and without latency; writes no file unless --out is given
  --guard    exit code 1 where an attack gets through or a task is made impossible: what CI guards

Says so where the data are not there, and exits with 0; with 1 where --data names them.
`;

const ROOT = resolve(import.meta.dirname, '../..');

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    policy: { type: 'string' },
    out: { type: 'string' },
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    guard: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

process.exitCode = values.help ? help() : run();

function help(): number {
  process.stdout.write(HELP);
  return 0;
}

function run(): number {
  const data = resolve(values.data ?? join(ROOT, '../shared/data'));
  if (!existsSync(data)) return missing(`there is no folder ${data}`);
  const tell = (line: string) => process.stderr.write(`${line}\n`);
  const policies = resolve(values.policy ?? join(import.meta.dirname, 'policies'));
  const results = runBench({ data, policies, isQuick: values.quick, tell });
  if (!results) return missing(`${data} holds neither suites nor attack texts`);
  const report = writeReport(results, {
    day: new Date().toISOString().slice(0, 10),
    machine: `${availableParallelism()} cores, node ${process.version}`,
    command: 'node bench/guard/main.ts',
  });
  process.stdout.write(values.json ? `${JSON.stringify(results, undefined, 2)}\n` : report);
  const out =
    values.out ??
    (values.data === undefined && !values.quick ? join(import.meta.dirname, 'RESULTS.md') : undefined);
  if (out !== undefined) writeFileSync(out, report);
  const failures = failuresOf(results);
  for (const failure of failures) tell(`✗ ${failure}`);
  return values.guard && failures.length > 0 ? 1 : 0;
}

/** A fresh clone lacks the data; a folder that somebody names has them. */
function missing(why: string): number {
  if (values.data !== undefined) {
    process.stderr.write(`Nothing was measured: ${why}.\n`);
    return 1;
  }
  process.stdout.write(`Skipped: ${why}. Name the data with --data=<folder>.\n`);
  return 0;
}
