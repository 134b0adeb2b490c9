import { canonicalText, digestOf } from '@bakerst/agent/call-digest';
import { hasHiddenCharacters } from '@bakerst/shared/hidden-text';
import { type McpServer, SecretRef } from '@bakerst/shared/settings';
import { isRecord } from './bounded-schema.ts';
import type { LaunchIdentity } from './launch-identity.ts';
import type { McpLimits } from './limits.ts';
import { oneLine } from './visible-text.ts';

export type Pinning =
  /** RFC 8785 form of everything that was hashed, and its SHA-256 in hex. */
  | { readonly ok: true; readonly pin: string; readonly pinned: string }
  | { readonly ok: false; readonly reason: string };

export interface PinnedWith {
  readonly instructions?: string;
  readonly settings: McpServer;
  readonly launch: LaunchIdentity;
  readonly limits: McpLimits;
}

/**
 * Pins one tool object exactly as the server sent it, together with what else decides how it behaves: the server's
 * instructions and how it is started. Text that a person who accepts it could not see refuses the pin.
 */
export function pinTool(
  tool: Readonly<Record<string, unknown>>,
  { instructions, settings, launch, limits }: PinnedWith,
): Pinning {
  if (Buffer.byteLength(instructions ?? '') > limits.instructionsBytes)
    return refused(`the server's instructions are longer than ${limits.instructionsBytes} bytes`);
  if (hasHiddenCharacters(instructions ?? ''))
    return refused("the server's instructions hold hidden characters");
  const hidden = hiddenPlace(tool);
  if (hidden !== undefined) return refused(`hidden characters in its ${oneLine(hidden, 100)}`);
  try {
    const pinned = canonicalText({
      v: 1,
      tool,
      instructions: instructions ?? null,
      start: howItIsStarted(settings, launch),
    });
    return { ok: true, pin: digestOf(pinned), pinned };
  } catch {
    // Lone surrogates and `1e999` cannot be written canonically, so nobody could say what was accepted.
    return refused('it cannot be written canonically');
  }
}

function refused(reason: string): Pinning {
  return { ok: false, reason };
}

/** Path of the first key or text with hidden characters; a walk without recursion, since depth is the server's choice. */
function hiddenPlace(root: unknown): string | undefined {
  const open: { readonly value: unknown; readonly path: string }[] = [{ value: root, path: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, path } = next;
    if (typeof value === 'string' && hasHiddenCharacters(value)) return path;
    if (!isRecord(value) && !Array.isArray(value)) continue;
    for (const [key, member] of Object.entries(value)) {
      const place = path === '' ? key : `${path}.${key}`;
      if (hasHiddenCharacters(key)) return place;
      open.push({ value: member, path: place.slice(0, 200) });
    }
  }
  return undefined;
}

/**
 * What decides which program or service answers. A pinned text is kept and shown: secrets appear as the references they
 * are written as, and what may be one, written down, as its hash.
 */
function howItIsStarted(settings: McpServer, launch: LaunchIdentity): unknown {
  if (settings.transport === 'http') {
    return {
      transport: 'http',
      url: shownUrl(new URL(settings.url).href),
      headers: shownValues(settings.headers),
    };
  }
  const { transport, command, paths, network, unconfined } = settings;
  const env = shownValues(settings.env);
  const args = settings.args.map(shownArgument);
  return { transport, command, args, env, paths, network, unconfined, runs: launch.runs };
}

function shownValues(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      SecretRef.safeParse(value).success ? value : hashed(value),
    ]),
  );
}

/** User name, password and query of an address may be keys; every other text stays as it is. */
function shownUrl(text: string): string {
  if (!URL.canParse(text)) return text;
  const { protocol, host, pathname, hash, username, password, search } = new URL(text);
  const inside = `${username}:${password}${search}`;
  return inside === ':' ? text : `${protocol}//${host}${pathname}${hash} ${hashed(inside)}`;
}

const NAMES_SECRET = /key|token|secret|password|auth/i;

/** `--api-key=abc` and `--api-key abc` keep their name only. */
function shownArgument(argument: string, at: number, all: readonly string[]): string {
  const former = all[at - 1] ?? '';
  const isFlag = argument.startsWith('-');
  if (!isFlag && /^-[^=]*$/.test(former) && NAMES_SECRET.test(former)) return hashed(argument);
  if (!isFlag && URL.canParse(argument)) return shownUrl(argument);
  const [, name = '', value = argument] = /^([^=]+=)(.*)$/s.exec(argument) ?? [];
  return `${name}${NAMES_SECRET.test(name) ? hashed(value) : shownUrl(value)}`;
}

function hashed(text: string): string {
  return `sha256:${digestOf(text)}`;
}
