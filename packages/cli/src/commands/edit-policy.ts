import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setProfile as withProfile } from '@bakerst/guard/edit-policy';
import { lineDiff } from '@bakerst/guard/line-diff';
import { parsePolicy } from '@bakerst/guard/parse-policy';
import type { PolicyView } from '@bakerst/shared/api/guard';
import { Profile } from '@bakerst/shared/policy';
import type { CliParts, CommandInput } from '../command.ts';
import { diffText } from '../diff-text.ts';
import { cliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { PROFILE_WORDS, problemLines, readPolicyFile } from '../policy-text.ts';
import { printableJson, printableLine } from '../printable.ts';
import { askPerson, confirmed } from './confirm.ts';

/** Puts a file in force, if the policy is still the one that was shown beside it. */
export async function setPolicy(input: CommandInput, parts: CliParts): Promise<number> {
  const file = input.arg(0);
  const text = await readPolicyFile(file);
  return replace(input, parts, { text, file, current: await parts.api().guard.policy() });
}

/** Opens the policy in force in the person's editor, until it is right; then as `setPolicy`. */
export async function editPolicy(input: CommandInput, parts: CliParts): Promise<number> {
  const { terminal } = parts;
  if (parts.stdin.isTTY !== true) {
    const remedy =
      'bakerst policy show --text > policy.yaml, change it, then: bakerst policy set policy.yaml';
    throw cliError({ code: 'cli_usage', message: 'There is no terminal for an editor.', remedy });
  }
  const current = await parts.api().guard.policy();
  requireWritable(current);
  const folder = await mkdtemp(join(tmpdir(), 'bakerst-policy-'));
  const file = join(folder, 'policy.yaml');
  await writeFile(file, current.text, { mode: 0o600 });
  for (;;) {
    openEditor(file, parts);
    const text = await readPolicyFile(file);
    const parsed = parsePolicy(text);
    if (!parsed.ok) terminal.note(problemLines(parsed.problems, file, terminal));
    else if (text === current.text || (await putEdited(input, parts, { text, file, current }))) {
      if (text === current.text) terminal.note('nothing was changed\n');
      await rm(folder, { recursive: true });
      return EXIT.ok;
    }
    const again = await askPerson(parts, 'Edit again? [Y/n] ', 'Run it in a terminal.');
    if (/^no?$/i.test(again.trim())) {
      sayKept(file, parts);
      return EXIT.failed;
    }
  }
}

/** What the brain refuses (somebody else changed the policy meanwhile) must not be lost with the refusal. */
async function putEdited(input: CommandInput, parts: CliParts, edited: Replacement): Promise<boolean> {
  try {
    return (await replace(input, parts, edited)) === EXIT.ok;
  } catch (error) {
    sayKept(edited.file, parts);
    throw error;
  }
}

function sayKept(file: string, { terminal }: CliParts): void {
  terminal.note(`Your text is kept: ${file}\n`);
}

/** As git does it: the variable may hold arguments. */
function openEditor(file: string, { env }: CliParts): void {
  const editor = [env.VISUAL, env.EDITOR, 'vi'].find((name) => name !== undefined && name !== '');
  const ran = spawnSync('/bin/sh', ['-c', `${editor} "$@"`, 'editor', file], { stdio: 'inherit' });
  if (ran.status === 0) return;
  throw cliError({
    code: 'cli_local_problem',
    message: `The editor ${editor} did not end well; nothing was changed. Your text: ${file}`,
    remedy: 'Set EDITOR to an editor of this machine.',
  });
}

/** Changes the one line of the profile; comments and all else stay. */
export async function setProfile(input: CommandInput, parts: CliParts): Promise<number> {
  const profile = Profile.safeParse(input.arg(0));
  if (!profile.success) {
    throw cliError({
      code: 'cli_usage',
      message: `There is no profile "${input.arg(0)}".`,
      remedy: `Profiles are ${Profile.options.join(', ')}.`,
    });
  }
  const current = await parts.api().guard.policy();
  if (!parsePolicy(current.text).ok) {
    throw cliError({
      code: 'cli_local_problem',
      message: 'There is no valid policy whose profile could be changed.',
      remedy: 'Put a whole one in force: bakerst policy set <file>',
    });
  }
  const text = withProfile(current.text, profile.data);
  return replace(input, parts, { text, file: current.path ?? 'policy', current });
}

interface Replacement {
  readonly text: string;
  readonly file: string;
  readonly current: PolicyView;
}

async function replace(
  input: CommandInput,
  parts: CliParts,
  { text, file, current }: Replacement,
): Promise<number> {
  const { terminal } = parts;
  const parsed = parsePolicy(text);
  if (!parsed.ok) {
    terminal.note(problemLines(parsed.problems, file, terminal));
    return EXIT.failed;
  }
  if (text === current.text && current.source === 'file') {
    terminal.note('nothing changes: this is the policy in force\n');
    return EXIT.ok;
  }
  requireWritable(current);
  terminal.note(`${diffText(lineDiff(current.text.split('\n'), text.split('\n')), terminal)}\n`);
  const { profile } = parsed.policy;
  if (profile !== current.profile) warnOf(profile, parts);
  if (!(await confirmed(input, parts, 'Put this policy in force?'))) {
    terminal.note('not changed\n');
    return EXIT.failed;
  }
  const now = await parts.api().guard.putPolicy({ expectedHash: current.hash, text });
  if (input.flag('json')) terminal.out(`${printableJson({ hash: now.hash, profile: now.profile })}\n`);
  terminal.note(`in force: ${now.hash.slice(0, 12)}, profile ${now.profile}\n`);
  return EXIT.ok;
}

function warnOf(profile: Profile, { terminal }: CliParts): void {
  const style = profile === 'observe' || profile === 'autonomous' ? 'red' : 'bold';
  terminal.note(terminal.paint(style, `${profile}: ${PROFILE_WORDS[profile]}\n`));
}

function requireWritable({ writable, path }: PolicyView): void {
  if (writable) return;
  throw cliError({
    code: 'cli_local_problem',
    message: `The brain cannot change its policy${path === undefined ? '' : ` at ${printableLine(path)}`}.`,
    remedy:
      'Change the file where it comes from (a ConfigMap, another owner); the brain reads it again by itself.',
  });
}
