import { existsSync } from 'node:fs';
import { type PolicyTestOutcome, runPolicyTests } from '@bakerst/guard/run-policy-tests';
import { framedText } from './framed-text.ts';
import { problemLines, readPolicyFile } from './policy-text.ts';
import { printableLine } from './printable.ts';
import type { Terminal } from './terminal.ts';

export interface OwnTests {
  readonly passed: boolean;
  readonly outcomes: readonly PolicyTestOutcome[];
  /** What is shown of it. */
  readonly text: string;
}

/** The tests that lie beside a policy file (`mail.test.yaml` beside `mail.yaml`); undefined where there are none. */
export async function runOwnTests(
  file: string,
  policy: string,
  terminal: Pick<Terminal, 'paint' | 'columns'>,
): Promise<OwnTests | undefined> {
  const beside = file.replace(/(\.ya?ml)?$/, '.test$1');
  if (!existsSync(beside)) return undefined;
  const run = runPolicyTests({ policy, tests: await readPolicyFile(beside) });
  if (!run.ok) {
    const text = problemLines(run.problems, run.in === 'policy' ? file : beside, terminal);
    return { passed: false, outcomes: [], text };
  }
  const { outcomes } = run;
  const good = outcomes.filter(({ passed }) => passed).length;
  const lines = outcomes.map((one) => {
    const mark = one.passed ? terminal.paint('green', 'ok  ') : terminal.paint('red', 'FAIL');
    const said = `expected ${one.expected}, got ${one.got}`;
    const why = framedText(said, terminal.columns, { first: '      ', rest: '      │ ' });
    return `${mark}  ${printableLine(one.name)}\n${one.passed ? '' : why}`;
  });
  const text = `${lines.join('')}${good} of ${outcomes.length} tests pass\n`;
  return { passed: good === outcomes.length, outcomes, text };
}
