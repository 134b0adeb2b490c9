import { modelText, type ToolCallPart, type Usage } from '@bakerst/shared/content';
import type { RecordedStep, StepOf } from '@bakerst/shared/steps';
import type { TurnStatus } from '@bakerst/shared/store/turn-store';
import { turnOutcome } from '../turn-outcome.ts';

export type FinishReason = 'stop' | 'length' | 'content_filter' | 'tool_calls';

/** What a completion says at its end: a fold over the turn's steps. */
export interface CompletionOutcome {
  /** The text of all the agent's answers in the turn, as a streaming client saw them. */
  readonly text: string;
  readonly toolCalls: readonly ToolCallPart[];
  readonly finishReason: FinishReason;
  readonly model: string | undefined;
  readonly usage: Usage;
  readonly approval: string | undefined;
  /** True where the model had read untrusted content when it wrote the calls that are handed back. */
  readonly untrusted: boolean;
  readonly error: NonNullable<StepOf<'turn_ended'>['error']> | undefined;
}

export function completionOutcome(
  steps: readonly RecordedStep[],
  clientTools: ReadonlySet<string>,
): CompletionOutcome {
  const answers = agentAnswers(steps);
  const last = answers.at(-1);
  const theirs = handedBack(steps);
  const toolCalls = (last?.parts ?? []).filter(
    (part): part is ToolCallPart =>
      part.type === 'tool_call' && clientTools.has(part.name) && theirs.has(part.call),
  );
  const { model, approval, error } = turnOutcome(steps);
  return {
    text: answers
      .map((answer) => modelText(answer.parts))
      .filter((text) => text !== '')
      .join(ANSWER_GAP),
    toolCalls,
    finishReason: toolCalls.length > 0 ? 'tool_calls' : finishReason(last),
    model,
    usage: summedUsage(steps),
    approval,
    untrusted: toolCalls.some(({ call }) => theirs.get(call)?.label.integrity === 'untrusted'),
    error,
  };
}

/**
 * Calls that the registry left to the client: not those of our own tools, also where the client has one of the same name,
 * not those that were refused, and none without a verdict.
 */
function handedBack(steps: readonly RecordedStep[]): ReadonlyMap<string, StepOf<'tool_decided'>> {
  return new Map(
    steps.flatMap(({ step }) =>
      step.type === 'tool_decided' && step.problem?.code === 'client_tool' ? [[step.call, step]] : [],
    ),
  );
}

/** Between two answers of one turn, with tool calls in between. */
export const ANSWER_GAP = '\n\n';

/** What a completion says where its turn waits for a person. */
export function parkedSentence(approval: string | undefined): string {
  return approval === undefined
    ? 'This turn waits and will go on by itself later.'
    : `This needs a person's approval before it goes on. The approval is ${approval}: decide it in the console, ` +
        'then continue this conversation.';
}

/** The error of a turn that ended otherwise than completed. */
export function endError(
  status: TurnStatus,
  error: CompletionOutcome['error'],
): NonNullable<CompletionOutcome['error']> | undefined {
  if (status === 'cancelled') {
    return (
      error ?? { code: 'turn_failed', message: 'The turn was stopped.', remedy: 'Send the message again.' }
    );
  }
  if (status !== 'failed') return undefined;
  return (
    error ?? { code: 'turn_failed', message: 'The turn failed.', remedy: 'Look at the turn in the console.' }
  );
}

function agentAnswers(steps: readonly RecordedStep[]): StepOf<'model_ended'>[] {
  const agentCalls = new Set<string>();
  const answers: StepOf<'model_ended'>[] = [];
  for (const { step } of steps) {
    if (step.type === 'model_started' && step.role === 'agent') agentCalls.add(step.call);
    if (step.type === 'model_ended' && step.outcome === 'completed' && agentCalls.has(step.call))
      answers.push(step);
  }
  return answers;
}

function finishReason(last: StepOf<'model_ended'> | undefined): FinishReason {
  if (last?.stopReason === 'max_tokens') return 'length';
  return last?.stopReason === 'refusal' ? 'content_filter' : 'stop';
}

function summedUsage(steps: readonly RecordedStep[]): Usage {
  const sum = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  for (const { step } of steps) {
    if (step.type !== 'model_ended') continue;
    sum.inputTokens += step.usage.inputTokens;
    sum.outputTokens += step.usage.outputTokens;
    sum.cacheReadTokens += step.usage.cacheReadTokens;
    sum.cacheWriteTokens += step.usage.cacheWriteTokens;
  }
  return sum;
}
