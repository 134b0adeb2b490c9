import type { GuardContext, Past, PlannedCall } from '@bakerst/shared/guard';
import type { Label } from '@bakerst/shared/labels';
import type { Step, StepOf } from '@bakerst/shared/steps';
import { readWords, type WordsText } from '../words/read-words.ts';
import type { HeardText } from './heard-text.ts';
import { heardIn } from './heard-text.ts';

/** One call of the conversation with what came of it. */
export interface PastCall {
  readonly decided: StepOf<'tool_decided'>;
  /** Of the present request. */
  readonly isOfRequest: boolean;
  readonly approval?: StepOf<'approval_decided'>;
  readonly ended?: StepOf<'tool_ended'>;
  readonly wasAsked: boolean;
  /** Place of its verdict among everything observed. */
  readonly order: number;
}

/** What the recorded steps say, read once for a context. */
export interface Facts {
  /** The person's words of this conversation, oldest first, each with its place among everything observed. */
  readonly words: readonly { readonly text: WordsText; readonly order: number }[];
  /** The words of the present request; absent where its message has none that count. */
  readonly request?: WordsText;
  /** Everything read that is not the person's words, oldest first. */
  readonly heard: readonly HeardText[];
  readonly calls: readonly PastCall[];
  /** Made by the planner for this request. */
  readonly plan?: readonly PlannedCall[];
  /** Same-call digests whose outcome is unknown and has not been cleared up by a later run of the same call. */
  readonly unknownDigests: ReadonlySet<string>;
  /** How often this request has asked. */
  readonly asks: number;
}

/** Reads facts of contexts, each step's texts once however often a verdict is made on them. */
export function createFactReader(): (context: GuardContext) => Facts {
  const words = new WeakMap<Step, WordsText | 'none'>();
  const heard = new WeakMap<Step, HeardTexts>();
  const facts = new WeakMap<Past, { readonly turn: string; readonly facts: Facts }>();
  const wordsOf = (step: StepOf<'message_received'>) => {
    const known = words.get(step) ?? readWords(step) ?? 'none';
    words.set(step, known);
    return known === 'none' ? undefined : known;
  };
  const heardOf: Texts['heardOf'] = (step, calls) => {
    const known = heard.get(step) ?? heardIn(step, calls);
    heard.set(step, known);
    return known;
  };
  return ({ past, request }) => {
    if (!past) return NOTHING;
    const known = facts.get(past);
    if (known?.turn === request.turn) return known.facts;
    const read = collect(past, request.turn, { wordsOf, heardOf });
    facts.set(past, { turn: request.turn, facts: read });
    return read;
  };
}

const NOTHING: Facts = { words: [], heard: [], calls: [], unknownDigests: new Set(), asks: 0 };

type HeardTexts = ReturnType<typeof heardIn>;

/** The texts of a step, remembered. */
interface Texts {
  readonly wordsOf: (step: StepOf<'message_received'>) => WordsText | undefined;
  readonly heardOf: (step: Step, calls: ReadonlyMap<string, PastCall>) => HeardTexts;
}

function collect(newest: Past, turn: string, texts: Texts): Facts {
  const draft = new FactDraft(turn, texts);
  for (const past of oldestFirst(newest)) draft.add(past.step, past.turn);
  return draft.facts();
}

function oldestFirst(newest: Past): readonly Past[] {
  const list: Past[] = [];
  for (let past: Past | undefined = newest; past; past = past.before) list.push(past);
  return list.reverse();
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

class FactDraft {
  readonly #turn: string;
  readonly #texts: Texts;
  readonly #words: { text: WordsText; order: number }[] = [];
  readonly #heard: HeardText[] = [];
  readonly #calls = new Map<string, Writable<PastCall>>();
  readonly #unknown = new Set<string>();
  readonly #askedAt = new Set<number>();
  #request: WordsText | undefined;
  #plan: readonly PlannedCall[] | undefined;
  #order = 0;
  #batch = 0;

  constructor(turn: string, texts: Texts) {
    this.#turn = turn;
    this.#texts = texts;
  }

  add(step: Step, turn: string): void {
    this.#order += 1;
    const isOfRequest = turn === this.#turn;
    for (const heard of this.#texts.heardOf(step, this.#calls))
      this.#heard.push({ ...heard, order: this.#order });
    switch (step.type) {
      case 'message_received':
        this.#addMessage(step, isOfRequest);
        return;
      case 'model_ended':
        this.#batch += 1;
        return;
      case 'plan_made':
        if (isOfRequest) this.#plan = step.calls;
        return;
      case 'context_compacted':
        for (const digest of step.unknownDigests) this.#unknown.add(digest);
        return;
      case 'tool_decided':
        this.#calls.set(step.call, { decided: step, isOfRequest, order: this.#order, wasAsked: false });
        return;
      case 'approval_requested':
        if (isOfRequest) this.#askedAt.add(this.#batch);
        this.#change(step.call, { wasAsked: true });
        return;
      case 'approval_decided':
        this.#change(step.call, { approval: step });
        return;
      case 'tool_ended':
        this.#addEnd(step);
        return;
      default:
        return;
    }
  }

  facts(): Facts {
    return {
      words: this.#words,
      heard: this.#heard,
      calls: [...this.#calls.values()],
      unknownDigests: this.#unknown,
      asks: this.#askedAt.size,
      ...(this.#request && { request: this.#request }),
      ...(this.#plan && { plan: this.#plan }),
    };
  }

  #addMessage(step: StepOf<'message_received'>, isOfRequest: boolean): void {
    const text = this.#texts.wordsOf(step);
    if (text) this.#words.push({ text, order: this.#order });
    if (isOfRequest) this.#request = text;
  }

  #addEnd(step: StepOf<'tool_ended'>): void {
    this.#change(step.call, { ended: step });
    const digest = this.#calls.get(step.call)?.decided.sameCallDigest;
    if (digest === undefined) return;
    if (step.outcome === 'unknown') this.#unknown.add(digest);
    else if (step.outcome === 'ok') this.#unknown.delete(digest);
  }

  #change(call: string, change: Partial<PastCall>): void {
    const known = this.#calls.get(call);
    if (known) Object.assign(known, change);
  }
}

/** Join of what the context holds, leaving out what one server sent itself. */
export function confidentialityWithout(facts: Facts, server: string, label: Label): Label['confidentiality'] {
  const others = facts.heard.filter((heard) => heard.server !== server);
  if (others.length === facts.heard.length) return label.confidentiality;
  // The words themselves and the operator's prompt are internal.
  return others.some((heard) => heard.label.confidentiality === 'secret') ? 'secret' : 'internal';
}
