import type { ProposedCall, ToolStanding } from '@bakerst/shared/guard';
import type { Label } from '@bakerst/shared/labels';
import type { ToolDefinition } from '@bakerst/shared/tools';
import { strongerEffect } from '../effect-kinds.ts';
import type { CompiledPolicy } from './compile-policy.ts';

const HOUSE: Label = { integrity: 'trusted', confidentiality: 'internal' };
const UNKNOWN: Label = { integrity: 'untrusted', confidentiality: 'internal' };

type Known = Pick<ToolDefinition, 'name' | 'server' | 'effect'> &
  Partial<Pick<ToolDefinition, 'pin' | 'reach' | 'idempotent'>>;

/** What the policy says of a tool as it is offered now. */
export function standingOf(compiled: CompiledPolicy, definition: Known): ToolStanding {
  return definition.server === 'core'
    ? standingOfCore(compiled, definition)
    : standingOfServer(compiled, definition);
}

/** The same for a proposed call: its tool, server and pin decide, never the effect somebody claims. */
export function standingOfCall(compiled: CompiledPolicy, call: ProposedCall): ToolStanding {
  const { tool, server, effect, pin, reach } = call;
  const facts = { ...(pin !== undefined && { pin }), ...(reach !== undefined && { reach }) };
  return standingOf(compiled, { name: tool, server, effect, ...facts });
}

/** The policy may only make a tool of the house stricter than it comes. */
function standingOfCore({ tools }: CompiledPolicy, { name, effect, idempotent }: Known): ToolStanding {
  const tool = tools.get(name);
  const policy = tool?.server === 'core' ? tool.policy : undefined;
  return {
    effect: policy ? strongerEffect(policy.effect, effect) : effect,
    idempotent: (idempotent ?? false) && (policy?.idempotent ?? true),
    acceptance: 'core',
    results: HOUSE,
    clearance: 'secret',
  };
}

function standingOfServer(
  { tools, policy }: CompiledPolicy,
  { name, server, pin, reach }: Known,
): ToolStanding {
  const tool = tools.get(name);
  const known = tool?.server === server && tool.policy.pin !== undefined ? tool.policy : undefined;
  const clearance = policy.servers[server]?.clearance ?? (reach === 'house' ? 'internal' : 'public');
  const base = { effect: 'external', idempotent: false, results: UNKNOWN, clearance } as const;
  if (!known) return { ...base, acceptance: 'unknown' };
  if (known.pin !== pin) return { ...base, acceptance: 'changed' };
  const { effect, idempotent, results } = known;
  return { effect, idempotent, results: labelOf(results), clearance, acceptance: 'accepted' };
}

function labelOf({ integrity, confidentiality }: Label): Label {
  return { integrity, confidentiality };
}
