import type { Guard } from '@bakerst/shared/guard';

/** One guard for the registry, whichever policy is in force: every question goes to the newest. */
export function createLiveGuard(current: () => Guard): Guard {
  return {
    get policyHash() {
      return current().policyHash;
    },
    get policyText() {
      return current().policyText;
    },
    standing: (definition) => current().standing(definition),
    describe: (definition) => current().describe(definition),
    begin: (request) => current().begin(request),
    observe: (context, step, turn) => current().observe(context, step, turn),
    wantsPlan: (context, calls) => current().wantsPlan(context, calls),
    lookups: (context, call) => current().lookups(context, call),
    decide: (context, call) => current().decide(context, call),
    judgedEffect: (context, call) => current().judgedEffect(context, call),
    explain: (context, call) => current().explain(context, call),
  };
}
