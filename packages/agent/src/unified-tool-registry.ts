import type { Receipt } from '@bakerst/shared/audit';
import type { ToolCallPart } from '@bakerst/shared/content';
import type {
  Guard,
  GuardContext,
  ProposedCall,
  Referent,
  ToolStanding,
  Verdict,
} from '@bakerst/shared/guard';
import type { StepOf } from '@bakerst/shared/steps';
import type { ToolDefinition, ToolSource } from '@bakerst/shared/tools';
import { callDigest, sameCallDigest } from './call-digest.ts';
import { agentError } from './errors.ts';
import type { ResultInspector } from './inspect-result.ts';
import { lookUp } from './look-up.ts';
import { parseArguments } from './parse-arguments.ts';
import { isSameReferent } from './resolve-referent.ts';
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
  /** Looks at every result before anybody reads it. */
  readonly inspector: ResultInspector;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
}

interface Catalogue {
  /** What each source offered; compared by identity. */
  readonly lists: readonly (readonly ToolDefinition[])[];
  /** The policy the standings are of. */
  readonly policyHash: string;
  readonly index: ReadonlyMap<string, Found>;
  readonly definitions: readonly ToolDefinition[];
  readonly offer: ToolOffer;
}

interface Found {
  readonly source: ToolSource;
  /** With the effect the policy gives it. */
  readonly definition: ToolDefinition;
  readonly standing: ToolStanding;
}

/** What a verdict is asked for, besides the facts. */
export interface DecisionPlace {
  /** Tools an API client brought: handed back, never run here. */
  readonly clientTools: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

/** The verdict of now on a call that was decided before. */
export type SecondVerdict =
  | { readonly decision: 'allow' }
  | { readonly decision: 'ask' | 'deny'; readonly rules: readonly string[] }
  /** What the call refers to is not what it was. */
  | { readonly decision: 'changed' };

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

  /**
   * Finds, validates and judges one proposed call; what its arguments refer to is looked up by the monitor itself. Never
   * rejects for what a model wrote.
   */
  async decide(context: GuardContext, part: ToolCallPart, place: DecisionPlace): Promise<Decision> {
    const candidate = this.#candidate(part, place.clientTools);
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
    const { inspector } = this.#options;
    const leaks = inspector.findLeaks(args).slice(0, MOST_LEAKS);
    const proposed = proposedCall({ ...facts, ...(leaks.length > 0 && { leaks: [...leaks] }) }, args);
    const referents = await this.#referents(context, proposed, place.signal);
    const verdict = this.#judge(context, { ...proposed, referents });
    return {
      ...known,
      ...(referents.length > 0 && { referents: [...referents] }),
      ...(leaks.length > 0 && { leaks: [...leaks] }),
      // What is denied for a secret of ours must not put it on record.
      ...(leaks.some((leak) => leak.isKnown) && { arguments: withoutSecrets(inspector, args) }),
      verdict,
      ...judged,
    };
  }

