import type { Receipt } from '@bakerst/shared/audit';
import type { ToolCallPart } from '@bakerst/shared/content';
import type { Guard, GuardContext, ProposedCall, Verdict } from '@bakerst/shared/guard';
import type { StepOf } from '@bakerst/shared/steps';
import type { ToolDefinition, ToolSource } from '@bakerst/shared/tools';
import { callDigest, sameCallDigest } from './call-digest.ts';
import { agentError } from './errors.ts';
import { parseArguments } from './parse-arguments.ts';
import { type RanCall, runBounded } from './run-bounded.ts';
import { offerOf, type ToolOffer } from './tool-offer.ts';
import type { ArgumentValidator } from './validate-arguments.ts';

/** What `tool_decided` records, without the fields every step has. */
export type Decision = Omit<StepOf<'tool_decided'>, 'v' | 'id' | 'at' | 'actor' | 'onBehalfOf' | 'type'>;

/** Proof that one call may run once: verdict, approval and the receipt of its intent were seen. */
export interface RunPermit {
  readonly decided: StepOf<'tool_decided'>;
  readonly intended: StepOf<'tool_intended'>;
}

export interface PermitEvidence {
  readonly decided: StepOf<'tool_decided'>;
  readonly approval?: StepOf<'approval_decided'>;
  readonly intended: StepOf<'tool_intended'>;
  /** Required for everything but reads. */
  readonly receipt?: Receipt;
  /** Digest of the intent event as we computed it ourselves. */
  readonly intentDigest: string;
}

export interface RegistryOptions {
  readonly sources: () => readonly ToolSource[];
  readonly guard: Guard;
  readonly validator: ArgumentValidator;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
}

interface Catalogue {
  /** What each source offered; compared by identity. */
  readonly lists: readonly (readonly ToolDefinition[])[];
  readonly index: ReadonlyMap<string, Found>;
  readonly definitions: readonly ToolDefinition[];
  readonly offer: ToolOffer;
}

interface Found {
  readonly source: ToolSource;
  readonly definition: ToolDefinition;
}

type Problem = NonNullable<Decision['problem']>;
type Facts = Omit<Decision, 'verdict' | 'label' | 'policyHash' | 'problem' | 'arguments'>;

interface Candidate {
  readonly part: ToolCallPart;
  readonly found?: Found;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly problem?: Problem;
}

/**
 * Every tool under one name space, and the only path to a handler: find, validate, decide, and run with a permit.
 * A tool source's `call` is reached nowhere else.
 */
