import { estimateTokens } from '@bakerst/agent/estimate-tokens';
import type { CompactionPlan } from '@bakerst/agent/plan-compaction';
import { buildSummaryContext } from '@bakerst/agent/summary-context';
import { NO_TOOLS } from '@bakerst/agent/tool-offer';
import { modelText } from '@bakerst/shared/content';
import { joinAllLabels, LOWEST_LABEL } from '@bakerst/shared/labels';
import type { StepOf } from '@bakerst/shared/steps';
import { callModel } from './call-model.ts';
import { unknownIn } from './turn-history.ts';
import { historyOf, type TurnRun } from './turn-run.ts';

type Plan = Extract<CompactionPlan, { kind: 'compact' }>;

/** Tries of the observer before the turns are left out without a summary. */
const OBSERVER_TRIES = 3;

/**
 * Carries out a compaction and records it: what is trimmed, which turns a summary stands for. Where no observer can be
 * reached, the turns are left out without one, and the record says so; the conversation goes on.
 */
export async function compact(run: TurnRun, plan: Plan, tokensBefore: number): Promise<void> {
  const history = historyOf(run);
  const left = history.turns.slice(0, plan.turns);
  const through = left.at(-1)?.record.id;
  const summary = through === undefined ? undefined : await summarise(run, plan);
  const text =
    through === undefined ? undefined : (summary?.text ?? withoutSummary(plan.turns, history.summary));
  const former = history.summary?.turnsSummarised ?? 0;
  const gone = left.map((turn) => turn.steps);
  const step = run.journal.step('context_compacted', {
    trimmedCalls: [...plan.trim],
    turnsSummarised: through === undefined ? 0 : former + plan.turns,
    unknownDigests: [...new Set([...gone.flatMap(unknownIn), ...(history.summary?.unknownDigests ?? [])])],
    label: summary?.label ?? joinAllLabels([history.summary?.label ?? LOWEST_LABEL]),
    tokensBefore,
    tokensAfter: plan.tokensKept + estimateTokens(text ?? ''),
    ...(through !== undefined && { throughTurn: through }),
    ...(text !== undefined && { summary: text }),
  });
  await run.journal.append({ steps: [step] });
}

function withoutSummary(turns: number, former: StepOf<'context_compacted'> | undefined): string {
  const note = `${turns} older turns were left out without a summary: no model was available to write one.`;
  return former?.summary === undefined ? note : `${former.summary}\n\n${note}`;
}

interface Summary {
  readonly text: string;
  readonly label: StepOf<'model_ended'>['label'];
}

async function summarise(run: TurnRun, { turns, summaryTokens }: Plan): Promise<Summary | undefined> {
  const history = historyOf(run);
  const failures: { model: string; code: string }[] = [];
  for (let attempt = 1; attempt <= OBSERVER_TRIES; attempt += 1) {
    const needs = { tools: false, image: false, pdf: false };
    const choice = run.parts.router.choose({ role: 'observer', needs, failures });
    if (choice.outcome === 'refused') return undefined;
    const { model, delayMs } = choice;
    const maxOutputTokens = Math.min(
      summaryTokens,
      model.maxOutputTokens,
      Math.floor(model.contextWindow / 4),
    );
    const context = buildSummaryContext({
      instructions: run.parts.prompts().observer,
      turns: history.turns.slice(0, turns).map((turn) => turn.steps),
      room: Math.floor((model.contextWindow - maxOutputTokens) * 0.9),
      ...(history.summary && { former: history.summary }),
    });
    const call = {
      run,
      role: 'observer',
      model,
      delayMs,
      context,
      tools: NO_TOOLS,
      maxOutputTokens,
      attempt,
    } as const;
    const result = await callModel(call);
    if (result.outcome === 'refused') return undefined;
    run.signal.throwIfAborted();
    const { ended } = result;
    const text = modelText(ended.parts).trim();
    if (ended.outcome === 'completed' && text !== '') return { text, label: ended.label };
    failures.push({ model: model.ref, code: ended.error?.code ?? 'provider_malformed' });
  }
  return undefined;
}
