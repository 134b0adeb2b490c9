import { parsePolicy } from '@bakerst/guard/parse-policy';
import type { TestPolicyResult } from '@bakerst/shared/api/guard';
import type { CliParts, CommandInput } from '../command.ts';
import { cliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { runOwnTests } from '../own-policy-tests.ts';
import { problemLines, readPolicyFile } from '../policy-text.ts';
import { printableJson, printableLine } from '../printable.ts';
import { relativeTime, textTable } from '../text-table.ts';

/** Needs no brain: what is wrong is said with its place, for people and editors. */
export async function checkPolicyFile(input: CommandInput, { terminal }: CliParts): Promise<number> {
  const file = input.arg(0);
  const parsed = parsePolicy(await readPolicyFile(file));
  const problems = parsed.ok ? [] : parsed.problems;
  if (input.flag('json')) terminal.out(`${printableJson({ ok: parsed.ok, file, problems })}\n`);
  else if (parsed.ok) {
    const { profile, servers, rules } = parsed.policy;
    const count = Object.values(servers).reduce((sum, { tools }) => sum + Object.keys(tools).length, 0);
    const what = `profile ${profile}, ${count} tools of ${Object.keys(servers).length} servers, ${rules.length} rules`;
    terminal.out(`${printableLine(file)}: right. ${what}\n`);
  } else terminal.out(problemLines(problems, file, terminal));
  return parsed.ok ? EXIT.ok : EXIT.failed;
}

/** The tests beside a policy, then what it would have said to the calls that were made. */
export async function testPolicyFile(input: CommandInput, parts: CliParts): Promise<number> {
  countOf(input);
  const file = input.args[0];
  const text = file === undefined ? undefined : await readPolicyFile(file);
  if (file === undefined || text === undefined) {
    if (input.flag('offline')) throw nothingToTest();
    return replay(input, parts, {});
  }
  if (!isRight(file, text, parts)) return EXIT.failed;
  const own = await runOwnTests(file, text, parts.terminal);
  if (own === undefined && input.flag('offline')) throw nothingToTest();
  const { terminal } = parts;
  // With --json, what is wrong with the tests themselves is in no outcome.
  if (own !== undefined) (input.flag('json') ? terminal.note : terminal.out)(own.text);
  const tests = own === undefined ? {} : { tests: own.outcomes };
  // Nothing is replayed under a policy that fails its own tests.
  if (own?.passed !== false && !input.flag('offline')) return replay(input, parts, { text, tests });
  const ok = own?.passed === true;
  if (input.flag('json')) terminal.out(`${printableJson({ ok, ...tests })}\n`);
  return ok ? EXIT.ok : EXIT.failed;
}

async function replay(
  input: CommandInput,
  parts: CliParts,
  { text, tests }: { readonly text?: string; readonly tests?: object },
): Promise<number> {
  const what = text === undefined ? {} : { text };
  const result = await parts.api().guard.testPolicy({ conversations: countOf(input), ...what });
  if (input.flag('json')) parts.terminal.out(`${printableJson({ ...result, ...tests })}\n`);
  else showChanges(result, parts);
  return result.changed.length > 0 && input.flag('fail-on-change') ? EXIT.failed : EXIT.ok;
}

function isRight(file: string, text: string, { terminal }: CliParts): boolean {
  const parsed = parsePolicy(text);
  if (!parsed.ok) terminal.note(problemLines(parsed.problems, file, terminal));
  return parsed.ok;
}

function nothingToTest(): Error {
  return cliError({
    code: 'cli_usage',
    message: 'There are no tests to run.',
    remedy: 'Name a policy file with its tests beside it: policy.test.yaml beside policy.yaml.',
  });
}

function showChanges(result: TestPolicyResult, { terminal, now }: CliParts): void {
  const { changed, counts } = result;
  if (changed.length > 0) {
    const rows = changed.map((one) => [
      one.call,
      relativeTime(one.at, now()),
      `${one.before} -> ${one.after}`,
      one.tool,
      one.reasons.map(({ message }) => message).join(' '),
    ]);
    terminal.out(textTable(['call', 'made', 'verdict', 'tool', 'why'], rows, terminal.columns));
    terminal.out('\n');
  }
  const head = ['', 'allow', 'ask', 'deny'];
  const row = (name: string, of: TestPolicyResult['counts']['before']) => [
    name,
    ...VERDICTS.map((verdict) => String(of[verdict] ?? 0)),
  ];
  terminal.out(textTable(head, [row('before', counts.before), row('after', counts.after)], terminal.columns));
  const verdicts = changed.length === 1 ? '1 verdict changes' : `${changed.length} verdicts change`;
  const where = `${counted(result.calls, 'call')} in ${counted(result.conversations, 'conversation')}`;
  terminal.out(`${verdicts}, of ${where}\n`);
}

function counted(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

const VERDICTS = ['allow', 'ask', 'deny'] as const;

function countOf(input: CommandInput): number {
  const text = input.text('conversations') ?? '100';
  const count = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= 1_000) return count;
  throw cliError({
    code: 'cli_usage',
    message: `--conversations ${text} is not a number from 1 to 1000.`,
    remedy: 'For example: --conversations 200',
  });
}