export class UnifiedToolRegistry {
  readonly #options: RegistryOptions;
  readonly #permits = new WeakSet<RunPermit>();
  #kept: Catalogue | undefined;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  get guard(): Guard {
    return this.#options.guard;
  }

  /**
   * Tools offered now; the first source wins a name, so that no server can shadow a core tool. The same list until a
   * source offers another one, so that what is derived from it can be kept.
   */
  definitions(): readonly ToolDefinition[] {
    return this.#catalogue().definitions;
  }

  /** Finds, validates and judges one proposed call. Never throws for what a model wrote. */
  decide(context: GuardContext, part: ToolCallPart, clientTools: ReadonlySet<string>): Decision {
    const candidate = this.#candidate(part, clientTools);
    const { guard } = this.#options;
    const facts = this.#facts(context, candidate);
    const judged = { label: context.label, policyHash: guard.policyHash };
    const { problem, args } = candidate;
    const known = { ...facts, ...(args && { arguments: args }) };
    if (problem || !args) {
      const { code, message } = problem ?? {
        code: 'bad_arguments' as const,
        message: 'The arguments are missing.',
      };
      const verdict = { decision: 'deny' as const, reasons: [{ rule: code, message }] };
      return { ...known, problem: { code, message }, verdict, ...judged };
    }
    return { ...known, verdict: this.#judge(context, proposedCall(facts, args)), ...judged };
  }

  /** A defect in the guard is a deny: nothing runs because a rule could not be asked. */
  #judge(context: GuardContext, call: ProposedCall & { readonly digest: string }): Verdict {
    try {
      return this.#options.guard.decide(context, call);
    } catch (error) {
      const why = error instanceof Error ? error.message.slice(0, 500) : 'no reason given';
      const message = `The guard failed to judge ${call.tool}: ${why}`;
      const remedy = 'This is a defect of the guard or its policy: report it; the call stays denied.';
      return { decision: 'deny', reasons: [{ rule: 'guard-defect', message, remedy }] };
    }
  }

  /** The verdict of now on a call that was decided before: an approval does not outlive a policy that forbids it. */
  decideAgain(context: GuardContext, decided: StepOf<'tool_decided'>): 'allow' | 'ask' | 'deny' {
    const { tool, server, effect, pin, arguments: args } = decided;
    const now = this.#index().get(tool)?.definition;
    const isSame = now !== undefined && now.server === server && now.effect === effect && now.pin === pin;
    if (!args || !isSame) return 'deny';
    return this.#judge(context, proposedCall(decided, args)).decision;
  }

  /**
   * Checks the whole chain of a call and hands out the only thing `run` accepts.
   * @throws CodedError `tool_not_permitted`.
   */
  permit(evidence: PermitEvidence): RunPermit {
    const { decided, approval, intended, receipt, intentDigest } = evidence;
    const reasons = [
      decided.problem && 'the call was never valid',
      decided.verdict.decision === 'deny' && 'it was denied',
      decided.verdict.decision === 'ask' && approval?.decision !== 'approved' && 'it was not approved',
      decided.verdict.decision === 'ask' &&
        intended.approval !== approval?.approval &&
        'its intent names another approval',
      (intended.call !== decided.call || intended.digest !== decided.digest) &&
        'its intent is for another call',
      !receipt && decided.effect !== 'read' && 'its intent has no receipt',
      receipt && receipt.event !== intended.event && 'the receipt is for another event',
      receipt && receipt.digest !== intentDigest && 'the receipt is for another content',
    ].filter((reason) => typeof reason === 'string');
    if (reasons.length > 0) throw notPermitted(decided, reasons.join(', '));
    const permit: RunPermit = { decided, intended };
    this.#permits.add(permit);
    return permit;
  }

  /**
   * Runs a permitted call once, with its deadline, the abort signal and the size limit. Resolves with a result that
   * the model can read, whatever the tool does.
   * @throws CodedError `tool_not_permitted` for a permit that was not given here or was used before.
   */
  run(
    permit: RunPermit,
    context: {
      readonly principal: string;
      readonly conversation: string;
      readonly turn: string;
      readonly signal: AbortSignal;
    },
  ): Promise<RanCall> {
    const { decided } = permit;
    if (!this.#permits.delete(permit)) throw notPermitted(decided, 'its permit is not valid');
    const args = decided.arguments ?? {};
    if (this.#digest(context, decided, args) !== decided.digest)
      throw notPermitted(decided, 'its arguments have changed');
    const found = this.#index().get(decided.tool);
    const changed = found?.definition.pin !== decided.pin || found?.source.server !== decided.server;
    return runBounded({
      ...(found && !changed && { source: found.source, definition: found.definition }),
      tool: decided.tool,
      effect: decided.effect,
      args,
      context: { ...context, call: decided.call },
      clock: this.#options.clock,
    });
  }

  /** The same tools as a model is shown them. */
  offer(): ToolOffer {
    return this.#catalogue().offer;
  }

  #index(): ReadonlyMap<string, Found> {
    return this.#catalogue().index;
  }

  #catalogue(): Catalogue {
    const sources = this.#options.sources();
    const lists = sources.map((source) => source.tools());
    const kept = this.#kept;
    const isSame = kept?.lists.length === lists.length && kept.lists.every((list, at) => list === lists[at]);
    if (kept && isSame) return kept;
    const index = new Map<string, Found>();
    for (const [at, source] of sources.entries()) {
      for (const definition of lists[at] ?? []) {
        if (!index.has(definition.name)) index.set(definition.name, { source, definition });
      }
    }
    const definitions = [...index.values()].map((found) => found.definition);
    this.#kept = { lists, index, definitions, offer: offerOf(definitions) };
    return this.#kept;
  }

  /** Finds the tool and reads its arguments: the problem is what keeps the call from being judged at all. */
  #candidate(part: ToolCallPart, clientTools: ReadonlySet<string>): Candidate {
    const found = this.#index().get(part.name);
    if (!found) return { part, problem: clientTools.has(part.name) ? clientTool(part) : unknownTool(part) };
    const parsed = parseArguments(part.arguments);
    if (!parsed.ok) return { part, found, problem: { code: 'bad_arguments', message: parsed.message } };
    const invalid = this.#options.validator.validate(found.definition, parsed.value);
    const args = parsed.value;
    return invalid
      ? { part, found, args, problem: { code: 'bad_arguments', message: invalid } }
      : { part, found, args };
  }

  #facts(context: GuardContext, { part, found, args }: Candidate): Facts {
    const definition = found?.definition;
    const named = {
      call: part.call,
      tool: definition?.name ?? part.name.slice(0, 200).toWellFormed(),
      server: definition?.server ?? 'none',
      ...(definition?.pin !== undefined && { pin: definition.pin }),
    };
    // Text that did not parse still gets a digest, so that a repeated bad call is recognised.
    const digested = args ?? part.arguments.slice(0, 10_000).toWellFormed();
    return {
      ...named,
      effect: definition?.effect ?? 'external',
      idempotent: definition?.idempotent ?? false,
      digest: this.#digest(context, named, digested),
      sameCallDigest: sameCallDigest({ ...named, arguments: digested }),
    };
  }

  #digest(
    place: { readonly conversation: string; readonly turn: string },
    call: {
      readonly call: string;
      readonly tool: string;
      readonly server: string;
      readonly pin?: string | undefined;
    },
    args: unknown,
  ): string {
    const { conversation, turn } = place;
    const { call: id, tool, server, pin } = call;
    return callDigest({
      conversation,
      turn,
      call: id,
      tool,
      server,
      arguments: args,
      ...(pin !== undefined && { pin }),
    });
  }
}

/** The call as the guard sees it; the digest is the one that recognises the same call again. */
function proposedCall(
  facts: Pick<Facts, 'call' | 'tool' | 'server' | 'effect' | 'pin' | 'sameCallDigest'>,
  args: Readonly<Record<string, unknown>>,
): ProposedCall & { readonly digest: string } {
  const { call, tool, server, effect, pin, sameCallDigest: digest } = facts;
  return { call, tool, server, effect, arguments: args, digest, ...(pin !== undefined && { pin }) };
}

function unknownTool(part: ToolCallPart): Problem {
  return {
    code: 'unknown_tool',
    message: `There is no tool "${part.name.slice(0, 100)}". Use only the tools you were given.`,
  };
}

function clientTool(part: ToolCallPart): Problem {
  return {
    code: 'client_tool',
    message: `"${part.name.slice(0, 100)}" belongs to the client and is handed back to it.`,
  };
}

function notPermitted(decided: StepOf<'tool_decided'>, why: string): Error {
  return agentError({
    code: 'tool_not_permitted',
    message: `Call ${decided.call} of ${decided.tool} may not run: ${why}.`,
    remedy: 'This is a defect or an attack: stop the turn and look at its steps and audit events.',
  });
}
