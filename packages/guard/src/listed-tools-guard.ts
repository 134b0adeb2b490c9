import { createHash } from 'node:crypto';
import type { Guard, GuardContext, ProposedCall, Reason, Verdict } from '@bakerst/shared/guard';
import { joinLabels } from '@bakerst/shared/labels';

/**
 * The first floor of the guard: core reads run, the tools that the operator listed by name in the configuration file
 * run, everything else is denied with the remedy. A call whose same-call digest has an unknown outcome always asks.
 */
export function createListedToolsGuard(options: { readonly allow: readonly string[] }): Guard {
  const allow = new Set(options.allow);
  const policy = JSON.stringify({ policy: 'listed-tools', v: 1, allow: [...allow].sort() });
  return {
    policyHash: createHash('sha256').update(policy).digest('hex'),
    policyText: policy,
    decide(context, call) {
      const verdict = decide(allow, call);
      if (verdict.decision !== 'allow' || !context.unknownDigests.has(call.digest)) return verdict;
      return askAfterUnknown(context, call);
    },
    observe(context, event) {
      switch (event.type) {
        case 'result_observed':
          return { ...context, label: joinLabels(context.label, event.label) };
        case 'outcome_unknown':
          return { ...context, unknownDigests: new Set([...context.unknownDigests, event.digest]) };
        default:
          return event satisfies never;
      }
    },
  };
}

function decide(allow: ReadonlySet<string>, call: ProposedCall): Verdict {
  if (call.server === 'core' && call.effect === 'read') {
    return { decision: 'allow', reasons: [{ rule: 'core-read', message: 'Core reads are allowed.' }] };
  }
  if (allow.has(call.tool)) {
    const message = `The operator listed ${call.tool} in tools.allow.`;
    return { decision: 'allow', reasons: [{ rule: 'listed-tool', message }] };
  }
  return { decision: 'deny', reasons: [notListed(call)] };
}

function notListed(call: ProposedCall): Reason {
  return {
    rule: 'not-listed',
    message: `${call.tool} (${call.effect}) is not among the tools the operator allows.`,
    remedy: `Add "${call.tool}" to tools.allow in the configuration file and restart.`,
  };
}

function askAfterUnknown(context: GuardContext, call: ProposedCall): Verdict {
  const reason: Reason = {
    rule: 'after-unknown',
    message: `The same call of ${call.tool} may already have happened: its outcome is unknown.`,
    remedy: 'Check whether it happened, then approve or deny running it again.',
  };
  if (context.unattended)
    return { decision: 'deny', reasons: [{ ...reason, rule: 'after-unknown-unattended' }] };
  const values = Object.entries(call.arguments).map(([name, value]) => ({
    name,
    value: typeof value === 'string' ? value : JSON.stringify(value),
    origin: 'written by the model',
  }));
  const { tool, server, effect } = call;
  return {
    decision: 'ask',
    reasons: [reason],
    card: { title: `Run ${tool} again?`, tool, server, effect, values: values.slice(0, 100) },
  };
}
