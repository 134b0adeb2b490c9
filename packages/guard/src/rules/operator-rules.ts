import type { Judgement, Said } from './judgement.ts';
import { NOTHING } from './judgement.ts';

/** The operator's own rules, in the order of the file; they only tighten. */
export function operatorRules(
  judgement: Judgement,
): readonly { readonly rule: string; readonly said: Said }[] {
  const { compiled, context, call, tainted } = judgement;
  const facts = {
    principal: context.request.principal,
    tool: call.tool,
    server: call.server,
    effect: call.effect,
    integrity: tainted ? 'untrusted' : 'trusted',
    confidentiality: context.label.confidentiality,
    unattended: context.request.unattended,
    args: call.arguments,
  };
  return compiled.rules.map(({ rule, applies }) => {
    const { name, verdict, message, remedy } = rule;
    const reason = { rule: name, message, ...(remedy !== undefined && { remedy }) };
    return { rule: name, said: applies(facts) ? { said: verdict, reasons: [reason] } : NOTHING };
  });
}
