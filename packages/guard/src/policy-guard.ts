import { createHash } from 'node:crypto';
import type {
  Effect,
  Explanation,
  Guard,
  GuardContext,
  Lookup,
  ProposedCall,
  Reason,
  ToolStanding,
  Verdict,
} from '@bakerst/shared/guard';
import type { Policy } from '@bakerst/shared/policy';
import type { ToolDefinition } from '@bakerst/shared/tools';
import { isQuiet } from './effect-kinds.ts';
import { createFactReader } from './facts/read-facts.ts';
import { beginContext, observeStep } from './observe-step.ts';
import { createPlanReader } from './plan/request-plan.ts';
import { type CompiledPolicy, compilePolicy } from './policy/compile-policy.ts';
import { describeTool } from './policy/describe-tool.ts';
import { standingOf, standingOfCall } from './policy/tool-standing.ts';
import { findLookups } from './provenance/find-lookups.ts';
import { judgeValues, shownValue } from './provenance/judge-values.ts';
import { leavesTheHouse, reachesPeople, SECRET_RULE } from './rules/clearance.ts';
import { defectExplanation, defectVerdict } from './rules/defect.ts';
import { judgeEffect } from './rules/effect-rules.ts';
import { HISTORY_RULES } from './rules/history-rules.ts';
import type { Judgement, Said } from './rules/judgement.ts';
import { LEAK_RULE } from './rules/leak-rule.ts';
import { limitAsks, limitValues } from './rules/limit-rules.ts';
import { operatorRules } from './rules/operator-rules.ts';
import { STANDING_RULES } from './rules/standing-rules.ts';
import { STRICT_RULE } from './rules/strict-rule.ts';
import { writeCard } from './write-card.ts';

export interface PolicyGuardOptions {
  /** As `parsePolicy` read it. */
  readonly policy: Policy;
  /** The text it was read from: its SHA-256 names the policy in every verdict. */
  readonly text: string;
}

/**
 * The reference monitor under one policy. It assumes that the model obeys whatever it reads: content from outside may
 * inform an answer, but never chooses the destination, object, amount or kind of a consequential call.
 * @throws TypeError for a policy that `parsePolicy` would refuse.
 */
export function createPolicyGuard(options: PolicyGuardOptions): Guard {
  return new PolicyGuard(options);
}

class PolicyGuard implements Guard {
  readonly policyHash: string;
  readonly policyText: string;
  readonly begin = beginContext;
  readonly observe = observeStep;
  readonly #compiled: CompiledPolicy;
  readonly #factsOf = createFactReader();
  readonly #planOf: ReturnType<typeof createPlanReader>;

  constructor({ policy, text }: PolicyGuardOptions) {
    this.#compiled = compilePolicy(policy);
    this.#planOf = createPlanReader([...this.#compiled.tools.values()]);
    this.policyText = text;
    this.policyHash = createHash('sha256').update(text).digest('hex');
  }

