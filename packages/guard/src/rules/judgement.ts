import type { GuardContext, ProposedCall, Reason, ToolStanding } from '@bakerst/shared/guard';
import type { Policy } from '@bakerst/shared/policy';
import type { Facts } from '../facts/read-facts.ts';
import type { RequestPlan } from '../plan/request-plan.ts';
import type { CompiledPolicy, CompiledTool } from '../policy/compile-policy.ts';
import type { Judged } from '../provenance/judge-values.ts';
import type { Evidence } from '../provenance/prove-value.ts';

/** Everything the rules look at for one call; made once, changed by none of them. */
export interface Judgement {
  readonly context: GuardContext;
  /** The call with the effect that counts for it. */
  readonly call: ProposedCall;
  readonly standing: ToolStanding;
  readonly tool: CompiledTool | undefined;
  readonly compiled: CompiledPolicy;
  readonly policy: Policy;
  readonly facts: Facts;
  readonly plan: RequestPlan;
  readonly evidence: Evidence;
  readonly values: readonly Judged[];
  /** Untrusted content is in the context, or prose of another server that the house did not write. */
  readonly tainted: boolean;
}

/** What one rule says. `nothing`: the rule does not concern this call. */
export type Said =
  | { readonly said: 'nothing' }
  | { readonly said: 'allow' | 'ask' | 'deny'; readonly reasons: readonly Reason[] };

export interface Rule {
  readonly name: string;
  readonly judge: (judgement: Judgement) => Said;
}

export const NOTHING: Said = { said: 'nothing' };

export function says(said: 'allow' | 'ask' | 'deny', rule: string, words: Omit<Reason, 'rule'>): Said {
  return { said, reasons: [{ rule, ...words }] };
}

/** Effects that reach beyond the person's own things, or cannot be undone. */
const CONSEQUENTIAL: ReadonlySet<string> = new Set(['destructive', 'external', 'money', 'exec', 'admin']);

export function isConsequential({ call }: Pick<Judgement, 'call'>): boolean {
  return CONSEQUENTIAL.has(call.effect);
}
