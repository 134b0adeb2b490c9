import type { Status } from '@bakerst/shared/api/system';
import { CodedError } from '@bakerst/shared/coded-error';
import { formatUsd } from '@bakerst/shared/money';
import type { CliParts, Command } from '../command.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { printableJson, printableLine } from '../printable.ts';

/** `status` is asked when something is wrong: it waits for nothing longer than this. */
const PATIENCE_MS = 700;

export const statusCommand: Command = {
  path: ['status'],
  summary: 'is it running, what waits, what is wrong; answers within a second',
  args: [],
  options: {},
  examples: ['bakerst status', 'bakerst status --json | jq .brain.ok'],
  async run(input, parts) {
    const { terminal, profile } = parts;
    try {
      const status = await parts.api().status(PATIENCE_MS);
      if (input.flag('json')) {
        terminal.out(`${printableJson({ brain: { ok: true, url: profile.url }, ...status })}\n`);
      } else
        terminal.out(
          lines(status, parts)
            .map((line) => `${line}\n`)
            .join(''),
        );
      return status.store.ok ? EXIT.ok : EXIT.failed;
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      const { code, message, remedy } = error;
      if (input.flag('json')) {
        terminal.out(`${printableJson({ brain: { ok: false, url: profile.url, code, message, remedy } })}\n`);
      } else {
        terminal.out(`brain    ${terminal.paint('red', 'not reachable')}: ${printableLine(message)}\n`);
        terminal.out(`remedy   ${printableLine(remedy)}\n`);
      }
      return exitCodeOf(error);
    }
  },
};

function lines(status: Status, { terminal, profile }: CliParts): string[] {
  const { turns, budget, model, store, audit, sandbox } = status;
  const good = (ok: boolean, text: string) => terminal.paint(ok ? 'green' : 'red', printableLine(text));
  const servers = status.toolServers.map((server) => {
    const unconfined = server.confinement === 'unconfined' ? ' unconfined' : '';
    return good(
      server.state === 'ready' && unconfined === '',
      `${server.server} ${server.state}${unconfined}`,
    );
  });
  return [
    `brain    ${good(true, 'running')} ${printableLine(status.version)} at ${profile.url}`,
    `turns    ${turns.running} running, ${turns.queued} queued, ${turns.parked} waiting`,
    `model    ${good(model.state === 'ready' && !model.demo, `${model.ref} ${model.demo ? 'demo' : model.state}`)}`,
    `budget   ${formatUsd(budget.spentMicros)} of ${formatUsd(budget.limitMicros)} this month${budget.blocked ? `, ${terminal.paint('red', 'blocked')}` : ''}`,
    `store    ${good(store.ok, store.detail)}`,
    `audit    ${printableLine(audit.assurance)}, ${audit.waiting} waiting`,
    `tools    ${['core', ...servers].join(', ')}`,
    `sandbox  ${good(sandbox.available, sandbox.detail)}`,
    ...status.warnings.map((warning) =>
      terminal.paint('yellow', `warning  ${printableLine(warning.message)} ${printableLine(warning.remedy)}`),
    ),
  ];
}
