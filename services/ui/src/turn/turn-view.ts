import type { Turn } from '@bakerst/shared/api/conversations';
import type { MessagePart, ModelPart } from '@bakerst/shared/content';
import type { StepOf } from '@bakerst/shared/steps';
import { foldTool, newTool, type ToolView } from './tool-view.ts';
import { type LiveText, lastSeq, type TurnState } from './turn-state.ts';

/** What a person sees of a turn. A pure fold of its state: the same steps always give the same view. */
export interface TurnView {
  readonly message?: RecordedMessage;
  readonly items: readonly TurnItem[];
  readonly status: Turn['status'];
  /** Why it waits, where the server said so. */
  readonly reason?: string;
  readonly error?: TurnError;
  /** The model of the last answer, as configured. */
  readonly model?: string;
  readonly costMicros: number;
  readonly unmetered: boolean;
  readonly tokens: { readonly input: number; readonly output: number };
  readonly startedAt?: string;
  readonly endedAt?: string;
}

export interface RecordedMessage {
  readonly parts: readonly MessagePart[];
  readonly at: string;
  /** Id of the principal who wrote it. */
  readonly author: string;
  /** True where its words count as the author's own. */
  readonly spoken: boolean;
}

export type TurnError = NonNullable<StepOf<'turn_ended'>['error']>;

export type TurnItem =
  | { readonly kind: 'text'; readonly key: string; readonly text: string; readonly running: boolean }
  | { readonly kind: 'thinking'; readonly key: string; readonly text: string; readonly running: boolean }
  | { readonly kind: 'notice'; readonly key: string; readonly text: string; readonly remedy?: string }
  | { readonly kind: 'compaction'; readonly key: string; readonly step: StepOf<'context_compacted'> }
  | { readonly kind: 'tool'; readonly key: string; readonly tool: ToolView };

interface Fold {
  items: TurnItem[];
  tools: Map<string, ToolView>;
  view: {
    message?: RecordedMessage;
    error?: TurnError;
    model?: string;
    costMicros: number;
    unmetered: boolean;
    tokens: { input: number; output: number };
    startedAt?: string;
    endedAt?: string;
    ended?: 'completed' | 'failed' | 'cancelled';
  };
  /** The text of a failed attempt: shown until another one begins. */
  void: TurnItem[];
  roles: Map<string, string>;
}

export function foldTurn(state: TurnState): TurnView {
  const fold: Fold = {
    items: [],
    tools: new Map(),
    view: { costMicros: 0, unmetered: false, tokens: { input: 0, output: 0 } },
    void: [],
    roles: new Map(),
  };
  for (const { step } of state.steps) foldStep(fold, step);
  const { ended, ...view } = fold.view;
  const items = [...fold.items, ...fold.void, ...liveItems(state.live)].map((item) =>
    withTool(item, fold.tools),
  );
  const said = state.said.seq >= lastSeq(state) ? state.said : undefined;
  const status = ended ?? said?.status ?? statusFromSteps(state, fold.tools);
  return { ...view, items, status, ...(said?.reason === undefined || ended ? {} : { reason: said.reason }) };
}

type AnyStep = TurnState['steps'][number]['step'];

function foldStep(fold: Fold, step: AnyStep): void {
  switch (step.type) {
    case 'message_received':
      fold.view.message = {
        parts: step.parts,
        at: step.at,
        author: step.author,
        spoken: step.label.integrity === 'trusted',
      };
      fold.view.startedAt = step.at;
      return;
    case 'model_started':
      foldModelStarted(fold, step);
      return;
    case 'model_ended':
      foldModelEnded(fold, step);
      return;
    case 'context_compacted':
      fold.items.push({ kind: 'compaction', key: step.id, step });
      return;
    case 'plan_made':
      return;
    case 'turn_ended':
      fold.view.ended = step.status;
      fold.view.endedAt = step.at;
      if (step.error !== undefined) foldError(fold, step.error);
      return;
    default:
      foldToolStep(fold, step);
  }
}

/** What ended the turn is told once: not again as the failure of its last attempt. */
function foldError(fold: Fold, error: TurnError): void {
  fold.view.error = error;
  const last = fold.items.at(-1);
  if (last?.kind === 'notice' && last.text.endsWith(error.message)) fold.items.pop();
}

