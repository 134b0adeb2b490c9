import { ALL_SCOPES, Scope } from '@bakerst/shared/identity';
import type { CliParts, Command, CommandInput } from '../command.ts';
import { cliError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { printableJson, printableLine } from '../printable.ts';
import { relativeTime, textTable } from '../text-table.ts';

const PERSON = {
  type: 'string',
  value: 'id',
  summary: 'of somebody else, as `bakerst people list` has them',
} as const;

/** Who may do what: tokens and the login link. */
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
    options: { person: PERSON },
    examples: ['bakerst tokens list', 'bakerst tokens list --person prn_...'],
    async run(input, { api, terminal, now }) {
      const items = await api().listTokens(input.text('person'));
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
      person: PERSON,
      days: { type: 'string', value: 'n', summary: 'days until it expires (never)' },
    },
    examples: [
      'bakerst tokens create "my script" --scope chat --scope speaks-for-user --days 90',
      'bakerst tokens create "Ann decides" --person prn_... --scope approve',
    ],
    run: createToken,
  },
  {
    path: ['tokens', 'revoke'],
    summary: 'end a token and the sessions that came from it',
    args: [{ name: 'token', summary: 'id of the token', required: true }],
    options: { person: PERSON },
    examples: ['bakerst tokens revoke tok_...'],
    async run(input, { api, terminal }) {
      await api().revokeToken(input.arg(0), input.text('person'));
      terminal.note('revoked\n');
      return EXIT.ok;
    },
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
  const person = input.text('person');
  const whose = person === undefined ? {} : { person };
  const token = await api().createToken({ name: input.arg(0), scopes, ...expiry, ...whose });
  terminal.out(input.flag('json') ? `${printableJson(token)}\n` : `${printableLine(token.secret)}\n`);
  terminal.note(`${token.id}: keep the secret now, it is not shown again.\n`);
  return EXIT.ok;
}

function expiry(expiresAt: string | undefined, now: number): string {
  if (expiresAt === undefined) return 'does not expire';
  return Date.parse(expiresAt) < now ? 'expired' : `until ${expiresAt.slice(0, 10)}`;
}
