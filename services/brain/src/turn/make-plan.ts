import { estimateTokens } from '@bakerst/agent/estimate-tokens';
import { LabelledContext } from '@bakerst/agent/labelled-context';
import { NO_TOOLS } from '@bakerst/agent/tool-offer';
import { modelText } from '@bakerst/shared/content';
import { PlannedCall } from '@bakerst/shared/guard';
import type { Label } from '@bakerst/shared/labels';
import { z } from 'zod';
import { messageOf } from './assemble-context.ts';
import { callModel } from './call-model.ts';
import { historyOf, type TurnRun } from './turn-run.ts';

const TRUSTED: Label = { integrity: 'trusted', confidentiality: 'internal' };
const MOST_WORDS_CHARS = 20_000;
const MOST_EARLIER = 6;
const MOST_OUTPUT_TOKENS = 1_500;
const MOST_CALLS = 20;
/** A person who wants more of the same is asked. */
const MOST_OF_ONE_TOOL = 10;

/**
 * Has a model say what the person's words ask for, in a context of its own: the words of this conversation, the
 * operator's prompt, the monitor's list of tools; never the transcript, a memory or the prose of a server. Whatever comes
 * of it is recorded, so that it is asked once; without an answer the plan rests on the words alone.
 */
export async function makePlan(run: TurnRun): Promise<void> {
  const words = wordsOfConversation(run);
  const planned = words.length === 0 ? undefined : await askPlanner(run, words);
  const step = run.journal.step('plan_made', {
    calls: planned ? [...planned.calls] : [],
    label: TRUSTED,
    ...(planned && { call: planned.call }),
  });
  await run.journal.append({ steps: [step] });
}

/** What an authenticated person typed, oldest first; nothing that was pasted, attached or forwarded. */
function wordsOfConversation(run: TurnRun): readonly string[] {
  const earlier = historyOf(run).turns.flatMap((turn) => turn.steps.map(({ step }) => step));
  const messages = [...earlier, messageOf(run)].flatMap((step) =>
    step.type === 'message_received' && step.label.integrity === 'trusted' ? [step] : [],
  );
  return messages
    .slice(-MOST_EARLIER)
    .map((message) => message.parts.flatMap((part) => (part.type === 'words' ? [part.text] : [])).join('\n'))
    .filter((text) => text.trim() !== '');
}

interface Planned {
  readonly call: string;
  readonly calls: readonly PlannedCall[];
}

async function askPlanner(run: TurnRun, words: readonly string[]): Promise<Planned | undefined> {
  const needs = { tools: false, image: false, pdf: false };
  const choice = run.parts.router.choose({ role: 'planner', needs, failures: [] });
  if (choice.outcome === 'refused') return undefined;
  const { model, delayMs } = choice;
  const context = plannerContext(run, words);
  const maxOutputTokens = Math.min(
    MOST_OUTPUT_TOKENS,
    model.maxOutputTokens,
    Math.floor(model.contextWindow / 4),
  );
  if (context.tokens + maxOutputTokens > model.contextWindow) return undefined;
  const call = {
    run,
    role: 'planner',
    model,
    delayMs,
    context,
    tools: NO_TOOLS,
    maxOutputTokens,
    attempt: 1,
  } as const;
  const result = await callModel(call);
  run.signal.throwIfAborted();
  if (result.outcome === 'refused' || result.ended.outcome !== 'completed') return undefined;
  const known = new Set(run.parts.registry.plannable().map((definition) => definition.name));
  return { call: result.ended.call, calls: readPlan(modelText(result.ended.parts), { words, known }) };
}

function plannerContext(run: TurnRun, words: readonly string[]): LabelledContext {
  const instructions = `${run.parts.prompts().planner}\n\nTools:\n${run.parts.registry.planningList()}`;
  const text = words.map((one) => one.slice(0, MOST_WORDS_CHARS).toWellFormed()).join('\n\n---\n\n');
  return new LabelledContext([
    {
      kind: 'system',
      text: instructions,
      label: TRUSTED,
      origin: { kind: 'operator_prompt', ref: 'planner' },
      tokens: estimateTokens(instructions),
    },
    {
      kind: 'message',
      message: { role: 'user', content: [{ type: 'text', text }] },
      stable: false,
      label: TRUSTED,
      origin: { kind: 'user_words', ref: messageOf(run).message },
      tokens: estimateTokens(text),
    },
  ]);
}

const Answer = z.array(PlannedCall).max(MOST_CALLS);

/** Only what the words bear out counts: tools that the planner was told of, spans that stand in the words letter for letter. */
export function readPlan(
  answer: string,
  facts: { readonly words: readonly string[]; readonly known: ReadonlySet<string> },
): readonly PlannedCall[] {
  const from = answer.indexOf('[');
  const to = answer.lastIndexOf(']');
  if (from === -1 || to < from) return [];
  const parsed = Answer.safeParse(parseJson(answer.slice(from, to + 1)));
  if (!parsed.success) return [];
  return parsed.data
    .filter((call) => facts.known.has(call.tool))
    .map((call) => ({
      ...call,
      most: Math.min(call.most, MOST_OF_ONE_TOOL),
      slots: Object.fromEntries(
        Object.entries(call.slots).map(([name, spans]) => [
          name,
          spans.filter((span) => span.trim() !== '' && facts.words.some((text) => text.includes(span))),
        ]),
      ),
    }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
