import { acceptTool, setClearance } from '@bakerst/guard/edit-policy';
import type { ServerReview } from '@bakerst/shared/api/guard';
import type { CliParts, CommandInput } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { printable, printableJson, printableLine } from '../printable.ts';

/** YAML on stdout, for a person to look over: nothing of it is in force. */
export async function proposeServer(input: CommandInput, { api, terminal }: CliParts): Promise<number> {
  const review = await api().guard.review(input.arg(0));
  const { server, clearance, tools } = review;
  const proposed = tools.map((tool) => ({ name: tool.name, policy: policyOf(tool) }));
  if (input.flag('json')) {
    const byName = Object.fromEntries(proposed.map(({ name, policy }) => [name, policy]));
    terminal.out(`${printableJson({ servers: { [server]: { clearance, tools: byName } } })}\n`);
  } else {
    const text = proposed.reduce(
      (policy, { name: tool, policy: one }) => acceptTool(policy, { server, tool, policy: one }),
      setClearance(EMPTY, { server, clearance }),
    );
    terminal.out(printable(text.slice(EMPTY.length)));
  }
  const pinless = tools.filter((tool) => tool.pin === undefined);
  if (pinless.length > 0) {
    const names = pinless.map(({ name }) => name).join(', ');
    terminal.note(`Cannot be pinned, so they stay unknown: ${printableLine(names)}\n`);
  }
  terminal.note('A proposal: look over each effect and role, then paste it into the policy.\n');
  return EXIT.ok;
}

const EMPTY = 'version: 1\n';

/** What is accepted already stays as it is. */
function policyOf({ accepted, proposal, pin, state }: ServerReview['tools'][number]) {
  const policy = state === 'accepted' && accepted !== undefined ? accepted : proposal;
  return pin === undefined ? policy : { ...policy, pin };
}
