import { modelText } from '@bakerst/shared/content';
import type { RecordedStep, StepOf } from '@bakerst/shared/steps';

/** What a turn came to: a fold over its steps for those who wait for the whole answer. */
export interface TurnOutcome {
  /** The last answer's text. */
  readonly text: string;
  readonly model: string | undefined;
  readonly approval: string | undefined;
  readonly error: NonNullable<StepOf<'turn_ended'>['error']> | undefined;
}

export function turnOutcome(steps: readonly RecordedStep[]): TurnOutcome {
  let text = '';
  let model: string | undefined;
  let approval: string | undefined;
  let error: TurnOutcome['error'];
  const agentCalls = new Map<string, string>();
  for (const { step } of steps) {
    if (step.type === 'model_started' && step.role === 'agent') agentCalls.set(step.call, step.model);
    else if (step.type === 'model_ended' && step.outcome === 'completed' && agentCalls.has(step.call)) {
      text = modelText(step.parts);
      model = agentCalls.get(step.call);
    } else if (step.type === 'approval_requested') approval = step.approval;
    else if (step.type === 'approval_decided' && step.approval === approval) approval = undefined;
    else if (step.type === 'turn_ended') error = step.error;
  }
  return { text, model, approval, error };
}
