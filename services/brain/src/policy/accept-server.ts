import { acceptTool, setClearance, withdrawTool } from '@bakerst/guard/edit-policy';
import { serversName } from '@bakerst/guard/servers-name';
import type { AcceptServerRequest } from '@bakerst/shared/api/guard';
import type { ToolDefinition } from '@bakerst/shared/tools';
import { policyError } from './errors.ts';

/** A tool as a person accepted it, with the very definition they were shown. */
export interface AcceptedDefinition {
  readonly name: string;
  readonly pin: string;
  readonly pinned: string;
}

/**
 * The definitions that are accepted, if the server still offers what was looked at.
 * @throws CodedError `policy_conflict`
 */
export function acceptedDefinitions(
  server: string,
  { tools }: AcceptServerRequest,
  offered: readonly ToolDefinition[],
): readonly AcceptedDefinition[] {
  const byName = new Map(offered.map((definition) => [serversName(definition), definition]));
  return tools.map(({ name, pin }) => {
    const definition = byName.get(name);
    if (definition?.pin === pin && definition.pinned !== undefined) {
      return { name, pin, pinned: definition.pinned };
    }
    throw policyError({
      code: 'policy_conflict',
      message: definition
        ? `${name} of ${server} is not what was looked at any more.`
        : `${server} does not offer a tool ${name} now.`,
      remedy: `Look at the server again: bakerst mcp review ${server}`,
    });
  });
}

/** The policy's text with what was accepted, taken back and cleared. */
export function acceptedText(text: string, server: string, request: AcceptServerRequest): string {
  const { clearance, tools, withdraw } = request;
  const cleared = clearance === undefined ? text : setClearance(text, { server, clearance });
  const without = withdraw.reduce((before, tool) => withdrawTool(before, { server, tool }), cleared);
  return tools.reduce(
    (before, { name, policy, pin }) => acceptTool(before, { server, tool: name, policy: { pin, ...policy } }),
    without,
  );
}

/** What to paste, and to take out, where the file cannot be written from here. */
export function pasteText(server: string, request: AcceptServerRequest): string {
  const added = acceptedText('version: 1\n', server, { ...request, withdraw: [] });
  const removed = request.withdraw.map((tool) => `Take out: servers.${server}.tools.${tool}\n`);
  return [added.replace(/^version: 1\n/, ''), ...removed].join('');
}
