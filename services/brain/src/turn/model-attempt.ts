import { estimateTokens } from '@bakerst/agent/estimate-tokens';
import type { LabelledContext } from '@bakerst/agent/labelled-context';
import { isAnswer } from '@bakerst/agent/turn-state';
import { CodedError } from '@bakerst/shared/coded-error';
import type { ModelPart, Usage } from '@bakerst/shared/content';
import type { TurnEvent } from '@bakerst/shared/events';
import type { ModelInfo, ModelRole, ModelStreamEvent } from '@bakerst/shared/models';
import type { StepOf } from '@bakerst/shared/steps';
import { subjects } from '@bakerst/shared/subjects';
import type { StepFields } from './turn-journal.ts';
import { interruptionOf, type TurnRun } from './turn-run.ts';

export interface ModelAttempt {
  readonly run: TurnRun;
  readonly model: ModelInfo;
  readonly role: ModelRole;
  readonly context: LabelledContext;
  readonly started: StepOf<'model_started'>;
  readonly maxOutputTokens: number;
}

type Ended = Omit<StepFields<'model_ended'>, 'costMicros' | 'unmetered'>;

/**
 * Streams one attempt to whoever follows and resolves with how it ended; a failing provider is an outcome, not an
 * exception. Never calls the provider twice.
 */
export async function streamAttempt(attempt: ModelAttempt): Promise<Ended> {
  const { run, model, context, started, maxOutputTokens } = attempt;
  const timer = { from: performance.now(), firstTokenMs: undefined as number | undefined };
  const teller = tellFollowers(attempt);
  const request = context.toRequest({ model: model.ref.slice(model.ref.indexOf('/') + 1), maxOutputTokens });
  const base = { call: started.call, attempt: started.attempt, label: context.label };
  try {
    for await (const event of run.parts.router.stream(model, request, run.signal)) {
      if (event.type === 'end') return { ...base, ...completed(run, event), ...timesOf(timer) };
      timer.firstTokenMs ??= performance.now() - timer.from;
      if (event.type === 'text' || event.type === 'thinking') teller.tell(event.type, event.text);
    }
    throw new CodedError({
      code: 'provider_malformed',
      message: `${model.ref} ended its stream without an end.`,
      remedy: 'Try again; report the provider if it happens often.',
      retryable: true,
    });
  } catch (error) {
    return { ...base, ...failed(attempt, error, teller.told()), ...timesOf(timer) };
  }
}

function timesOf(timer: { readonly from: number; readonly firstTokenMs: number | undefined }) {
  const round = (ms: number) => Math.round(ms * 100) / 100;
  const { firstTokenMs } = timer;
  return {
    durationMs: round(performance.now() - timer.from),
    ...(firstTokenMs !== undefined && { firstTokenMs: round(firstTokenMs) }),
  };
}

const REPORTED_NAME_CHARS = 200;

/** Gives each of the provider's tool calls our own id: a provider's ids are neither unique nor ours. */
function completed(run: TurnRun, end: Extract<ModelStreamEvent, { type: 'end' }>) {
  const { stopReason, usage, usageSource } = end;
  // It goes into the audit log, which takes neither endless text nor halves of surrogate pairs.
  const reportedModel = end.reportedModel.slice(0, REPORTED_NAME_CHARS).toWellFormed();
  const { registry, ids } = run.parts;
  const parts = end.parts.map((part) => {
    if (part.type === 'tool_call') return { ...registry.recordable(part), call: ids('toolCall') };
    const text = registry.redact(part.text);
    // What was signed has changed where a secret was taken out of it.
    return text === part.text ? part : { type: part.type, text };
  });
  return { outcome: 'completed' as const, parts, stopReason, usage, usageSource, reportedModel };
}

interface Told {
  readonly text: string;
  readonly thinking: string;
}

function failed(attempt: ModelAttempt, error: unknown, told: Told) {
  const interruption = interruptionOf(attempt.run.signal);
  const text = attempt.run.parts.registry.redact(told.text);
  const parts: ModelPart[] = text === '' ? [] : [{ type: 'text', text }];
  const charged = chargedUsage(attempt, error, told);
  if (interruption) {
    const outcome = interruption.kind === 'cancelled' ? ('aborted' as const) : ('interrupted' as const);
    return { outcome, parts, ...charged };
  }
  const { run, model } = attempt;
  if (error instanceof CodedError) {
    const { code, message, remedy } = error;
    run.parts.log.warn({ code, model: model.ref, turn: run.journal.record.id }, message);
    return { outcome: 'failed' as const, parts, ...charged, error: { code, message, remedy } };
  }
  run.parts.log.error(
    { err: error, model: model.ref, turn: run.journal.record.id },
    'The model call failed unexpectedly.',
  );
  const remedy = 'Look into the log of the brain; try again.';
  return {
    outcome: 'failed' as const,
    parts,
    ...charged,
    error: { code: 'provider_malformed', message: `The call of ${model.ref} failed unexpectedly.`, remedy },
  };
}

const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
/** Refused before the model ran: nothing was used. */
const FREE_FAILURES: ReadonlySet<string> = new Set([
  'provider_unauthorized',
  'provider_rate_limited',
  'provider_overloaded',
  'provider_context_exceeded',
  'provider_bad_request',
  'provider_unknown_model',
  'provider_not_configured',
]);

/** What a call that did not end well has cost: as reported if it was, else our own count, upwards. */
function chargedUsage(
  { context, maxOutputTokens }: ModelAttempt,
  error: unknown,
  told: Told,
): { readonly usage: Usage; readonly usageSource: 'reported' | 'estimated' } {
  const partial = partialOf(error);
  if (partial?.usageSource === 'reported') return { usage: partial.usage, usageSource: 'reported' };
  const nothingTold = told.text === '' && told.thinking === '';
  if (nothingTold && error instanceof CodedError && FREE_FAILURES.has(error.code)) {
    return { usage: NO_USAGE, usageSource: 'reported' };
  }
  const outputTokens = Math.min(maxOutputTokens, estimateTokens(told.text) + estimateTokens(told.thinking));
  return { usage: { ...NO_USAGE, inputTokens: context.tokens, outputTokens }, usageSource: 'estimated' };
}

/** What a provider's error says had arrived before it. */
function partialOf(error: unknown): { readonly usage: Usage; readonly usageSource: string } | undefined {
  if (typeof error !== 'object' || error === null || !('partial' in error)) return undefined;
  const { partial } = error;
  if (typeof partial !== 'object' || partial === null || !('usage' in partial) || !('usageSource' in partial))
    return undefined;
  return partial as { readonly usage: Usage; readonly usageSource: string };
}

/** Publishes the attempt's pieces; a summary in the making is nobody's answer and is not shown. */
function tellFollowers({ run, role, started }: ModelAttempt) {
  const turn = run.journal.record.id;
  const { live, bus } = run.parts;
  const told = { text: '', thinking: '' };
  if (!isAnswer(role)) {
    const remember = (channel: keyof Told, text: string) => {
      told[channel] += text;
    };
    return { tell: remember, told: () => told };
  }
  const { call, attempt } = started;
  const seq = run.journal.seq;
  const subject = subjects.turnEvents(turn);
  const publish = (event: TurnEvent | undefined) => event && bus.publish(subject, event);
  live.begin(turn, { seq, call, attempt });
  if (attempt > 1) publish({ type: 'reset', seq, call, attempt });
  return {
    tell: (channel: keyof Told, text: string) => {
      told[channel] += text;
      publish(live.add(turn, channel, text));
    },
    told: () => told,
  };
}
