import type { ToolCallPart } from '@bakerst/shared/content';
import type { Effect, ProposedCall, Referent } from '@bakerst/shared/guard';
import type { StepOf } from '@bakerst/shared/steps';
import { callDigest, sameCallDigest } from './call-digest.ts';
import type { FoundTool } from './tool-catalogue.ts';

/** What `tool_decided` records, without the fields every step has. */
export type Decision = Omit<StepOf<'tool_decided'>, 'v' | 'id' | 'at' | 'actor' | 'onBehalfOf' | 'type'>;

export type CallProblem = NonNullable<Decision['problem']>;

/** A call as far as it could be read. */
export interface Candidate {
  readonly part: ToolCallPart;
  readonly found?: FoundTool;
  readonly args?: Readonly<Record<string, unknown>>;
  /** What keeps it from being judged at all. */
  readonly problem?: CallProblem;
}

/** Whose call it is, and where. */
export interface CallPlace {
  readonly principal: string;
  readonly conversation: string;
  readonly turn: string;
}

export type CallFacts = Omit<
  Decision,
  | 'verdict'
  | 'label'
  | 'policyHash'
  | 'problem'
  | 'arguments'
  | 'digest'
  | 'referents'
  | 'lookedUp'
  | 'judged'
  | 'leaks'
>;

/** What is known of a call before it is judged. `prose`: servers whose accepted prose the model had read. */
export function factsOf({ part, found, args }: Candidate, prose: readonly string[]): CallFacts {
  const definition = found?.definition;
  const named = {
    tool: definition?.name ?? part.name.slice(0, 200).toWellFormed(),
    server: definition?.server ?? 'none',
    ...(definition?.pin !== undefined && { pin: definition.pin }),
  };
  return {
    call: part.call,
    ...named,
    effect: definition?.effect ?? 'external',
    idempotent: definition?.idempotent ?? false,
    ...(definition?.reach !== undefined && { reach: definition.reach }),
    ...(prose.length > 0 && { prose: [...prose] }),
    sameCallDigest: sameCallDigest({
      ...named,
      arguments: digestedArguments({ part, ...(args && { args }) }),
    }),
  };
}

/** Text that did not parse still gets a digest, so that a repeated bad call is recognised. */
export function digestedArguments({ part, args }: Pick<Candidate, 'part' | 'args'>): unknown {
  return args ?? part.arguments.slice(0, 10_000).toWellFormed();
}

/** What an approval, an intent and a run are bound to: this call, on whose behalf, with what its arguments refer to. */
export function digestOfCall(
  place: CallPlace,
  call: Pick<Decision, 'call' | 'tool' | 'server' | 'pin' | 'referents'>,
  args: unknown,
): string {
  const { principal, conversation, turn } = place;
  const { call: id, tool, server, pin, referents } = call;
  return callDigest({
    principal,
    conversation,
    turn,
    call: id,
    tool,
    server,
    arguments: args,
    ...(pin !== undefined && { pin }),
    ...(referents && referents.length > 0 && { referents }),
  });
}

/** The call as the guard sees it; its digest is the one that recognises the same call again. */
export function proposedCall(
  facts: Pick<
    Decision,
    'call' | 'tool' | 'server' | 'effect' | 'pin' | 'sameCallDigest' | 'prose' | 'reach' | 'leaks'
  >,
  args: Readonly<Record<string, unknown>>,
  referents: readonly Referent[],
): ProposedCall {
  const { call, tool, server, effect, pin, sameCallDigest: digest, prose, reach, leaks } = facts;
  return {
    call,
    tool,
    server,
    effect,
    arguments: args,
    digest,
    ...(referents.length > 0 && { referents }),
    ...(pin !== undefined && { pin }),
    ...(prose !== undefined && { prose }),
    ...(reach !== undefined && { reach }),
    ...(leaks !== undefined && { leaks }),
  };
}

export function unknownTool(part: ToolCallPart): CallProblem {
  return {
    code: 'unknown_tool',
    message: `There is no tool "${part.name.slice(0, 100)}". Use only the tools you were given.`,
  };
}

export function clientTool(part: ToolCallPart): CallProblem {
  return {
    code: 'client_tool',
    message: `"${part.name.slice(0, 100)}" belongs to the client and is handed back to it.`,
  };
}

/** What a call counts as when it runs: never less than what it was judged as. */
export function runEffect({ effect, judged }: Pick<Decision, 'effect' | 'judged'>): Effect {
  return judged ?? effect;
}
