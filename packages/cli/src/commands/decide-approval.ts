import { readFile } from 'node:fs/promises';
import type { ApprovalDetail, DecideApprovalRequest } from '@bakerst/shared/api/guard';
import { approvalCard, askedStep } from '../approval-card.ts';
import type { CliParts, CommandInput } from '../command.ts';
import { NEVER_REMEMBERED } from '../effect-words.ts';
import { ApiRefusal, cliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { spelledOutLine } from '../framed-text.ts';
import { printableJson } from '../printable.ts';
import { askPerson, askSecret } from './confirm.ts';

/** Shows the whole card and asks; what is decided is the digest and the nonce of what was shown. */
export async function approve(input: CommandInput, parts: CliParts): Promise<number> {
  if (input.flag('yes') && input.text('digest') === undefined) {
    throw cliError({
      code: 'cli_usage',
      message: 'Nothing is approved unseen.',
      remedy: 'Name the call that you mean: --digest, as `bakerst approvals show --json` gives it.',
    });
  }
  const detail = await decidable(input, parts);
  if (askedStep(detail) === undefined) {
    throw cliError({
      code: 'cli_bad_answer',
      message: `The brain does not show the card of ${detail.id}.`,
      remedy: 'Nothing is approved unseen: deny it, or use the CLI of the same release as the brain.',
    });
  }
  const endorsed = endorsements(input, detail);
  const { terminal } = parts;
  const { principal } = await parts.api().me();
  terminal.note(approvalCard(detail, { terminal, now: parts.now(), me: principal.id }));
  const typed = await destination(input, detail, parts);
  if (!(await agreed(input, detail, parts))) {
    terminal.note('not approved; it is still open\n');
    return EXIT.failed;
  }
  const proof = await freshProof(input, detail, parts);
  return send(input, parts, { detail, body: { decision: 'approved', ...endorsed, ...typed, ...proof } });
}

/** Refusing needs no ceremony: the worst that follows is that it is asked again. */
export async function deny(input: CommandInput, parts: CliParts): Promise<number> {
  const detail = await decidable(input, parts);
  const title = askedStep(detail)?.card.title ?? detail.call;
  parts.terminal.note(`${spelledOutLine(title)}\n`);
  return send(input, parts, { detail, body: { decision: 'denied' } });
}

type Decision = Omit<DecideApprovalRequest, 'digest' | 'nonce' | 'reason'>;

async function send(
  input: CommandInput,
  { api, terminal }: CliParts,
  { detail, body }: { readonly detail: ApprovalDetail; readonly body: Decision },
): Promise<number> {
  const reason = input.text('reason');
  const { digest, nonce, id } = detail;
  const turn = await api().guard.decide(id, {
    ...body,
    digest,
    nonce,
    ...(reason === undefined ? {} : { reason }),
  });
  if (input.flag('json')) terminal.out(`${printableJson({ approval: id, decision: body.decision, turn })}\n`);
  terminal.note(`${body.decision}: the turn ${spelledOutLine(turn.id)} goes on\n`);
  return EXIT.ok;
}

/** @throws CodedError where there is nothing to decide, or not for this caller. */
async function decidable(input: CommandInput, { api }: CliParts): Promise<ApprovalDetail> {
  const detail = await api().guard.approval(input.arg(0));
  if (detail.status !== 'open') {
    throw cliError({
      code: 'cli_local_problem',
      message: `${detail.id} is not open any more: it is ${detail.status}.`,
      remedy: 'See what is open: bakerst approvals list',
    });
  }
  if (detail.obstacle !== undefined) throw new ApiRefusal({ ...detail.obstacle, status: 403 });
  const named = input.text('digest');
  if (named !== undefined && named !== detail.digest) {
    throw cliError({
      code: 'cli_local_problem',
      message: `--digest is not the digest of ${detail.id}, which is ${detail.digest}.`,
      remedy: `Look at what it is now: bakerst approvals show ${detail.id}`,
    });
  }
  return detail;
}

function endorsements(input: CommandInput, detail: ApprovalDetail): Pick<Decision, 'endorse' | 'remember'> {
  const names = [...new Set(input.texts('endorse'))];
  const remember = input.text('remember');
  const card = askedStep(detail)?.card;
  const possible = (card?.values ?? []).filter((value) => value.endorsable === true).map(({ name }) => name);
  const wrong = names.find((name) => !possible.includes(name));
  if (wrong !== undefined) {
    const remedy = possible.length === 0 ? 'None of this card can.' : `These can: ${possible.join(', ')}`;
    throw cliError({ code: 'cli_usage', message: `The value "${wrong}" cannot be endorsed.`, remedy });
  }
  if (remember === undefined) return names.length === 0 ? {} : { endorse: names };
  if (names.length === 0 || !/^([1-9]|[12]\d|30)$/.test(remember)) {
    throw cliError({
      code: 'cli_usage',
      message: '--remember takes 1 to 30 days, for values that are named with --endorse.',
      remedy: `For example: --endorse ${possible[0] ?? 'name'} --remember 7`,
    });
  }
  if (card !== undefined && NEVER_REMEMBERED.has(card.effect)) {
    throw cliError({
      code: 'cli_usage',
      message: `Nothing is remembered for ${card.effect}: each call is looked at by itself.`,
      remedy: 'Leave --remember out.',
    });
  }
  return { endorse: names, remember: { names, days: Number(remember) } };
}

async function destination(
  input: CommandInput,
  detail: ApprovalDetail,
  parts: CliParts,
): Promise<Pick<Decision, 'typed'>> {
  if (!detail.typing) return {};
  const given = input.text('typed');
  if (given !== undefined) return { typed: given };
  const question = '\nType the destination, as the card shows it: ';
  return { typed: (await askPerson(parts, question, 'Pass it with --typed.')).trim() };
}

async function agreed(input: CommandInput, detail: ApprovalDetail, parts: CliParts): Promise<boolean> {
  if (input.text('digest') !== undefined) return true;
  const remedy = `A script names the call that it means: --digest ${detail.digest}`;
  const answer = await askPerson(parts, '\nLet exactly this call run, once? [y/N] ', remedy);
  return /^y(es)?$/i.test(answer.trim());
}

async function freshProof(
  input: CommandInput,
  detail: ApprovalDetail,
  parts: CliParts,
): Promise<Pick<Decision, 'proof'>> {
  if (askedStep(detail)?.card.stepUp !== true) return {};
  const file = input.text('proof-file');
  const token =
    file === undefined
      ? await askSecret(
          parts,
          'Fresh proof, a token with `approve` (not shown): ',
          'Pass it with --proof-file.',
        )
      : (await readProof(file)).trim();
  if (token === '') {
    throw cliError({
      code: 'cli_no_token',
      message: 'This decision needs fresh proof, and none was given.',
      remedy: 'Type an API token that holds `approve`, or name a file with one: --proof-file',
    });
  }
  return { proof: { token } };
}

async function readProof(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw cliError({
      code: 'cli_no_token',
      message: `The file ${file} cannot be read.`,
      remedy: 'Name a file that holds an API token with `approve`.',
      cause,
    });
  }
}
