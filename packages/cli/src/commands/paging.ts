import type { CommandInput, OptionSpec } from '../command.ts';
import { cliError } from '../errors.ts';

export const PAGE_OPTIONS = {
  limit: { type: 'string', short: 'n', value: 'n', summary: 'how many (30)' },
  cursor: { type: 'string', value: 'cursor', summary: 'where a former page ended' },
} as const satisfies Readonly<Record<string, OptionSpec>>;

/** @throws CodedError `cli_usage` */
export function limitOf(input: CommandInput, max = 200): number {
  const text = input.text('limit') ?? '30';
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= max) return limit;
  throw cliError({
    code: 'cli_usage',
    message: `--limit ${text} is not a number from 1 to ${max}.`,
    remedy: 'For example: --limit 20',
  });
}
