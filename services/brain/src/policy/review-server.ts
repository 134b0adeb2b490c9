import { diffDefinition } from '@bakerst/guard/diff-definition';
import { proposeTool } from '@bakerst/guard/propose-tool';
import { serversName } from '@bakerst/guard/servers-name';
import type { ServerReview, ToolReview } from '@bakerst/shared/api/guard';
import type { Policy, ToolPolicy } from '@bakerst/shared/policy';
import type { ContentStore } from '@bakerst/shared/store/system-store';
import type { ToolDefinition } from '@bakerst/shared/tools';
import type { PolicyInForce } from './in-force.ts';

export interface ReviewParts {
  readonly inForce: PolicyInForce;
  /** What the server offers now. */
  readonly offered: readonly ToolDefinition[];
  readonly store: Pick<ContentStore, 'readContent'>;
}

/** What a server offers beside what the policy says of it. */
export function reviewServer(server: string, { inForce, offered, store }: ReviewParts): ServerReview {
  const known = serverPolicy(inForce.policy, server);
  const tools = offered.map((definition) => reviewTool(definition, known, store));
  const names = new Set(tools.map(({ name }) => name));
  const [first] = offered;
  return {
    server,
    clearance: known?.clearance ?? (first ? inForce.guard.standing(first).clearance : 'public'),
    clearanceSet: known?.clearance !== undefined,
    tools,
    gone: Object.keys(known?.tools ?? {}).filter((name) => !names.has(name)),
  };
}

type ServerPolicy = Policy['servers'][string];

export function serverPolicy(policy: Policy, server: string): ServerPolicy | undefined {
  return Object.hasOwn(policy.servers, server) ? policy.servers[server] : undefined;
}

function reviewTool(
  definition: ToolDefinition,
  server: ServerPolicy | undefined,
  store: ReviewParts['store'],
): ToolReview {
  const name = serversName(definition);
  const entry = server && Object.hasOwn(server.tools, name) ? server.tools[name] : undefined;
  const { pin, pinned, description } = definition;
  const state = stateOf(pin, entry);
  const accepted = entry?.pin === undefined ? undefined : entry;
  const former = accepted?.pin === undefined ? undefined : store.readContent(accepted.pin)?.text;
  return {
    name,
    tool: definition.name,
    state,
    ...(pin !== undefined && { pin }),
    description,
    ...(accepted && { accepted }),
    proposal: proposalFor(definition, entry),
    ...(state === 'changed' && pinned !== undefined && { diff: [...diffDefinition(former, pinned)] }),
  };
}

function stateOf(pin: string | undefined, entry: ToolPolicy | undefined): ToolReview['state'] {
  if (pin === undefined) return 'unpinnable';
  if (entry?.pin === undefined) return 'unknown';
  return entry.pin === pin ? 'accepted' : 'changed';
}

/** What the operator has said stays; only arguments that are new are guessed, and ones that are gone are left out. */
function proposalFor(definition: ToolDefinition, entry: ToolPolicy | undefined): ToolPolicy {
  const guess = proposeTool(definition);
  if (!entry) return guess;
  const { pin: _former, ...said } = entry;
  const args = Object.entries(guess.arguments).map(([name, guessed]) => [
    name,
    Object.hasOwn(entry.arguments, name) ? (entry.arguments[name] ?? guessed) : guessed,
  ]);
  return { ...said, arguments: Object.fromEntries(args) };
}
