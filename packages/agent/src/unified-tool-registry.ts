import type { ToolCallPart } from '@bakerst/shared/content';
import type { Guard, GuardContext, ProposedCall, Referent, Verdict } from '@bakerst/shared/guard';
import type { StepOf } from '@bakerst/shared/steps';
import type { ToolDefinition, ToolSource } from '@bakerst/shared/tools';
import {
  type CallFacts,
  type CallPlace,
  type Candidate,
  clientTool,
  type Decision,
  digestedArguments,
  digestOfCall,
  factsOf,
  proposedCall,
  runEffect,
  unknownTool,
} from './call-facts.ts';
import type { Leak, ResultInspector } from './inspect-result.ts';
import { type LookedUp, lookUp } from './look-up.ts';
import { parseArguments } from './parse-arguments.ts';
import { refuseClientCall } from './refuse-client-call.ts';
import { hasMoved } from './resolve-referent.ts';
import { type RanCall, runBounded } from './run-bounded.ts';
import { type PermitEvidence, type RunPermit, RunPermits } from './run-permits.ts';
import { leakTakenOut, takenOut } from './taken-out.ts';
import { type Catalogue, createCatalogue } from './tool-catalogue.ts';
import type { ToolOffer } from './tool-offer.ts';
import type { ArgumentValidator } from './validate-arguments.ts';

export interface RegistryOptions {
  readonly sources: () => readonly ToolSource[];
  readonly guard: Guard;
  readonly validator: ArgumentValidator;
  /** Looks at every result before anybody reads it. */
  readonly inspector: ResultInspector;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
}

/** What a verdict is asked for, besides the facts. */
export interface DecisionPlace {
  /** Tools an API client brought: handed back, never run here. */
  readonly clientTools: ReadonlySet<string>;
  readonly signal: AbortSignal;
}

/** The verdict of now on a call that was decided before. */
export type SecondVerdict = {
  /** Tools that the monitor called to see what the call refers to now. */
  readonly lookedUp?: readonly string[];
} & (
  | { readonly decision: 'allow' }
  | { readonly decision: 'ask' | 'deny'; readonly rules: readonly string[] }
  /** What the call refers to is not what it was. */
  | { readonly decision: 'changed' }
);

interface JudgedCall extends LookedUp {
  readonly verdict: Verdict;
}

/**
 * Every tool under one name space, and the only path to a handler: find, validate, decide, and run with a permit.
 * A tool source's `call` is reached nowhere else.
 */
