import { modelText } from '@bakerst/shared/content';
import type { TurnEvent, TurnEventOf } from '@bakerst/shared/events';
import type { Step, StepOf } from '@bakerst/shared/steps';

/** What a terminal should do next. */
export type TurnOutput =
  /** More of the answer. */
  | { readonly kind: 'text'; readonly text: string }
  /** What was shown of this answer is void: it starts again. */
  | { readonly kind: 'void' }
  /** Something happened beside the answer: a tool call, a summary. */
  | { readonly kind: 'note'; readonly text: string; readonly bad: boolean };

export interface TurnResult {
  readonly status: 'completed' | 'failed' | 'cancelled' | 'parked' | 'running';
  /** The last answer's text. */
  readonly text: string;
  readonly model: string | undefined;
  readonly costMicros: number;
  readonly approval: string | undefined;
  /** What the approval is about, as the monitor's card says it. */
  readonly waitsFor: string | undefined;
  /** The last step that was read. */
  readonly seq: number;
  readonly error: StepOf<'turn_ended'>['error'];
}

/** A fold over a turn's events into what a person reads. Every piece of text comes out once, whatever was replayed. */
export class TurnView {
  #call = '';
  #attempt = 0;
  #shown = 0;
  #text = '';
  #model: string | undefined;
  #costMicros = 0;
  #status: TurnResult['status'] = 'running';
  #approval: string | undefined;
  #seq = 0;
  #error: TurnResult['error'];
  readonly #models = new Map<string, { readonly role: string; readonly model: string }>();
  readonly #tools = new Map<string, string>();
  /** Titles of cards, by call and then by approval. */
  readonly #titles = new Map<string, string>();

  push(event: TurnEvent): readonly TurnOutput[] {
    this.#seq = Math.max(this.#seq, event.seq);
    switch (event.type) {
      case 'delta':
        return event.channel === 'text' && this.#isAnswer(event.call) ? this.#delta(event) : [];
      case 'snapshot':
        return this.#isAnswer(event.call) ? [...this.#enter(event), ...this.#upTo(event.text)] : [];
      case 'reset':
        return this.#isAnswer(event.call) ? this.#enter(event) : [];
      case 'state':
        this.#status = event.status === 'queued' ? 'running' : event.status;
        if (event.approval !== undefined) this.#approval = event.approval;
        return [];
      case 'step':
        return this.#step(event.step);
    }
  }

  result(): TurnResult {
    return {
      status: this.#status,
      text: this.#text,
      model: this.#model,
      costMicros: this.#costMicros,
      approval: this.#approval,
      waitsFor: this.#titles.get(this.#approval ?? ''),
      seq: this.#seq,
      error: this.#error,
    };
  }

  #isAnswer(call: string): boolean {
    const known = this.#models.get(call);
    return known === undefined || known.role === 'agent';
  }

  /** Goes to another call or attempt; a further attempt at the same call makes what was shown void. */
  #enter(to: { readonly call: string; readonly attempt: number }): TurnOutput[] {
    if (this.#call === to.call && this.#attempt === to.attempt) return [];
    const isVoid = this.#call === to.call && this.#shown > 0;
    this.#call = to.call;
    this.#attempt = to.attempt;
    this.#shown = 0;
    return isVoid ? [{ kind: 'void' }] : [];
  }

  #delta(event: TurnEventOf<'delta'>): TurnOutput[] {
    const outputs = this.#enter(event);
    const fresh = event.text.slice(Math.max(0, this.#shown - event.offset));
    if (fresh === '') return outputs;
    this.#shown = event.offset + event.text.length;
    return [...outputs, { kind: 'text', text: fresh }];
  }

  #upTo(whole: string): TurnOutput[] {
    const fresh = whole.slice(this.#shown);
    this.#shown = Math.max(this.#shown, whole.length);
    return fresh === '' ? [] : [{ kind: 'text', text: fresh }];
  }

  #step(step: Step): TurnOutput[] {
    switch (step.type) {
      case 'model_started':
        this.#models.set(step.call, { role: step.role, model: step.model });
        return [];
      case 'model_ended':
        return this.#modelEnded(step);
      case 'tool_decided':
        this.#tools.set(step.call, step.tool);
        if (step.verdict.decision === 'ask') this.#titles.set(step.call, step.verdict.card.title);
        return step.problem === undefined && step.verdict.decision !== 'deny' ? [] : [refusedCall(step)];
      case 'tool_ended':
        return step.outcome === 'denied' ? [] : [endedCall(this.#tools.get(step.call) ?? 'a tool', step)];
      case 'approval_requested':
        this.#approval = step.approval;
        this.#titles.set(step.approval, this.#titles.get(step.call) ?? step.call);
        return [];
      case 'approval_decided':
        if (step.approval === this.#approval) this.#approval = undefined;
        return [];
      case 'context_compacted':
        return [{ kind: 'note', text: `${step.turnsSummarised} older turns were summarised`, bad: false }];
      case 'turn_ended':
        this.#status = step.status;
        this.#error = step.error;
        return [];
      default:
        return [];
    }
  }

  #modelEnded(step: StepOf<'model_ended'>): TurnOutput[] {
    this.#costMicros += step.costMicros;
    if (!this.#isAnswer(step.call)) return [];
    const outputs = this.#enter(step);
    if (step.outcome !== 'completed') {
      const shown = this.#shown > 0 && step.outcome !== 'aborted';
      this.#shown = 0;
      return shown ? [...outputs, { kind: 'void' }] : outputs;
    }
    this.#text = modelText(step.parts);
    this.#model = this.#models.get(step.call)?.model;
    const rest = this.#upTo(this.#text);
    return [...outputs, ...rest, ...(this.#shown > 0 ? [{ kind: 'text', text: '\n' } as const] : [])];
  }
}

function refusedCall(step: StepOf<'tool_decided'>): TurnOutput {
  const reason = step.verdict.reasons[0];
  const said = step.problem?.message ?? [reason?.message, reason?.remedy].filter(Boolean).join(' ');
  return { kind: 'note', text: `${step.tool}: not run. ${said}`, bad: true };
}

function endedCall(tool: string, step: StepOf<'tool_ended'>): TurnOutput {
  const time = step.durationMs >= 100 ? ` in ${(step.durationMs / 1000).toFixed(1)} s` : '';
  const meanings = {
    ok: `${tool}: allowed, done${time}`,
    error: `${tool}: allowed, failed${time}${step.error ? `: ${step.error.message}` : ''}`,
    denied: `${tool}: not run`,
    unknown: `${tool}: it is not known whether it took effect; look before you ask for it again`,
  } as const;
  return { kind: 'note', text: meanings[step.outcome], bad: step.outcome !== 'ok' };
}