function foldModelStarted(fold: Fold, step: StepOf<'model_started'>): void {
  fold.roles.set(step.call, step.role);
  if (step.role !== 'agent') return;
  fold.view.model = step.model;
  fold.void = [];
}

function foldModelEnded(fold: Fold, step: StepOf<'model_ended'>): void {
  fold.view.costMicros += step.costMicros;
  fold.view.tokens.input += step.usage.inputTokens + step.usage.cacheReadTokens + step.usage.cacheWriteTokens;
  fold.view.tokens.output += step.usage.outputTokens;
  if ((fold.roles.get(step.call) ?? 'agent') !== 'agent') return;
  fold.view.unmetered = step.unmetered === true;
  const key = `${step.call}.${step.attempt}`;
  const items = answerItems(key, step.parts);
  if (step.outcome === 'completed' || step.outcome === 'aborted') {
    fold.items.push(...items);
    for (const part of step.parts) if (part.type === 'tool_call') fold.tools.set(part.call, newTool(part));
    const cut = CUT_NOTICES[step.stopReason ?? 'end'];
    if (cut !== undefined) fold.items.push({ kind: 'notice', key: `${key}.cut`, text: cut });
    return;
  }
  fold.items.push(attemptNotice(key, fold.view.model, step));
  fold.void = items.filter((item) => item.kind === 'text');
}

const CUT_NOTICES: Partial<Record<string, string>> = {
  max_tokens: 'The answer stops here: it reached the longest length this model may write.',
  refusal: 'The model declined to answer this.',
};

function attemptNotice(key: string, model: string | undefined, step: StepOf<'model_ended'>): TurnItem {
  const why = step.error?.message ?? 'The server stopped before the answer was complete.';
  const text = `${model ?? 'The model'}, attempt ${step.attempt}: ${why}`;
  const remedy = step.error?.remedy;
  return { kind: 'notice', key, text, ...(remedy === undefined ? {} : { remedy }) };
}

/** Neighbouring texts become one; keys match those of the live text, so that nothing is drawn anew at the end. */
function answerItems(key: string, parts: readonly ModelPart[]): TurnItem[] {
  const items: TurnItem[] = [];
  for (const part of parts) {
    const last = items.at(-1);
    if (part.type === 'tool_call') {
      const tool = newTool(part);
      items.push({ kind: 'tool', key: part.call, tool });
    } else if (last?.kind === part.type) {
      items[items.length - 1] = { ...last, text: last.text + part.text };
    } else if (part.text !== '') {
      const count = items.filter((item) => item.kind === part.type).length;
      items.push({
        kind: part.type,
        key: `${key}.${part.type}${count || ''}`,
        text: part.text,
        running: false,
      });
    }
  }
  return items;
}

function liveItems(live: LiveText | undefined): TurnItem[] {
  if (live === undefined) return [];
  const key = `${live.call}.${live.attempt}`;
  const items: TurnItem[] = [];
  const writing = live.text !== '';
  if (live.thinking !== '') {
    items.push({ kind: 'thinking', key: `${key}.thinking`, text: live.thinking, running: !writing });
  }
  if (writing) items.push({ kind: 'text', key: `${key}.text`, text: live.text, running: true });
  return items;
}

function foldToolStep(fold: Fold, step: Parameters<typeof foldTool>[1]): void {
  const known = fold.tools.get(step.call);
  if (known !== undefined) fold.tools.set(step.call, foldTool(known, step));
}

function withTool(item: TurnItem, tools: ReadonlyMap<string, ToolView>): TurnItem {
  if (item.kind !== 'tool') return item;
  return { ...item, tool: tools.get(item.key) ?? item.tool };
}

function statusFromSteps(state: TurnState, tools: ReadonlyMap<string, ToolView>): Turn['status'] {
  if (state.steps.length <= 1) return state.said.status;
  for (const tool of tools.values()) if (tool.state === 'waiting') return 'parked';
  return 'running';
}

/** The answer alone, for the clipboard. */
export function answerText(view: TurnView): string {
  return view.items.flatMap((item) => (item.kind === 'text' ? [item.text] : [])).join('\n\n');
}