export class UnifiedToolRegistry {
  readonly #options: RegistryOptions;
  readonly #permits = new RunPermits();
  readonly #catalogue: () => Catalogue;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.#catalogue = createCatalogue(options.sources, options.guard);
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
    const { guard, inspector } = this.#options;
    const { prose } = this.offer();
    const facts = factsOf(candidate, prose);
    const judged = { label: context.label, policyHash: guard.policyHash };
    const { problem, args } = candidate;
    const refused = problem?.code === 'client_tool' && this.#refuseClients(context, candidate, facts);
    if (refused) return { ...refused, ...judged };
    if (problem || !args) {
      const { code, message } = problem ?? MISSING_ARGUMENTS;
      const verdict = { decision: 'deny' as const, reasons: [{ rule: code, message }] };
      const digest = digestOfCall(context.request, facts, digestedArguments(candidate));
      return {
        ...facts,
        ...(args && { arguments: args }),
        problem: { code, message },
        digest,
        verdict,
        ...judged,
      };
    }
    const leaks = this.#leaksIn(args);
    const known = { ...facts, ...(leaks.length > 0 && { leaks: [...leaks] }) };
    const { referents, tools, verdict } = await this.#judgeFound(
      context,
      proposedCall(known, args, []),
      place.signal,
    );
    const found = { ...known, ...(referents.length > 0 && { referents: [...referents] }) };
    return {
      ...found,
      ...(tools.length > 0 && { lookedUp: [...tools] }),
      ...this.#judgedAs(context, proposedCall(known, args, referents)),
      // What is denied for a secret of ours must not put it on record.
      arguments: leaks.some((leak) => leak.isKnown) ? withoutSecrets(inspector, args) : args,
      digest: digestOfCall(context.request, found, args),
      verdict,
      ...judged,
    };
  }

  /** The denial of a client's call that must not even be handed back. */
  #refuseClients(context: GuardContext, { args = {} }: Candidate, facts: CallFacts) {
    const leaks = this.#leaksIn(args);
    const reason = refuseClientCall(context.request, facts.tool, leaks);
    if (!reason) return undefined;
    const hasKnown = leaks.some((leak) => leak.isKnown);
    return {
      ...facts,
      ...(leaks.length > 0 && { leaks: [...leaks] }),
      arguments: hasKnown ? withoutSecrets(this.#options.inspector, args) : args,
      digest: digestOfCall(context.request, facts, args),
      verdict: { decision: 'deny' as const, reasons: [reason] },
    };
  }

  /** Proposed calls as far as they can be judged: for the question whether a plan is wanted. */
  proposals(parts: readonly ToolCallPart[]): readonly ProposedCall[] {
    return parts.flatMap((part) => {
      const candidate = this.#candidate(part, new Set());
      if (candidate.problem || !candidate.args) return [];
      return [proposedCall(factsOf(candidate, this.offer().prose), candidate.args, [])];
    });
  }

  /** What a plan may name: a tool that nobody has accepted would write into the planner's prompt with its very name. */
  plannable(): readonly ToolDefinition[] {
    return [...this.#catalogue().index.values()].flatMap(({ definition, standing: { acceptance } }) =>
      acceptance === 'core' || acceptance === 'accepted' ? [definition] : [],
    );
  }

  /** Tools as the monitor writes them for the planner: names, effects and argument roles, no prose of anybody's. */
  planningList(): string {
    const { guard } = this.#options;
    return this.plannable()
      .map((definition) => guard.describe(definition))
      .join('\n');
  }

  /**
   * The verdict, with what the call refers to. What is refused whatever it refers to has nothing looked up: a call that
   * is stopped, changed or forbidden makes the monitor read nothing.
   */
  async #judgeFound(context: GuardContext, call: ProposedCall, signal: AbortSignal): Promise<JudgedCall> {
    const first = this.#judge(context, call);
    const lookups = isHopeless(first) ? [] : this.#lookups(context, call);
    if (lookups.length === 0) return { referents: [], tools: [], verdict: first };
    const find = (tool: string) => this.#catalogue().index.get(tool);
    const { validator } = this.#options;
    const found = await lookUp(lookups, { find, validator }, { context, call: call.call, signal });
    const { referents } = found;
    const verdict = referents.length > 0 ? this.#judge(context, { ...call, referents }) : first;
    return { ...found, verdict };
  }

  /** A guard that cannot say what to look up has nothing looked up; then nothing is proven by it. */
  #lookups(context: GuardContext, call: ProposedCall) {
    try {
      return this.#options.guard.lookups(context, call);
    } catch {
      // The verdict meets the same defect and denies with it.
      return [];
    }
  }

  /** Absent where it is no more than what its tool does. */
  #judgedAs(context: GuardContext, call: ProposedCall): Pick<Decision, 'judged'> {
    try {
      const judged = this.#options.guard.judgedEffect(context, call);
      return judged === call.effect ? {} : { judged };
    } catch {
      return { judged: 'external' };
    }
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
    const now = this.#catalogue().index.get(tool)?.definition;
    const isSame = now !== undefined && now.server === server && now.effect === effect && now.pin === pin;
    if (!args || !isSame) return { decision: 'deny', rules: ['tool-changed'] };
    const { referents, tools, verdict } = await this.#judgeFound(
      context,
      proposedCall(decided, args, []),
      signal,
    );
    const lookedUp = tools.length > 0 ? { lookedUp: tools } : {};
    const nowOf = ({ argument, value }: Referent) =>
      referents.find((one) => one.argument === argument && one.value === value);
    const hasAnyMoved = () => (decided.referents ?? []).some((former) => hasMoved(former, nowOf(former)));
    if (!isHopeless(verdict) && hasAnyMoved()) return { ...lookedUp, decision: 'changed' };
    if (verdict.decision === 'allow') return { ...lookedUp, decision: 'allow' };
    return { ...lookedUp, decision: verdict.decision, rules: rulesOf(verdict) };
  }

  /**
   * Checks the whole chain of a call and hands out the only thing `run` accepts.
   * @throws CodedError `tool_not_permitted`.
   */
  permit(evidence: PermitEvidence): RunPermit {
    return this.#permits.give(evidence);
  }

  /**
   * Runs a permitted call once, with its deadline, the abort signal and the size limit. Resolves with a result that
   * the model can read, whatever the tool does.
   * @throws CodedError `tool_not_permitted` for a permit that was not given here or was used before.
   */
  run(permit: RunPermit, context: CallPlace & { readonly signal: AbortSignal }): Promise<RanCall> {
    this.#permits.use(permit, context);
    const { decided } = permit;
    const found = this.#catalogue().index.get(decided.tool);
    const changed = found?.definition.pin !== decided.pin || found?.source.server !== decided.server;
    return runBounded({
      ...(found && !changed && found),
      inspector: this.#options.inspector,
      tool: decided.tool,
      effect: runEffect(decided),
      args: decided.arguments ?? {},
      context: { ...context, call: decided.call },
      clock: this.#options.clock,
    });
  }

  /** A text without the secrets in it: what a model says passes here before a record or a log. */
  redact(text: string): string {
    return this.#options.inspector.redact(text).text;
  }

  /** A proposed call as it may be recorded: arguments that hold a secret of the house are not written down at all. */
  recordable<Call extends Pick<ToolCallPart, 'name' | 'arguments'>>(call: Call): Call {
    const name = this.#catalogue().index.has(call.name) ? call.name : this.redact(call.name);
    const parsed = parseArguments(call.arguments);
    if (!parsed.ok) return { ...call, name, arguments: this.redact(call.arguments) };
    const known = this.#leaksIn(parsed.value).filter((leak) => leak.isKnown);
    return known.length > 0 ? { ...call, name, arguments: takenOut(known) } : { ...call, name };
  }

  #leaksIn(args: Readonly<Record<string, unknown>>): readonly Leak[] {
    const gone = leakTakenOut(args);
    return gone ? [gone] : this.#options.inspector.findLeaks(args).slice(0, MOST_LEAKS);
  }

  /** The same tools as a model is shown them. */
  offer(): ToolOffer {
    return this.#catalogue().offer;
  }

  /** Finds the tool and reads its arguments: the problem is what keeps the call from being judged at all. */
  #candidate(part: ToolCallPart, clientTools: ReadonlySet<string>): Candidate {
    const found = this.#catalogue().index.get(part.name);
    if (!found && !clientTools.has(part.name)) return { part, problem: unknownTool(part) };
    const parsed = parseArguments(part.arguments);
    if (!parsed.ok) {
      const problem = { code: 'bad_arguments', message: parsed.message } as const;
      return { part, ...(found && { found }), problem };
    }
    const args = parsed.value;
    if (!found) return { part, args, problem: clientTool(part) };
    // What the tool would have said of them is gone with them.
    if (leakTakenOut(args)) return { part, found, args };
    const invalid = this.#options.validator.validate(found.definition, args);
    return invalid
      ? { part, found, args, problem: { code: 'bad_arguments', message: invalid } }
      : { part, found, args };
  }
}

const MISSING_ARGUMENTS = { code: 'bad_arguments', message: 'The arguments are missing.' } as const;
const MOST_LEAKS = 100;
/** Denials that end where the monitor finds out what the call refers to. */
const LOOKING_HELPS: ReadonlySet<string> = new Set(['unresolved']);

function isHopeless({ decision, reasons }: Verdict): boolean {
  return decision === 'deny' && !reasons.every(({ rule }) => LOOKING_HELPS.has(rule));
}

function rulesOf(verdict: Verdict): readonly string[] {
  return verdict.reasons.map((reason) => reason.rule);
}

function withoutSecrets(
  inspector: ResultInspector,
  args: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return { redacted: inspector.redactData(args).value };
}