  standing(definition: ToolDefinition): ToolStanding {
    return standingOf(this.#compiled, definition);
  }

  describe(definition: ToolDefinition): string {
    return describeTool(this.#compiled, definition);
  }

  wantsPlan(context: GuardContext, calls: readonly ProposedCall[]): boolean {
    if (this.#factsOf(context).plan !== undefined) return false;
    return calls.some((call) => {
      const verdict = this.decide(context, call);
      return verdict.decision === 'ask' && verdict.reasons.every(({ rule }) => PLANNER_HELPS.has(rule));
    });
  }

  lookups(context: GuardContext, call: ProposedCall): readonly Lookup[] {
    try {
      const judgement = this.#judge(context, call);
      return judgement.tool ? findLookups(judgement.evidence, judgement.values) : [];
    } catch {
      // Then the verdict on it is a deny, and nothing needs to be known.
      return [];
    }
  }

  decide(context: GuardContext, call: ProposedCall): Verdict {
    try {
      const judgement = this.#judge(context, call);
      return verdictOf(judgement, askRules(judgement));
    } catch (error) {
      return defectVerdict(error);
    }
  }

  judgedEffect(context: GuardContext, call: ProposedCall): Effect {
    try {
      return this.#judge(context, call).call.effect;
    } catch {
      // The verdict on it is a deny.
      return 'external';
    }
  }

  explain(context: GuardContext, call: ProposedCall): Explanation {
    try {
      return { ...explain(this.#judge(context, call)), policyHash: this.policyHash };
    } catch (error) {
      return defectExplanation(error, context.label, this.policyHash);
    }
  }

  /** A call that tells a server more than it may learn, or reaches other people, is judged as one that leaves the house. */
  #judge(context: GuardContext, call: ProposedCall): Judgement {
    const standing = standingOfCall(this.#compiled, call);
    const first = this.#judgeAs(context, { ...call, effect: standing.effect }, standing);
    if (!leavesTheHouse(first) && !reachesPeople(first)) return first;
    return this.#judgeAs(context, { ...call, effect: 'external' }, standing);
  }

  #judgeAs(context: GuardContext, call: ProposedCall, standing: ToolStanding): Judgement {
    const compiled = this.#compiled;
    const { policy, tools } = compiled;
    const facts = this.#factsOf(context);
    const plan = this.#planOf(facts);
    const tool = standing.acceptance === 'unknown' ? undefined : tools.get(call.tool);
    const isForeign = (call.prose ?? []).some((server) => server !== call.server);
    const tainted = context.label.integrity === 'untrusted' || isForeign;
    // What the person repeated after a stranger is enough for what is quiet.
    const evidence = { context, facts, plan, policy, tools, call, echoesCount: isQuiet(call.effect) };
    const values = judgeValues(evidence, tool?.policy);
    return { context, call, standing, tool, compiled, policy, facts, plan, evidence, values, tainted };
  }
}

interface Answer {
  readonly rule: string;
  readonly said: Said;
}

function askRules(judgement: Judgement): readonly Answer[] {
  const fixed = [...STANDING_RULES, ...HISTORY_RULES, LEAK_RULE, SECRET_RULE, STRICT_RULE].map(
    ({ name, judge }) => ({
      rule: name,
      said: judge(judgement),
    }),
  );
  const effect = { rule: `effect-${judgement.call.effect}`, said: judgeEffect(judgement) };
  const all = [...fixed, ...operatorRules(judgement), raisedEffect(judgement), effect];
  const asks = all.some(({ said }) => said.said === 'ask');
  const limits = [
    { rule: 'too-many-asks', said: limitAsks(judgement) },
    { rule: 'too-many-values', said: limitValues(judgement) },
  ];
  return asks ? [...all, ...limits] : all;
}

const MOST_REASONS = 50;
/** As long as a recorded reason may be: names of arguments can be longer. */
const LONGEST_MESSAGE = 2_000;

/** The strictest word wins. */
function verdictOf(judgement: Judgement, answers: readonly Answer[]): Verdict {
  const reasons = (wanted: Said['said']): Reason[] =>
    answers
      .flatMap(({ said }) => (said.said === wanted && 'reasons' in said ? [...said.reasons] : []))
      .slice(0, MOST_REASONS)
      .map((reason) => ({ ...reason, message: reason.message.slice(0, LONGEST_MESSAGE).toWellFormed() }));
  const denied = reasons('deny');
  if (denied.length > 0) return { decision: 'deny', reasons: denied };
  const asked = reasons('ask');
  if (asked.length === 0) return { decision: 'allow', reasons: reasons('allow') };
  if (isOnlyObserved(judgement)) return { decision: 'allow', reasons: asked.map(observed) };
  return { decision: 'ask', reasons: asked, card: writeCard(judgement) };
}

/** What a planner that reads nothing but the person's words could still tell. */
const PLANNER_HELPS: ReadonlySet<string> = new Set([
  'not-planned',
  'unproven-value',
  'plan-used-up',
  'nothing-named',
]);

function raisedEffect(judgement: Judgement): Answer {
  const { call, standing } = judgement;
  const isRaised = call.effect === 'external' && standing.effect !== 'external';
  if (!isRaised) return { rule: 'raised', said: { said: 'nothing' } };
  if (standing.effect === 'write-private' && reachesPeople(judgement)) {
    const message = `${call.tool} names other people, so it reaches them: the call counts as leaving the house.`;
    return { rule: 'raised', said: { said: 'allow', reasons: [{ rule: 'reaches-people', message }] } };
  }
  const message = `${call.server} is cleared for what is ${standing.clearance} at most, and more than that was read before: the call counts as leaving the house.`;
  const remedy = `Clear the server for more if it may learn it: bakerst mcp accept ${call.server} --clearance internal`;
  return { rule: 'raised', said: { said: 'allow', reasons: [{ rule: 'over-clearance', message, remedy }] } };
}

/** The profile `observe` records what it would have asked; what runs code or changes the house is asked all the same. */
function isOnlyObserved({ policy, call, standing }: Judgement): boolean {
  const isAlwaysAsked = call.effect === 'exec' || call.effect === 'admin' || call.effect === 'money';
  return policy.profile === 'observe' && !isAlwaysAsked && standing.acceptance !== 'unknown';
}

function observed(reason: Reason): Reason {
  return { ...reason, rule: `observed-${reason.rule}`.slice(0, 100) };
}

function explain(judgement: Judgement): Omit<Explanation, 'policyHash'> {
  const answers = askRules(judgement);
  const { standing, context, tainted, plan, values, evidence } = judgement;
  const byWords = [...plan.tools].map(([tool, { most }]) => ({ tool, most: Math.min(most, 50), slots: {} }));
  const isPlanned = plan.planned.length > 0;
  return {
    verdict: verdictOf(judgement, answers),
    standing,
    label: context.label,
    tainted,
    values: values.map((one) => shownValue(evidence, one, false)),
    plan: {
      by: isPlanned ? 'model' : byWords.length > 0 ? 'words' : 'none',
      calls: isPlanned ? plan.planned : byWords,
    },
    rules: answers.map((one) => ({ rule: one.rule, said: one.said.said })),
  };
}
