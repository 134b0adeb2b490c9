import { Approval } from '@bakerst/shared/api/conversations';
import { approvalCard, askedStep } from '../approval-card.ts';
import type { CliParts, Command, CommandInput } from '../command.ts';
import { cliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { printableJson } from '../printable.ts';
import { relativeTime, textTable } from '../text-table.ts';
import { approve, deny } from './decide-approval.ts';
import { limitOf, PAGE_OPTIONS } from './paging.ts';

const APPROVAL = { name: 'approval', summary: 'id of the approval', required: true } as const;
const STATES = Approval.shape.status.options;

/** What waits for a person, the decision about it, and what was accepted for longer than one request. */
export const approvalCommands: readonly Command[] = [
  {
    path: ['approvals', 'list'],
    summary: 'what waits for a decision of yours',
    args: [],
    options: {
      limit: PAGE_OPTIONS.limit,
      status: { type: 'string', value: 'state', summary: `one of ${STATES.join(', ')} (open)` },
      all: { type: 'boolean', summary: 'in every state' },
    },
    examples: ['bakerst approvals list', 'bakerst approvals list --status denied --json'],
    run: list,
  },
  {
    path: ['approvals', 'show'],
    summary: 'the whole card: what would be done, for whom, with which values and why you are asked',
    args: [APPROVAL],
    options: {},
    examples: ['bakerst approvals show apr_...'],
    async run(input, parts) {
      const detail = await parts.api().guard.approval(input.arg(0));
      if (input.flag('json')) parts.terminal.out(`${printableJson(detail)}\n`);
      else {
        const { principal } = await parts.api().me();
        const { terminal, now } = parts;
        terminal.out(approvalCard(detail, { terminal, now: now(), me: principal.id }));
        if (detail.status === 'open' && detail.obstacle === undefined) {
          terminal.note(`\nDecide it: bakerst approvals approve ${detail.id}, or deny\n`);
        }
      }
      return EXIT.ok;
    },
  },
  {
    path: ['approvals', 'approve'],
    summary: 'let exactly this call run, once',
    details:
      'Shows the card and asks. Needs a token with the scope `approve`, which the token of the local CLI lacks. A\n' +
      'script names the digest of the call that it means (it is in `approvals show --json`) and is not asked.',
    args: [APPROVAL],
    options: {
      endorse: {
        type: 'string',
        multiple: true,
        value: 'name',
        summary: 'accept this value for the rest of the request',
      },
      remember: { type: 'string', value: 'days', summary: 'accept the endorsed values for 1 to 30 days' },
      reason: { type: 'string', value: 'text', summary: 'why; the agent reads it' },
      digest: { type: 'string', value: 'sha256', summary: 'the call that is meant; then nothing is asked' },
      typed: { type: 'string', value: 'text', summary: 'the destination, where it must be typed' },
      'proof-file': { type: 'string', value: 'file', summary: 'fresh proof: a file with a token' },
      yes: { type: 'boolean', short: 'y', summary: 'do not ask; only together with --digest' },
    },
    examples: [
      'bakerst approvals approve apr_... --token-file ~/approver-token',
      'bakerst approvals approve apr_... --endorse recipients[0] --remember 7',
      'bakerst approvals approve apr_... --digest 5f1c...',
    ],
    run: approve,
  },
  {
    path: ['approvals', 'deny'],
    summary: 'refuse the call',
    args: [APPROVAL],
    options: { reason: { type: 'string', value: 'text', summary: 'why; the agent reads it' } },
    examples: ['bakerst approvals deny apr_... --reason "wrong address"'],
    run: deny,
  },
  {
    path: ['approvals', 'grants'],
    summary: 'values that were accepted for longer than one request',
    args: [],
    options: {},
    examples: ['bakerst approvals grants'],
    run: listGrants,
  },
  {
    path: ['approvals', 'revoke'],
    summary: 'take back a value that was accepted',
    args: [{ name: 'grant', summary: 'id of the grant', required: true }],
    options: {},
    examples: ['bakerst approvals revoke grt_...'],
    async run(input, { api, terminal }) {
      await api().guard.revokeGrant(input.arg(0));
      if (input.flag('json')) terminal.out(`${printableJson({ revoked: input.arg(0) })}\n`);
      terminal.note('revoked: it is asked again from now on\n');
      return EXIT.ok;
    },
  },
];

async function list(input: CommandInput, { api, terminal, now }: CliParts): Promise<number> {
  const status = input.text('status') ?? 'open';
  if (!STATES.some((state) => state === status)) {
    throw cliError({
      code: 'cli_usage',
      message: `There is no state "${status}".`,
      remedy: `States are ${STATES.join(', ')}.`,
    });
  }
  const only = input.flag('all') ? {} : { status };
  const items = await api().guard.approvals({ limit: limitOf(input), ...only });
  if (input.flag('json')) {
    terminal.out(`${printableJson({ items })}\n`);
    return EXIT.ok;
  }
  const rows = items.map((item) => {
    const asked = askedStep(item);
    const tool = asked?.step.tool ?? '';
    const when = relativeTime(item.requestedAt, now());
    return [item.id, item.status, when, asked?.step.effect ?? '', tool, asked?.card.title ?? ''];
  });
  const head = ['approval', 'state', 'asked', 'effect', 'tool', 'what'];
  terminal.out(textTable(head, rows, terminal.columns));
  if (items.length > 0) terminal.note(`See one whole: bakerst approvals show ${items[0]?.id}\n`);
  return EXIT.ok;
}

async function listGrants(input: CommandInput, { api, terminal, now }: CliParts): Promise<number> {
  const items = await api().guard.grants();
  if (input.flag('json')) terminal.out(`${printableJson({ items })}\n`);
  else {
    const rows = items.map((grant) => [
      grant.id,
      grant.revokedAt !== undefined
        ? 'revoked'
        : Date.parse(grant.expiresAt) < now()
          ? 'expired'
          : `until ${grant.expiresAt.slice(0, 10)}`,
      grant.server,
      grant.slot,
      grant.value,
    ]);
    terminal.out(textTable(['grant', 'state', 'server', 'as', 'value'], rows, terminal.columns));
  }
  return EXIT.ok;
}
