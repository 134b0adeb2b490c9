import type { ServerReview } from '@bakerst/shared/api/guard';
import type { CliParts, CommandInput } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { printableJson, printableLine } from '../printable.ts';
import { yamlLines } from '../yaml-lines.ts';

/** YAML on stdout, for a person to look over: nothing of it is in force. */
export async function proposeServer(input: CommandInput, { api, terminal }: CliParts): Promise<number> {
  const review = await api().guard.review(input.arg(0));
  const proposal = proposalOf(review);
  if (input.flag('json')) terminal.out(`${printableJson(proposal)}\n`);
  else terminal.out(yamlLines(proposal));
  const pinless = review.tools.filter((tool) => tool.pin === undefined);
  if (pinless.length > 0) {
    const names = pinless.map(({ name }) => name).join(', ');
    terminal.note(`Cannot be pinned, so they stay unknown: ${printableLine(names)}\n`);
  }
  terminal.note('A proposal: look over each effect and role, then paste it into the policy.\n');
  return EXIT.ok;
}

/** What is accepted already stays as it is. */
function proposalOf(review: ServerReview) {
  const tools = review.tools.map(({ name, accepted, proposal, pin, state }) => {
    const policy = state === 'accepted' && accepted !== undefined ? accepted : proposal;
    return [name, { ...(pin === undefined ? {} : { pin }), ...policy }];
  });
  const server = { clearance: review.clearance, tools: Object.fromEntries(tools) };
  return { servers: { [review.server]: server } };
}
