/**
 * How much the heuristic detector finds, and how often it is wrong: `node bench/guard/detector.ts [folder] [--misses]`.
 * Each line of a corpus is `{text, label?}`; in `injecagent` the instruction stands inside a tool's result. The folder is
 * `../shared/data` beside the repository where none is named.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createHeuristicDetector } from '@bakerst/guard/detector/heuristics';
import { loadLines } from './dojo-data.ts';

interface Sample {
  readonly text: string;
  readonly isInjection: boolean;
}

const { values, positionals } = parseArgs({
  options: { misses: { type: 'boolean' } },
  allowPositionals: true,
});
const folder = resolve(positionals[0] ?? resolve(import.meta.dirname, '../../../shared/data'));
const detector = createHeuristicDetector();

const CORPORA: readonly (readonly [string, (row: Record<string, unknown>) => Sample])[] = [
  ['injecagent', (row) => ({ text: String(row.tool_response), isInjection: true })],
  [
    'injecagent with its prefix',
    (row) => ({
      text: String(row.tool_response_template).replace(
        '<Attacker Instruction>',
        () => `${String(row.tool_response_enhanced_prefix)}${String(row.attacker_instruction)}`,
      ),
      isInjection: true,
    }),
  ],
  ['injection_texts_agentdojo', labelled],
  ['cyberseceval_pi', labelled],
  ['deepset', labelled],
  ['bipia', labelled],
  ['mcpsecbench_prompts', labelled],
  ['piguard_valid', labelled],
  ['notinject', labelled],
  ['tool_outputs_benign', labelled],
];

function labelled(row: Record<string, unknown>): Sample {
  return { text: String(row.text), isInjection: row.label !== 0 };
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} % (${part} of ${whole})`;
}

const corpora = CORPORA.map(([name, read]) => ({
  name,
  samples: loadLines<Record<string, unknown>>(folder, `${name.split(' ')[0]}.jsonl`).map(read),
})).filter(({ samples }) => samples.length > 0);
if (corpora.length === 0) {
  process.stderr.write(`Nothing was measured: ${folder} holds none of the corpora.\n`);
  process.exit(1);
}
process.stdout.write('| corpus | found | wrongly found | slowest |\n| --- | --- | --- | --- |\n');
for (const { name, samples } of corpora) {
  const counts = { hit: 0, injections: 0, wrong: 0, benign: 0, slowest: 0 };
  for (const { text, isInjection } of samples) {
    const started = performance.now();
    const findings = detector.inspect(text);
    counts.slowest = Math.max(counts.slowest, performance.now() - started);
    const found = findings.length > 0;
    counts[isInjection ? 'injections' : 'benign'] += 1;
    if (found) counts[isInjection ? 'hit' : 'wrong'] += 1;
    if (values.misses === true && found !== isInjection) {
      process.stderr.write(
        `${isInjection ? 'missed' : 'wrong'} ${name}: ${text.slice(-300)} ${findings.join(' ')}\n`,
      );
    }
  }
  process.stdout.write(
    `| ${name} | ${percent(counts.hit, counts.injections)} | ${percent(counts.wrong, counts.benign)} | ${counts.slowest.toFixed(1)} ms |\n`,
  );
}
