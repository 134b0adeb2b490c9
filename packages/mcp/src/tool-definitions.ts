import { hasHiddenCharacters, makeVisible } from '@bakerst/shared/hidden-text';
import { registryName } from '@bakerst/shared/registry-name';
import type { McpServer } from '@bakerst/shared/settings';
import type { ToolDefinition } from '@bakerst/shared/tools';
import { boundSchema, cut, isRecord } from './bounded-schema.ts';
import { jsonBytes } from './json-bytes.ts';
import type { LaunchIdentity } from './launch-identity.ts';
import type { McpLimits } from './limits.ts';
import { pinTool } from './pin-tool.ts';
import { bindingsOf, type SecretBinding, withoutSecrets } from './tool-secrets.ts';
import { oneLine } from './visible-text.ts';

/** A tool under the registry's name, with the name its server knows it by. */
export interface OfferedTool {
  readonly definition: ToolDefinition;
  readonly serversName: string;
  /** Arguments that are filled in when it is called. */
  readonly secrets: readonly SecretBinding[];
}

export interface ReadTools {
  readonly tools: readonly OfferedTool[];
  /** For people: which tools were left out, and why. */
  readonly leftOut: readonly string[];
  /** For people: which tools have no pin, and why. */
  readonly unpinned: readonly string[];
}

interface Read {
  readonly tool: OfferedTool;
  readonly unpinned?: string;
}

export interface ToolReading {
  readonly server: string;
  readonly settings: McpServer;
  readonly instructions?: string;
  readonly launch: LaunchIdentity;
  readonly maxResultBytes: number;
  readonly limits: McpLimits;
}

/** Turns what a server lists into definitions. A tool that breaks a rule is left out; the others stay. */
export function readTools(raw: readonly unknown[], reading: ToolReading): ReadTools {
  const tools = new Map<string, OfferedTool>();
  const leftOut: string[] = [];
  const unpinned: string[] = [];
  for (const candidate of raw) {
    const read = readTool(candidate, reading);
    if (typeof read === 'string') {
      leftOut.push(read);
      continue;
    }
    const { definition, serversName } = read.tool;
    if (tools.has(definition.name)) {
      leftOut.push(`${oneLine(serversName, 64)}: another tool has the name ${definition.name}`);
      continue;
    }
    tools.set(definition.name, read.tool);
    if (read.unpinned !== undefined) unpinned.push(read.unpinned);
  }
  return { tools: [...tools.values()], leftOut, unpinned };
}

function readTool(raw: unknown, reading: ToolReading): Read | string {
  if (!isRecord(raw) || typeof raw.name !== 'string') return 'an entry without a name';
  const { limits, settings } = reading;
  const serversName = raw.name;
  const label = oneLine(serversName, 64);
  if (serversName === '' || serversName.length > 256)
    return `${label || 'a tool'}: its name is empty or too long`;
  if (hasHiddenCharacters(serversName)) return `${label}: its name holds hidden characters`;
  if (jsonBytes(raw) > limits.toolBytes) return `${label}: its definition is too large`;
  const bounded = boundSchema(raw.inputSchema, limits);
  if (!bounded.ok) return `${label}: ${bounded.reason}`;
  const secrets = bindingsOf(settings.secrets, serversName);
  const offered = withoutSecrets(bounded.schema, secrets);
  if (!offered.ok) return `${label}: ${offered.reason}`;
  const pinning = pinTool(raw, reading);
  const description = typeof raw.description === 'string' ? raw.description : '';
  const definition: ToolDefinition = {
    name: registryName(reading.server, serversName),
    server: reading.server,
    description: cut(makeVisible(description), limits.descriptionChars),
    parameters: offered.schema,
    // What a server says of itself says nothing; only the policy does.
    effect: 'external',
    idempotent: false,
    deadlineMs: settings.deadlineMs,
    maxResultBytes: reading.maxResultBytes,
    reach: reachOf(settings),
    ...(pinning.ok && { pin: pinning.pin, pinned: pinning.pinned, ...readHints(raw.annotations) }),
    ...readResultSchema(raw.outputSchema, limits),
  };
  return {
    tool: { serversName, definition, secrets },
    ...(pinning.ok ? {} : { unpinned: `${label}: ${pinning.reason}` }),
  };
}

const HINTS = ['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'] as const;

/** They make proposals for the person who accepts the tool, and nothing else. */
function readHints(annotations: unknown): Pick<ToolDefinition, 'hints'> {
  if (!isRecord(annotations)) return {};
  const hints = HINTS.flatMap((name) => {
    const said = annotations[name];
    return typeof said === 'boolean' ? [[name, said] as const] : [];
  });
  return hints.length === 0 ? {} : { hints: Object.fromEntries(hints) };
}

/** Within the same limits as an input schema; one that breaks them leaves the result without a known shape. */
function readResultSchema(raw: unknown, limits: McpLimits): Pick<ToolDefinition, 'resultSchema'> {
  if (raw === undefined) return {};
  const bounded = boundSchema(raw, limits);
  return bounded.ok ? { resultSchema: bounded.schema } : {};
}

/** Whether what it learns can leave the house without anybody's doing. */
function reachOf(settings: McpServer): 'house' | 'open' {
  if (settings.transport === 'http') return 'open';
  return settings.network || settings.unconfined ? 'open' : 'house';
}