  /** Proposed calls as far as they can be judged: for the question whether a plan is wanted. */
  proposals(context: GuardContext, parts: readonly ToolCallPart[]): readonly ProposedCall[] {
    return parts.flatMap((part) => {
      const candidate = this.#candidate(part, new Set());
      if (candidate.problem || !candidate.args) return [];
      return [proposedCall(this.#facts(context, candidate), candidate.args)];
    });
  }

  /** Tools as the monitor writes them for the planner: names, effects and argument roles, no prose of anybody's. */
  planningList(): string {
    const { guard } = this.#options;
    return this.definitions()
      .map((definition) => guard.describe(definition))
      .join('\n');
  }

  async #referents(
    context: GuardContext,
    call: ProposedCall,
    signal: AbortSignal,
  ): Promise<readonly Referent[]> {
    const lookups = this.#options.guard.lookups(context, call);
    if (lookups.length === 0) return [];
    const { principal, conversation, turn } = context.request;
    const place = { principal, conversation, turn, call: call.call, signal };
    return lookUp(lookups, (tool) => this.#index().get(tool), place);
  }

  /** A defect in the guard is a deny: nothing runs because a rule could not be asked. */
  #judge(context: GuardContext, call: ProposedCall): Verdict {
    try {
      return this.#options.guard.decide(context, call);
    } catch (error) {
      const why = error instanceof Error ? error.message.slice(0, 500) : 'no reason given';
      const message = `The guard failed to judge ${call.tool}: ${why}`;
      const remedy = 'This is a defect of the guard or its policy: report it; the call stays denied.';
      return { decision: 'deny', reasons: [{ rule: 'guard-defect', message, remedy }] };
    }
  }

  /**
   * The verdict of now on a call that was decided before: an approval does not outlive a policy that forbids it, nor the
   * thing it was given for.
   */
  async decideAgain(
    context: GuardContext,
    decided: StepOf<'tool_decided'>,
    signal: AbortSignal,
  ): Promise<SecondVerdict> {
    const { tool, server, effect, pin, arguments: args } = decided;
    const now = this.#index().get(tool)?.definition;
    const isSame = now !== undefined && now.server === server && now.effect === effect && now.pin === pin;
    if (!args || !isSame) return { decision: 'deny', rules: ['tool-changed'] };
    const proposed = proposedCall(decided, args);
    const referents = await this.#referents(context, proposed, signal);
    const former = decided.referents ?? [];
    const isMoved = former.some((one) => {
      const same = referents.find((other) => other.argument === one.argument && other.value === one.value);
      return one.state === 'resolved' && !isSameReferent(one, same);
    });
    if (isMoved) return { decision: 'changed' };
    const verdict = this.#judge(context, { ...proposed, referents });
    if (verdict.decision === 'allow') return { decision: 'allow' };
    return { decision: verdict.decision, rules: verdict.reasons.map((reason) => reason.rule) };
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
      ...(found && !changed && found),
      inspector: this.#options.inspector,
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
    const { guard, sources: all } = this.#options;
    const sources = all();
    const { policyHash } = guard;
    const lists = sources.map((source) => source.tools());
    const kept = this.#kept;
    const isSame =
      kept?.policyHash === policyHash &&
      kept.lists.length === lists.length &&
      kept.lists.every((list, at) => list === lists[at]);
    if (kept && isSame) return kept;
    const index = new Map<string, Found>();
    for (const [at, source] of sources.entries()) {
      for (const offered of lists[at] ?? []) {
        if (index.has(offered.name)) continue;
        const standing = guard.standing(offered);
        const { effect, idempotent } = standing;
        index.set(offered.name, { source, definition: { ...offered, effect, idempotent }, standing });
      }
    }
    const found = [...index.values()];
    const definitions = found.map((one) => one.definition);
    this.#kept = { lists, policyHash, index, definitions, offer: offerOf(found) };
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
      ...(definition?.reach !== undefined && { reach: definition.reach }),
      ...(this.#kept && this.#kept.offer.prose.length > 0 && { prose: [...this.#kept.offer.prose] }),
      digest: this.#digest(context.request, named, digested),
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
export function proposedCall(
  facts: Pick<
    Facts,
    'call' | 'tool' | 'server' | 'effect' | 'pin' | 'sameCallDigest' | 'prose' | 'reach' | 'leaks'
  >,
  args: Readonly<Record<string, unknown>>,
): ProposedCall {
  const { call, tool, server, effect, pin, sameCallDigest: digest, prose, reach, leaks } = facts;
  return {
    call,
    tool,
    server,
    effect,
    arguments: args,
    digest,
    ...(pin !== undefined && { pin }),
    ...(prose !== undefined && { prose }),
    ...(reach !== undefined && { reach }),
    ...(leaks !== undefined && { leaks }),
  };
}

const MOST_LEAKS = 100;

function withoutSecrets(
  inspector: ResultInspector,
  args: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return { redacted: inspector.redactData(args).value };
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
