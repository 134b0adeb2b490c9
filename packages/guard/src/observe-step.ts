import type { GuardContext, GuardRequest } from '@bakerst/shared/guard';
import { HIGHEST_LABEL, joinLabels } from '@bakerst/shared/labels';
import type { Step } from '@bakerst/shared/steps';

/** A context that has observed nothing: until a model has answered, nobody knows what it had read. */
export function beginContext(request: GuardRequest): GuardContext {
  return { request, label: HIGHEST_LABEL, past: undefined };
}

/**
 * Folds one step. What the model had read is the label of its newest answer, joined with whatever came after it; an
 * answer of the observer or the planner is not what proposes calls.
 */
export function observeStep(context: GuardContext, step: Step, turn: string): GuardContext {
  const past = { step, turn, before: context.past };
  switch (step.type) {
    case 'message_received':
      return { ...context, label: HIGHEST_LABEL, past };
    case 'model_ended':
      return isProposal(context, step.call) ? { ...context, label: step.label, past } : { ...context, past };
    case 'tool_ended':
      return { ...context, label: joinLabels(context.label, step.label), past };
    default:
      return { ...context, past };
  }
}

/** Model calls are one at a time, so the start is the newest step about this call. */
function isProposal({ past }: GuardContext, call: string): boolean {
  for (let one = past; one; one = one.before) {
    if (one.step.type === 'model_started' && one.step.call === call)
      return one.step.role === 'agent' || one.step.role === 'worker';
    if (one.step.type === 'message_received') return true;
  }
  return true;
}
