import { createHash } from 'node:crypto';
import { canonicalDigest } from '@bakerst/agent/call-digest';
import { hasHiddenCharacters, makeVisible } from '@bakerst/shared/hidden-text';
import type { McpServer } from '@bakerst/shared/settings';
import type { ToolDefinition } from '@bakerst/shared/tools';
import { boundSchema, cut, isRecord } from './bounded-schema.ts';
import type { McpLimits } from './limits.ts';
import { oneLine } from './visible-text.ts';

/** A tool under the registry's name, with the name its server knows it by. */
export interface OfferedTool {
  readonly definition: ToolDefinition;
  readonly serversName: string;
}

export interface ReadTools {
  readonly tools: readonly OfferedTool[];
  /** For people: which tools were left out, and why. */
  readonly leftOut: readonly string[];
}

export interface ToolReading {
  readonly server: string;
  readonly settings: McpServer;
  readonly instructions?: string;
  readonly maxResultBytes: number;
  readonly limits: McpLimits;
}

/** Turns what a server lists into definitions. A tool that breaks a rule is left out; the others stay. */
export function readTools(raw: readonly unknown[], reading: ToolReading): ReadTools {
  const tools = new Map<string, OfferedTool>();
  const leftOut: string[] = [];
  const start = howItIsStarted(reading.settings);
  for (const candidate of raw) {
    const read = readTool(candidate, reading, start);
    if (typeof read === 'string') leftOut.push(read);
    else if (tools.has(read.definition.name)) {
      leftOut.push(`${oneLine(read.serversName, 64)}: another tool has the name ${read.definition.name}`);
    } else tools.set(read.definition.name, read);
  }
  return { tools: [...tools.values()], leftOut };
}

const MAX_NAME_CHARS = 64;

/** `<server>__<tool>`; what models do not take in a name becomes `_`, what is too long ends with a hash. */
export function registryName(server: string, tool: string): string {
  const name = `${server}__${tool.replace(/[^a-zA-Z0-9_-]/g, '_')}`;
  if (name.length <= MAX_NAME_CHARS) return name;
  const hash = createHash('sha256').update(tool).digest('hex').slice(0, 8);
  return `${name.slice(0, MAX_NAME_CHARS - hash.length - 1)}_${hash}`;
}

function readTool(raw: unknown, reading: ToolReading, start: unknown): OfferedTool | string {
  if (!isRecord(raw) || typeof raw.name !== 'string') return 'an entry without a name';
  const { limits, settings } = reading;
  const serversName = raw.name;
  const label = oneLine(serversName, 64);
  if (serversName === '' || serversName.length > 256)
    return `${label || 'a tool'}: its name is empty or too long`;
  if (hasHiddenCharacters(serversName)) return `${label}: its name holds hidden characters`;
  if (Buffer.byteLength(JSON.stringify(raw)) > limits.toolBytes)
    return `${label}: its definition is too large`;
  const bounded = boundSchema(raw.inputSchema, limits);
  if (!bounded.ok) return `${label}: ${bounded.reason}`;
  const description = typeof raw.description === 'string' ? raw.description : '';
  const isPlain = !bounded.hadHidden && !hasHiddenCharacters(description + (reading.instructions ?? ''));
  const pin = isPlain ? pinOf(raw, reading.instructions, start) : undefined;
  return {
    serversName,
    definition: {
      name: registryName(reading.server, serversName),
      server: reading.server,
      description: cut(makeVisible(description), limits.descriptionChars),
      parameters: bounded.schema,
      // A server's own hints (readOnlyHint, idempotentHint) say nothing; only the operator does.
      effect: settings.reads.includes(serversName) ? 'read' : 'external',
      idempotent: settings.idempotent.includes(serversName),
      deadlineMs: settings.deadlineMs,
      maxResultBytes: reading.maxResultBytes,
      ...(pin === undefined ? {} : { pin }),
    },
  };
}

/** Undefined where the definition cannot be written canonically (lone surrogates, `1e999`), which leaves it unpinned. */
function pinOf(tool: unknown, instructions: string | undefined, start: unknown): string | undefined {
  try {
    return canonicalDigest({ v: 1, tool, instructions: instructions ?? null, start });
  } catch {
    return undefined;
  }
}

/** What decides which program or service answers. Secrets appear as the references they are written as. */
function howItIsStarted(settings: McpServer): unknown {
  if (settings.transport === 'http') {
    return { transport: 'http', url: settings.url, headers: Object.keys(settings.headers).toSorted() };
  }
  const { transport, command, args, env, paths, network, unconfined } = settings;
  return { transport, command, args, env, paths, network, unconfined };
}
