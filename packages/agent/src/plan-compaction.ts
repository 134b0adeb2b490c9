import type { RecordedStep } from '@bakerst/shared/steps';
import { resultTokens, turnParts } from './build-context.ts';
import type { LoadAttachment } from './render-message.ts';

export interface CompactionQuestion {
  /** Tokens a prompt may have: the window less the answer. */
  readonly room: number;
  /** Estimated tokens of the prompt as it stands. */
  readonly tokens: number;
  /** Turns before this one that are still read, oldest first. */
  readonly history: readonly (readonly RecordedStep[])[];
  readonly current: readonly RecordedStep[];
  readonly trimmedCalls: ReadonlySet<string>;
  readonly loadAttachment: LoadAttachment;
}

export type CompactionPlan =
  | { readonly kind: 'fits' }
  /** First these results go; `turns` oldest turns are summarised too where that is not enough. */
  | {
      readonly kind: 'compact';
      readonly trim: readonly string[];
      readonly turns: number;
      /** The most a summary of the turns may take. */
      readonly summaryTokens: number;
      /** Estimated tokens of the prompt that is left, without the summary. */
      readonly tokensKept: number;
    }
  /** What must be kept is larger than the model's window. */
  | { readonly kind: 'too_long' };

/** After a compaction the prompt takes at most this share of the room, so that the next turns need none. */
const TARGET_SHARE = 0.6;
/** Room kept for a summary, and its share of a small window. */
const SUMMARY_TOKENS = 2_000;
const SUMMARY_SHARE = 0.25;
/** What the mark in place of a trimmed result costs. */
const MARK_TOKENS = 60;

/**
 * Decides what a prompt that outgrew its window leaves out: tool results first, oldest first; then the oldest turns.
 * The running turn's words, its newest results and the operator's prompt are never left out.
 */
export function planCompaction(question: CompactionQuestion): CompactionPlan {
  if (question.tokens <= question.room) return { kind: 'fits' };
  const target = Math.floor(question.room * TARGET_SHARE);
  const summaryTokens = Math.min(SUMMARY_TOKENS, Math.floor(question.room * SUMMARY_SHARE));
  const trim: string[] = [];
  let tokens = question.tokens;
  for (const result of trimmable(question)) {
    if (tokens <= target) break;
    trim.push(result.call);
    tokens -= result.tokens - MARK_TOKENS;
  }
  if (tokens <= target) return { kind: 'compact', trim, turns: 0, summaryTokens, tokensKept: tokens };
  const trimmed = new Set([...question.trimmedCalls, ...trim]);
  let turns = 0;
  for (const steps of question.history) {
    if (tokens + summaryTokens <= target) break;
    tokens -= tokensOfTurn(steps, { ...question, trimmedCalls: trimmed });
    turns += 1;
  }
  const wanted = turns > 0 ? tokens + summaryTokens : tokens;
  if (wanted > question.room) return { kind: 'too_long' };
  return trim.length === 0 && turns === 0
    ? { kind: 'too_long' }
    : { kind: 'compact', trim, turns, summaryTokens, tokensKept: tokens };
}

interface Trimmable {
  readonly call: string;
  readonly tokens: number;
}

/** Results worth trimming, oldest first, without those of the newest answer. */
function trimmable(question: CompactionQuestion): readonly Trimmable[] {
  const newest = newestBatch(question.current);
  return [...question.history, question.current].flatMap((steps) =>
    steps.flatMap(({ step }) => {
      if (step.type !== 'tool_ended' || newest.has(step.call) || question.trimmedCalls.has(step.call))
        return [];
      const tokens = resultTokens(step.content);
      return tokens > MARK_TOKENS * 2 ? [{ call: step.call, tokens }] : [];
    }),
  );
}

function newestBatch(current: readonly RecordedStep[]): ReadonlySet<string> {
  const newest = current.findLast(
    ({ step }) => step.type === 'model_ended' && step.outcome === 'completed',
  )?.step;
  const parts = newest?.type === 'model_ended' ? newest.parts : [];
  return new Set(parts.flatMap((part) => (part.type === 'tool_call' ? [part.call] : [])));
}

function tokensOfTurn(
  steps: readonly RecordedStep[],
  sources: { readonly trimmedCalls: ReadonlySet<string>; readonly loadAttachment: LoadAttachment },
): number {
  return turnParts(steps, sources, true).reduce((sum, part) => sum + part.tokens, 0);
}
