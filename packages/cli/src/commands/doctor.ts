import type { CliParts, Command } from '../command.ts';
import type { CheckResult } from '../doctor/check.ts';
import { examine } from '../doctor/examine.ts';
import { EXIT } from '../exit-codes.ts';
import { printableJson, printableLine } from '../printable.ts';

export const doctorCommand: Command = {
  path: ['doctor'],
  summary: 'what is wrong, what could be better, and what to do about it',
  details:
    '--fix mends what is safe to mend: modes of files, missing folders, what a crash left, a missing console.',
  args: [],
  options: {
    fix: { type: 'boolean', summary: 'mend what can be mended safely' },
    completion: { type: 'boolean', summary: 'prove the model with one real completion (costs money)' },
  },
  examples: [
    'bakerst doctor',
    'bakerst doctor --fix',
    'bakerst doctor --completion',
    'bakerst doctor --json',
  ],
  async run(input, parts) {
    let results = await examine(parts, { completion: input.flag('completion') });
    if (input.flag('fix')) {
      const mended = await mend(results, parts);
      if (mended) results = await examine(parts, { completion: false });
    }
    const failed = results.some((result) => result.status === 'fail');
    if (input.flag('json')) {
      const checks = results.map(({ fix, ...result }) => ({ ...result, fixable: fix !== undefined }));
      parts.terminal.out(`${printableJson({ ok: !failed, checks })}\n`);
    } else show(results, parts);
    return failed ? EXIT.failed : EXIT.ok;
  },
};

async function mend(results: readonly CheckResult[], { terminal }: CliParts): Promise<boolean> {
  const fixable = results.filter((result) => result.fix !== undefined);
  for (const result of fixable) {
    try {
      terminal.note(`fixed: ${printableLine((await result.fix?.()) ?? '')}\n`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      terminal.note(`not fixed: ${result.name}: ${printableLine(why)}\n`);
    }
  }
  return fixable.length > 0;
}

const MARKS = { ok: ['green', 'ok  '], warn: ['yellow', 'warn'], fail: ['red', 'FAIL'] } as const;

function show(results: readonly CheckResult[], { terminal }: CliParts): void {
  const width = Math.max(...results.map((result) => result.name.length));
  for (const result of results) {
    const [colour, mark] = MARKS[result.status];
    const style = result.alarming === true ? 'red' : colour;
    const head = `${terminal.paint(style, mark)}  ${printableLine(result.name).padEnd(width)}`;
    const detail =
      result.alarming === true
        ? terminal.paint('red', printableLine(result.detail))
        : printableLine(result.detail);
    terminal.out(`${head}  ${detail}\n`);
    if (result.remedy !== undefined)
      terminal.out(`${' '.repeat(width + 8)}${printableLine(result.remedy)}\n`);
  }
  const count = (status: CheckResult['status']) =>
    results.filter((result) => result.status === status).length;
  terminal.out(`${count('ok')} ok, ${count('warn')} warnings, ${count('fail')} failures\n`);
}
