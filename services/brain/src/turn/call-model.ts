import { setTimeout as sleep } from 'node:timers/promises';
import type { LabelledContext } from '@bakerst/agent/labelled-context';
import type { TurnEnding } from '@bakerst/agent/next-action';
import { nextAction } from '@bakerst/agent/next-action';
import type { ToolOffer } from '@bakerst/agent/tool-offer';
import { foldTurn, isAnswer } from '@bakerst/agent/turn-state';
import { modelText } from '@bakerst/shared/content';
import type { ModelInfo, ModelRole } from '@bakerst/shared/models';
import { formatUsd, type Hold } from '@bakerst/shared/money';
import type { Step, StepOf } from '@bakerst/shared/steps';
import type { AppendOutcome } from '@bakerst/shared/store/turn-store';
import { streamAttempt } from './model-attempt.ts';
import type { TurnRun } from './turn-run.ts';

export interface ModelCallRequest {
  readonly run: TurnRun;
  readonly role: ModelRole;
  readonly model: ModelInfo;
  readonly delayMs: number;
  readonly context: LabelledContext;
  readonly tools: ToolOffer;
  readonly maxOutputTokens: number;
  /** From 1: how often this call was tried, with this one. */
  readonly attempt: number;
}

export type ModelCallResult =
  | { readonly outcome: 'recorded'; readonly ended: StepOf<'model_ended'> }
  /** Nothing was called: the money limit, or no price. */
  | { readonly outcome: 'refused'; readonly error: NonNullable<TurnEnding['error']> };

/**
 * One attempt of one model call, held, recorded and settled: `model_started` with its hold is durable before the
 * provider hears anything; `model_ended` with its settlement before anybody acts on the answer.
 */
export async function callModel(request: ModelCallRequest): Promise<ModelCallResult> {
  const { run, model, maxOutputTokens } = request;
  if (request.delayMs > 0) await sleep(request.delayMs, undefined, { signal: run.signal });
  const { budget, ids } = run.parts;
  const quote = budget.hold(ids('modelCall'), model, {
    input: mostInput(request),
    maxOutput: maxOutputTokens,
  });
  if (quote.outcome === 'refused') {
    const { code, message, remedy } = quote;
    return { outcome: 'refused', error: { code, message, remedy } };
  }
  await keepWhatIsNamed(request);
  const started = startedStep(request, quote.hold.call, quote.hold.micros);
  const appended = await run.journal.append({ steps: [started], hold: quote.hold });
  if (appended.outcome === 'hold_refused') return refuseHold(request, appended, quote.hold);
  const fields = await streamAttempt({ ...request, started });
  const settlement = budget.settle(started.call, model, fields.usage);
  const ended = run.journal.step('model_ended', {
    ...fields,
    costMicros: settlement.micros,
    ...(model.unmetered && { unmetered: true }),
  });
  await recordEnd({ ...request, hold: quote.hold }, ended, settlement);
  return { outcome: 'recorded', ended };
}

/** How many pages a PDF of a few kilobytes has is not known: then the window alone bounds what is read. */
function mostInput({ context, model }: ModelCallRequest): number {
  const hasPdf = context.parts.some(
    (part) =>
      part.kind === 'message' &&
      part.message.role === 'user' &&
      part.message.content.some((content) => content.type === 'pdf'),
  );
  return hasPdf ? Math.max(context.tokens, model.contextWindow) : context.tokens;
}

async function keepWhatIsNamed({ run, tools }: ModelCallRequest): Promise<void> {
  const { contents, prompts } = run.parts;
  const { hash, text } = prompts();
  await contents.keep({ hash, kind: 'prompt', text });
  await contents.keep({ hash: tools.hash, kind: 'tools', text: tools.text });
}

function startedStep(request: ModelCallRequest, call: string, holdMicros: number): StepOf<'model_started'> {
  const { run, role, model, context, tools, attempt } = request;
  return run.journal.step('model_started', {
    call,
    attempt,
    role,
    model: model.ref,
    holdMicros,
    label: context.label,
    promptHash: run.parts.prompts().hash,
    toolsHash: tools.hash,
    estimatedInputTokens: context.tokens,
  });
}

/** Where the answer ends the turn, both are one commit: nobody sees an answer of a turn that still runs. */
async function recordEnd(
  { run, role, model, hold }: ModelCallRequest & { readonly hold: Hold },
  ended: StepOf<'model_ended'>,
  settlement: { readonly call: string; readonly micros: number },
): Promise<void> {
  const { journal, parts } = run;
  const ending = isAnswer(role) ? endingAfter(run, ended) : undefined;
  const steps: Step[] = ending ? [ended, journal.step('turn_ended', ending)] : [ended];
  const text = isAnswer(role) ? modelText(ended.parts) : '';
  const { call, micros } = settlement;
  const isOverdrawn = micros > hold.micros;
  await journal.append({
    steps,
    settlement,
    ...(isOverdrawn && {
      outbox: [journal.moneyEvent('budget.overdrawn', { call, heldMicros: hold.micros, usedMicros: micros })],
    }),
    leaseAfter: ending ? 'ended' : 'keep',
    ...(text !== '' && ended.outcome === 'completed' && { searchText: text }),
  });
  if (isAnswer(role)) parts.live.end(journal.record.id);
  parts.onMetric({
    type: 'model_ended',
    model: model.ref,
    outcome: ended.outcome,
    costMicros: ended.costMicros,
    inputTokens: ended.usage.inputTokens + ended.usage.cacheReadTokens + ended.usage.cacheWriteTokens,
    outputTokens: ended.usage.outputTokens,
    ...(ended.firstTokenMs !== undefined && { firstTokenMs: ended.firstTokenMs }),
  });
}

function endingAfter(run: TurnRun, ended: StepOf<'model_ended'>): TurnEnding | undefined {
  const { journal, parts } = run;
  const state = foldTurn([...journal.steps, { seq: journal.seq + 1, step: ended }]);
  const action = nextAction(state, { modelCalls: parts.limits.modelCallsPerTurn });
  if (action.kind !== 'finish' || run.signal.aborted) return undefined;
  return { status: action.status, ...(action.error && { error: action.error }) };
}

async function refuseHold(
  { run: { journal, parts } }: ModelCallRequest,
  refused: Extract<AppendOutcome, { outcome: 'hold_refused' }>,
  hold: Hold,
): Promise<ModelCallResult> {
  const { scope, limitMicros, spentMicros, reservedMicros } = refused;
  const body = {
    call: hold.call,
    scope,
    wantedMicros: hold.micros,
    limitMicros,
    spentMicros,
    reservedMicros,
  };
  await parts.store.enqueueOutbox([journal.moneyEvent('budget.refused', body)]);
  return { outcome: 'refused', error: overBudget(refused, hold.micros) };
}

function overBudget(refused: Extract<AppendOutcome, { outcome: 'hold_refused' }>, wanted: number) {
  const { scope, limitMicros, spentMicros, reservedMicros, blocked } = refused;
  const state = `${formatUsd(spentMicros)} spent and ${formatUsd(reservedMicros)} held of ${formatUsd(limitMicros)}`;
  return {
    code: 'budget_exceeded',
    message: `The limit ${scope} does not allow another ${formatUsd(wanted)}: ${state}${blocked ? ', blocked until covered' : ''}.`,
    remedy:
      'Wait for the next period, or raise budget.monthlyLimitUsd in the configuration file and restart.',
  };
}
