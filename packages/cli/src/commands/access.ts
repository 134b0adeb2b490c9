import { makeVisible } from '@bakerst/shared/hidden-text';
import { ALL_SCOPES, Scope } from '@bakerst/shared/identity';
import type { CliParts, Command, CommandInput } from '../command.ts';
import { cliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { printableJson, printableLine } from '../printable.ts';
import { relativeTime, textTable } from '../text-table.ts';
import { limitOf, PAGE_OPTIONS } from './paging.ts';

const APPROVAL = { name: 'approval', summary: 'id of the approval', required: true } as const;
const REASON = { reason: { type: 'string', value: 'text', summary: 'why; the agent reads it' } } as const;

/** Who may do what: tokens, the login link, approvals. */
export const accessCommands: readonly Command[] = [
  {
    path: ['login-link'],
    summary: 'a new one-time link that logs a browser in',
    details: 'The browser may do what this token may. Only the link printed at start gives every scope.',
    args: [],
    options: {},
    examples: ['bakerst login-link'],
    run: makeLoginLink,
  },
  {
    path: ['tokens', 'list'],
    summary: 'API tokens: what they may do, when they were used',
    args: [],
    options: {},
    examples: ['bakerst tokens list'],
    async run(input, { api, terminal, now }) {
      const items = await api().listTokens();
      if (input.flag('json')) terminal.out(`${printableJson({ items })}\n`);
      else {
        const rows = items.map((token) => [
          token.id,
          token.revokedAt !== undefined ? 'revoked' : expiry(token.expiresAt, now()),
          token.lastUsedAt === undefined ? 'never used' : relativeTime(token.lastUsedAt, now()),
          token.name,
          token.scopes.join(' '),
        ]);
        terminal.out(textTable(['id', 'state', 'used', 'name', 'scopes'], rows, terminal.columns));
      }
      return EXIT.ok;
    },
  },
  {
    path: ['tokens', 'create'],
    summary: 'make an API token; its secret is shown this once, on stdout',
    args: [{ name: 'name', summary: 'what it is for', required: true }],
    options: {
      scope: {
        type: 'string',
        multiple: true,
        value: 'scope',
        summary: `one of ${Scope.options.join(', ')} (chat)`,
      },
      days: { type: 'string', value: 'n', summary: 'days until it expires (never)' },
    },
    examples: ['bakerst tokens create "my script" --scope chat --scope speaks-for-user --days 90'],
    run: createToken,
  },
  {
    path: ['tokens', 'revoke'],
    summary: 'end a token and the sessions that came from it',
    args: [{ name: 'token', summary: 'id of the token', required: true }],
    options: {},
    examples: ['bakerst tokens revoke tok_...'],
    async run(input, { api, terminal }) {
      await api().revokeToken(input.arg(0));
      terminal.note('revoked\n');
      return EXIT.ok;
    },
  },
  {
    path: ['approvals', 'list'],
    summary: 'what waits for a decision of yours',
    args: [],
    options: {
      limit: PAGE_OPTIONS.limit,
      all: { type: 'boolean', summary: 'also what was decided' },
    },
    examples: ['bakerst approvals list'],
    async run(input, { api, terminal, now }) {
      const status = input.flag('all') ? {} : { status: 'open' };
      const items = await api().listApprovals({ limit: limitOf(input), ...status });
      if (input.flag('json')) terminal.out(`${printableJson({ items })}\n`);
      else {
        const rows = items.map((item) => [
          item.id,
          item.status,
          relativeTime(item.requestedAt, now()),
          item.decided?.type === 'tool_decided' ? item.decided.tool : '',
        ]);
        terminal.out(textTable(['approval', 'state', 'asked', 'tool'], rows, terminal.columns));
      }
      return EXIT.ok;
    },
  },
  {
    path: ['approvals', 'approve'],
    summary: 'let exactly this call run, once',
    details: 'Needs a token with the scope `approve`, which the token of the local CLI lacks.',
    args: [APPROVAL],
    options: REASON,
    examples: ['bakerst approvals approve apr_... --token-file ~/approver-token'],
    run: (input, parts) => decide('approved', input, parts),
  },
  {
    path: ['approvals', 'deny'],
    summary: 'refuse the call',
    args: [APPROVAL],
    options: REASON,
    examples: ['bakerst approvals deny apr_... --reason "wrong address"'],
    run: (input, parts) => decide('denied', input, parts),
  },
];

async function makeLoginLink(input: CommandInput, { api, terminal }: CliParts): Promise<number> {
  const link = await api().loginLink();
  terminal.out(input.flag('json') ? `${printableJson(link)}\n` : `${printableLine(link.url)}\n`);
  terminal.note('It works once, for a quarter of an hour. Whoever opens it is logged in as you.\n');
  const missing = ALL_SCOPES.filter((scope) => !link.scopes.includes(scope));
  if (missing.length > 0) {
    const names = missing.join(', ');
    terminal.note(
      `Without ${names}, which this token lacks: for that, use the link that the start printed.\n`,
    );
  }
  return EXIT.ok;
}

async function createToken(input: CommandInput, { api, terminal }: CliParts): Promise<number> {
  const asked = input.texts('scope').length === 0 ? ['chat'] : input.texts('scope');
  const scopes = asked.map((text) => {
    const scope = Scope.safeParse(text);
    if (scope.success) return scope.data;
    throw cliError({
      code: 'cli_usage',
      message: `There is no scope "${text}".`,
      remedy: `Scopes are ${Scope.options.join(', ')}.`,
    });
  });
  const days = input.text('days');
  if (days !== undefined && !/^[1-9]\d{0,3}$/.test(days)) {
    throw cliError({
      code: 'cli_usage',
      message: `--days ${days} is not a number of days.`,
      remedy: 'For example: --days 90',
    });
  }
  const expiry = days === undefined ? {} : { expiresInDays: Number(days) };
  const token = await api().createToken({ name: input.arg(0), scopes, ...expiry });
  terminal.out(input.flag('json') ? `${printableJson(token)}\n` : `${printableLine(token.secret)}\n`);
  terminal.note(`${token.id}: keep the secret now, it is not shown again.\n`);
  return EXIT.ok;
}

/** Shows the card as the monitor wrote it, and decides about the digest that belongs to it. */
async function decide(
  decision: 'approved' | 'denied',
  input: CommandInput,
  { api, terminal }: CliParts,
): Promise<number> {
  const all = await api().listApprovals({ limit: 200 });
  const approval = all.find((item) => item.id === input.arg(0));
  if (approval === undefined) {
    throw cliError({
      code: 'cli_local_problem',
      message: `There is no approval ${input.arg(0)} of yours.`,
      remedy: 'See: bakerst approvals list --all',
    });
  }
  const step = approval.decided?.type === 'tool_decided' ? approval.decided : undefined;
  if (step?.verdict.decision === 'ask') {
    terminal.note(`${spelledOut(step.verdict.card.title)}\n`);
    for (const value of step.verdict.card.values) {
      terminal.note(`  ${[value.name, value.value, `(${value.origin})`].map(spelledOut).join(' ')}\n`);
    }
  }
  const reason = input.text('reason');
  await api().decideApproval(approval.id, {
    decision,
    digest: approval.digest,
    ...(reason === undefined ? {} : { reason }),
  });
  terminal.note(`${decision}\n`);
  return EXIT.ok;
}

/** Nobody approves what they cannot see: also what a terminal would merely not show is written out. */
function spelledOut(text: string): string {
  return printableLine(makeVisible(text));
}

function expiry(expiresAt: string | undefined, now: number): string {
  if (expiresAt === undefined) return 'does not expire';
  return Date.parse(expiresAt) < now ? 'expired' : `until ${expiresAt.slice(0, 10)}`;
}
