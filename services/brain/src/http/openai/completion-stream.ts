import { modelText } from '@bakerst/shared/content';
import type { TurnEvent } from '@bakerst/shared/events';
import type { RecordedStep, Step } from '@bakerst/shared/steps';
import type { EventStream } from '../event-stream.ts';
import { AnswerText } from './answer-text.ts';
import { type CompletionHead, chunk, closingChunk, toolCallBody } from './completion-body.ts';
import { completionOutcome, endError, parkedSentence } from './completion-outcome.ts';

export interface CompletionStreamOptions {
  readonly head: CompletionHead;
  readonly clientTools: ReadonlySet<string>;
  readonly includeUsage: boolean;
  readonly readSteps: () => readonly RecordedStep[];
}

/** Follows a turn and tells it as Chat Completions chunks, until it ends or waits for a person. */
export async function streamCompletion(
  stream: EventStream,
  events: AsyncIterable<TurnEvent>,
  options: CompletionStreamOptions,
): Promise<void> {
  const { head } = options;
  await stream.write({ data: chunk(head, { role: 'assistant', content: '', refusal: null }) });
  const tellText = textTeller();
  for await (const event of events) {
    const text = tellText(event);
    if (text !== '') await stream.write({ data: chunk(head, { content: text }) });
    if (stream.signal.aborted) return;
    const status = endStatus(event);
    if (status === undefined) continue;
    await tellEnd(stream, status, options);
    return;
  }
}

type EndStatus = 'completed' | 'failed' | 'cancelled' | 'parked';

function endStatus(event: TurnEvent): EndStatus | undefined {
  if (event.type === 'step' && event.step.type === 'turn_ended') return event.step.status;
  return event.type === 'state' && event.status === 'parked' ? 'parked' : undefined;
}

/** Text to send for an event. Calls of other roles (summaries) are not the answer. */
function textTeller(): (event: TurnEvent) => string {
  const answer = new AnswerText();
  const others = new Set<string>();
  const ofStep = (step: Step): string => {
    if (step.type === 'model_started' && step.role !== 'agent') others.add(step.call);
    const answered = step.type === 'model_ended' && step.outcome === 'completed' && !others.has(step.call);
    return answered ? answer.finish(modelText(step.parts)) : '';
  };
  return (event) => {
    if (event.type === 'step') return ofStep(event.step);
    if (event.type === 'state' || others.has(event.call)) return '';
    if (event.type === 'snapshot') return answer.catchUp(event.text);
    if (event.type === 'delta') return event.channel === 'text' ? answer.add(event.text) : '';
    answer.restart();
    return '';
  };
}

async function tellEnd(
  stream: EventStream,
  status: EndStatus,
  options: CompletionStreamOptions,
): Promise<void> {
  const { head } = options;
  const outcome = completionOutcome(options.readSteps(), options.clientTools);
  const error = endError(status, outcome.error);
  if (error) {
    const body = {
      message: error.message,
      type: 'server_error',
      code: error.code,
      param: null,
      remedy: error.remedy,
    };
    await stream.write({ data: JSON.stringify({ error: body }) });
    return;
  }
  if (status === 'parked') {
    const sentence = parkedSentence(outcome.approval);
    await stream.write({
      data: chunk(head, { content: outcome.text === '' ? sentence : `\n\n${sentence}` }),
    });
    await stream.write({ data: chunk(head, {}, 'stop') });
  } else {
    if (outcome.toolCalls.length > 0) {
      const calls = outcome.toolCalls.map((call, index) => ({ index, ...toolCallBody(call) }));
      await stream.write({ data: chunk(head, { tool_calls: calls }) });
    }
    await stream.write({ data: chunk(head, {}, outcome.finishReason) });
  }
  await stream.write({ data: closingChunk(head, outcome, options.includeUsage) });
  await stream.write({ data: '[DONE]' });
}
