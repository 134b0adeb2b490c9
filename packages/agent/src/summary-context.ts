import { messageText, modelText } from '@bakerst/shared/content';
import { joinAllLabels, type Label } from '@bakerst/shared/labels';
import type { RecordedStep, StepOf } from '@bakerst/shared/steps';
import { estimateTokens, MESSAGE_OVERHEAD_TOKENS } from './estimate-tokens.ts';
import { inertText } from './inert-text.ts';
import { LabelledContext } from './labelled-context.ts';

export interface SummaryQuestion {
  /** What the observer is told to do; operator text. */
  readonly instructions: string;
  /** The summary that stands before these turns. */
  readonly former?: StepOf<'context_compacted'>;
  /** Oldest first. */
  readonly turns: readonly (readonly RecordedStep[])[];
  /** Tokens the observer's prompt may have. */
  readonly room: number;
}

/** Characters kept of one message or result in the transcript that is summarised. */
const EXCERPT_CHARS = 4_000;

/** The prompt that has the observer summarise turns: one transcript, labelled with the join of what is in it. */
export function buildSummaryContext(question: SummaryQuestion): LabelledContext {
  const lines = question.turns.flatMap((steps) => steps.flatMap(({ step }) => transcriptLine(step)));
  const former = question.former?.summary;
  if (former !== undefined) lines.unshift(`EARLIER SUMMARY: ${former}`);
  const overhead = estimateTokens(question.instructions) + 4 * MESSAGE_OVERHEAD_TOKENS;
  const transcript = newestThatFit(lines, question.room - overhead).join('\n');
  const label = joinAllLabels([
    ...question.turns.flatMap((steps) => steps.flatMap(({ step }) => labelsOf(step))),
    ...(question.former ? [question.former.label] : []),
  ]);
  const text = `<transcript>\n${inertText(transcript)}\n</transcript>`;
  return new LabelledContext([
    {
      kind: 'system',
      text: question.instructions,
      label: { integrity: 'trusted', confidentiality: 'internal' },
      origin: { kind: 'operator_prompt', ref: 'observer' },
      tokens: overhead,
    },
    {
      kind: 'message',
      message: { role: 'user', content: [{ type: 'text', text }] },
      stable: false,
      label,
      origin: { kind: 'summary', ref: 'transcript' },
      tokens: estimateTokens(text),
    },
  ]);
}

function labelsOf(step: RecordedStep['step']): readonly Label[] {
  if (step.type === 'model_ended' || step.type === 'tool_ended') return [step.label];
  if (step.type !== 'message_received') return [];
  const isMixed = step.parts.some((part) => part.type !== 'words');
  return isMixed ? [step.label, { integrity: 'untrusted', confidentiality: 'internal' }] : [step.label];
}

function transcriptLine(step: RecordedStep['step']): readonly string[] {
  switch (step.type) {
    case 'message_received':
      return [`PERSON: ${excerpt(messageText(step.parts))}`];
    case 'model_ended':
      return step.outcome === 'completed' ? [`AGENT: ${excerpt(modelText(step.parts))}`] : [];
    case 'tool_decided':
      return [`CALL ${step.tool}: ${excerpt(JSON.stringify(step.arguments ?? {}))}`];
    case 'tool_ended':
      return [
        `RESULT (${step.outcome}): ${excerpt(step.content.map((part) => (part.type === 'text' ? part.text : '[image]')).join(' '))}`,
      ];
    default:
      return [];
  }
}

function excerpt(text: string): string {
  if (text.length <= EXCERPT_CHARS) return text;
  const half = EXCERPT_CHARS / 2;
  return `${text.slice(0, half).toWellFormed()} [...] ${text.slice(-half).toWellFormed()}`;
}

function newestThatFit(lines: readonly string[], room: number): readonly string[] {
  let left = room;
  let first = lines.length;
  while (first > 0) {
    left -= estimateTokens(lines[first - 1] ?? '') + 1;
    if (left < 0) break;
    first -= 1;
  }
  return first === 0 ? lines : ['[older lines left out]', ...lines.slice(first)];
}
