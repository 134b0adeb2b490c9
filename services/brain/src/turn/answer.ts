import type { TurnEnding } from '@bakerst/agent/next-action';
import { planCompaction } from '@bakerst/agent/plan-compaction';
import type { ModelChoice } from '@bakerst/models/model-router';
import { isCoded } from '@bakerst/shared/coded-error';
import type { ModelInfo } from '@bakerst/shared/models';
import { type AssembledContext, assembleContext, attachmentLoader, messageOf } from './assemble-context.ts';
import { callModel } from './call-model.ts';
import { compact } from './compact.ts';
import { historyOf, stateOf, type TurnRun } from './turn-run.ts';

/** An answer is asked for with at most this many tokens unless the request says otherwise: it bounds the hold. */
const DEFAULT_MAX_OUTPUT_TOKENS = 8_192;
/** Our estimate is an upper one; this is for what no estimate sees. */
const SPARE_TOKENS = 256;
/** Each refusal for length makes the next prompt this much smaller. */
const SHRINK = 0.7;
const MOST_SHRINKS = 3;

type Chosen = Extract<ModelChoice, { outcome: 'call' }> & { readonly withTools: boolean };
type Refusal = NonNullable<TurnEnding['error']>;

/**
 * One attempt at the turn's next answer: choose a model, fit the prompt into its window (compacting as needed), call.
 * Resolves with why the turn cannot be answered, or undefined where an attempt was recorded.
 */
export async function answer(run: TurnRun): Promise<Refusal | undefined> {
  const { failures, attempts } = stateOf(run);
  const shrinks = failures.filter((failure) => failure.code === 'provider_context_exceeded').length;
  if (shrinks > MOST_SHRINKS) return tooLong();
  for (;;) {
    const choice = choose(run);
    if (choice.outcome === 'refused') {
      const { code, message, remedy } = choice;
      return { code, message, remedy };
    }
    const assembled = assembleContext(run, { withTools: choice.withTools });
    const { model } = choice;
    const maxOutputTokens = outputLimit(run, model);
    const room = Math.floor((model.contextWindow - maxOutputTokens - SPARE_TOKENS) * SHRINK ** shrinks);
    const fitted = await fit(run, assembled, room);
    if (fitted === 'too_long') return tooLong();
    if (fitted === 'compacted') continue;
    const { delayMs } = choice;
    const attempt = attempts + 1;
    const result = await callModel({
      run,
      role: 'agent',
      model,
      delayMs,
      maxOutputTokens,
      attempt,
      ...assembled,
    });
    return result.outcome === 'refused' ? result.error : undefined;
  }
}

async function fit(
  run: TurnRun,
  { context }: AssembledContext,
  room: number,
): Promise<'fits' | 'compacted' | 'too_long'> {
  const history = historyOf(run);
  const plan = planCompaction({
    room,
    tokens: context.tokens,
    history: history.turns.map((turn) => turn.steps),
    current: run.journal.steps,
    trimmedCalls: history.trimmedCalls,
    loadAttachment: attachmentLoader(run),
  });
  if (plan.kind === 'fits') return 'fits';
  if (plan.kind === 'too_long') return 'too_long';
  await compact(run, plan, context.tokens);
  return 'compacted';
}

function outputLimit(run: TurnRun, model: ModelInfo): number {
  const asked = messageOf(run).options.maxOutputTokens ?? DEFAULT_MAX_OUTPUT_TOKENS;
  return Math.max(64, Math.min(asked, model.maxOutputTokens, Math.floor(model.contextWindow / 3)));
}

/** The conversation's own choice; one that is being made together with this very turn has none. */
function conversationModel({ parts, access, journal }: TurnRun): string | undefined {
  try {
    return parts.store.readConversation(access, journal.record.conversation).model;
  } catch (error) {
    if (isCoded(error, 'store_not_found')) return undefined;
    throw error;
  }
}

/** With tools where any model of the chain can; without where none can. */
function choose(run: TurnRun): Chosen | Extract<ModelChoice, { outcome: 'refused' }> {
  const { router, registry } = run.parts;
  const message = messageOf(run);
  const override = message.options.model ?? conversationModel(run);
  const media = mediaTypes(run);
  const failures = stateOf(run).failures.filter((failure) => failure.code !== 'provider_context_exceeded');
  const ask = (tools: boolean) =>
    router.choose({
      role: 'agent',
      ...(override !== undefined && { override }),
      needs: {
        tools,
        image: media.some((type) => type.startsWith('image/')),
        pdf: media.includes('application/pdf'),
      },
      failures,
    });
  const offersTools = registry.definitions().length > 0;
  const choice = ask(offersTools);
  if (choice.outcome === 'call') return { ...choice, withTools: offersTools };
  if (!offersTools || choice.code !== 'model_lacks_ability') return choice;
  const plain = ask(false);
  return plain.outcome === 'call' ? { ...plain, withTools: false } : choice;
}

/** What stands in the prompt besides text: of this message and of the turns still read. */
function mediaTypes(run: TurnRun): readonly string[] {
  const steps = [...historyOf(run).turns.flatMap((turn) => turn.steps), ...run.journal.steps];
  return steps.flatMap(({ step }) =>
    step.type === 'message_received'
      ? step.parts.flatMap((part) => (part.type === 'attachment' ? [part.mediaType] : []))
      : [],
  );
}

function tooLong(): Refusal {
  return {
    code: 'message_too_long',
    message: 'The message with what it needs does not fit into the window of the model.',
    remedy: 'Send a shorter message, attach less, or choose a model with a larger window.',
  };
}
