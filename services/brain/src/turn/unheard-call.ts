import type { StepOf } from '@bakerst/shared/steps';
import type { StepFields } from './turn-journal.ts';

type Ending = Pick<StepFields<'model_ended'>, 'outcome'> & {
  readonly error: NonNullable<StepFields<'model_ended'>['error']>;
};

/**
 * The end of a model call whose answer nobody heard. What it cost is not known: the whole hold is charged, so that
 * the limit holds whatever the provider will bill.
 */
export function unheardCall(started: StepOf<'model_started'>, ending: Ending): StepFields<'model_ended'> {
  const { call, attempt, label, holdMicros, estimatedInputTokens } = started;
  return {
    call,
    attempt,
    label,
    parts: [],
    usage: { inputTokens: estimatedInputTokens, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
    usageSource: 'estimated',
    costMicros: holdMicros,
    durationMs: 0,
    ...ending,
  };
}
