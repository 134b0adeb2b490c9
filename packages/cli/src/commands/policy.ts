import { Profile } from '@bakerst/shared/policy';
import type { CliParts, Command, CommandInput, CommandRun } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { policyInWords } from '../policy-text.ts';
import { printable, printableJson } from '../printable.ts';
import { relativeTime, textTable } from '../text-table.ts';
import { YES } from './confirm.ts';

const FILE = { name: 'file', summary: 'the policy file', required: true } as const;

/** What the guard goes by: to read, to try, to change. */
export const policyCommands: readonly Command[] = [
  {
    path: ['policy', 'show'],
    summary: 'the policy in force, in words; --text: as it is written',
    args: [],
    options: {
      words: { type: 'boolean', summary: 'in words (this is the default)' },
      text: { type: 'boolean', summary: 'the text of the file' },
    },
    examples: ['bakerst policy show', 'bakerst policy show --text > policy.yaml'],
    run: show,
  },
  {
    path: ['policy', 'check'],
    summary: 'is a policy file right? As a compiler says it, without a brain',
    args: [FILE],
    options: {},
    examples: ['bakerst policy check policy.yaml'],
    run: later(async () => (await import('./try-policy.ts')).checkPolicyFile),
  },
  {
    path: ['policy', 'test'],
    summary: 'which past calls would get another verdict; runs the policy’s own tests too',
    details:
      'Replays recorded conversations under the policy in force, or under a file. Tests that lie beside the file\n' +
      '(policy.test.yaml beside policy.yaml) run first, without a brain; one that fails ends with 1.',
    args: [{ name: 'file', summary: 'a policy file; without it the policy in force' }],
    options: {
      conversations: { type: 'string', value: 'n', summary: 'newest conversations to replay (100)' },
      'fail-on-change': { type: 'boolean', summary: 'end with 1 where any verdict would change' },
      offline: { type: 'boolean', summary: 'only the tests beside the file' },
    },
    examples: [
      'bakerst policy test policy.yaml',
      'bakerst policy test policy.yaml --conversations 500 --fail-on-change',
      'bakerst policy test policy.yaml --offline',
    ],
    run: later(async () => (await import('./try-policy.ts')).testPolicyFile),
  },
  {
    path: ['policy', 'set'],
    summary: 'put a file in force: shows what changes, and asks',
    args: [FILE],
    options: { yes: YES },
    examples: ['bakerst policy set policy.yaml'],
    run: later(async () => (await import('./edit-policy.ts')).setPolicy),
  },
  {
    path: ['policy', 'edit'],
    summary: 'open the policy in an editor, check it, and put it in force',
    args: [],
    options: {},
    examples: ['bakerst policy edit', 'EDITOR=nano bakerst policy edit'],
    run: later(async () => (await import('./edit-policy.ts')).editPolicy),
  },
  {
    path: ['policy', 'profile'],
    summary: 'how much is asked: shows what changes, and asks',
    args: [{ name: 'profile', summary: `one of ${Profile.options.join(', ')}`, required: true }],
    options: { yes: YES },
    examples: ['bakerst policy profile strict'],
    run: later(async () => (await import('./edit-policy.ts')).setProfile),
  },
  {
    path: ['policy', 'history'],
    summary: 'which policy was in force since when, by whom, how',
    args: [],
    options: {},
    examples: ['bakerst policy history'],
    run: history,
  },
  {
    path: ['policy', 'propose'],
    summary: 'what a tool server could be declared as: YAML to look over and paste',
    details: 'Guessed from names and from what the server says of itself. Nothing of it is in force.',
    args: [{ name: 'server', summary: 'name of the server', required: true }],
    options: {},
    examples: ['bakerst policy propose mail'],
    run: later(async () => (await import('./propose-server.ts')).proposeServer),
  },
];

/** The policy reader is large: only who needs it waits for it. */
function later(load: () => Promise<CommandRun>): CommandRun {
  return async (input, parts) => (await load())(input, parts);
}

async function show(input: CommandInput, { api, terminal }: CliParts): Promise<number> {
  const policy = await api().guard.policy();
  if (input.flag('json')) terminal.out(`${printableJson(policy)}\n`);
  else if (input.flag('text')) terminal.out(printable(policy.text));
  else terminal.out(policyInWords(policy, terminal));
  return policy.source === 'missing' || policy.problems.length > 0 ? EXIT.failed : EXIT.ok;
}

async function history(input: CommandInput, { api, terminal, now }: CliParts): Promise<number> {
  const found = await api().guard.policyHistory();
  if (input.flag('json')) terminal.out(`${printableJson(found)}\n`);
  else {
    const rows = found.items.map(({ hash, at, author, how }) => [
      hash.slice(0, 12),
      relativeTime(at, now()),
      how,
      author,
    ]);
    terminal.out(textTable(['policy', 'since', 'by way of', 'author'], rows, terminal.columns));
  }
  return EXIT.ok;
}
