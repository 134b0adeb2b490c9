import { createHash } from 'node:crypto';
import type { MessagePart } from '@bakerst/shared/content';
import type {
  Effect,
  Guard,
  GuardContext,
  GuardRequest,
  PlannedCall,
  ProposedCall,
  Verdict,
} from '@bakerst/shared/guard';
import { joinLabels, type Label } from '@bakerst/shared/labels';
import type { Step, StepOf } from '@bakerst/shared/steps';
import { PIN } from './office-policy.ts';

export const TRUSTED: Label = { integrity: 'trusted', confidentiality: 'internal' };
export const UNTRUSTED: Label = { integrity: 'untrusted', confidentiality: 'internal' };
export const SECRET: Label = { integrity: 'untrusted', confidentiality: 'secret' };
/** A Monday. */
export const SAID_AT = '2026-01-05T09:00:00.000Z';

/** What came of a call that is recorded. */
export interface Outcome {
  readonly outcome?: StepOf<'tool_ended'>['outcome'];
  readonly text?: string;
  readonly structured?: unknown;
  readonly label?: Label;
  readonly findings?: readonly string[];
}

interface State {
  readonly guard: Guard;
  readonly request: GuardRequest;
  readonly steps: readonly { readonly step: Step; readonly turn: string }[];
  readonly label: Label;
  /** Counts turns and calls, for their ids. */
  readonly count: number;
}

/**
 * A conversation as the brain records it, for tests. Never changed: each event gives the next one, and the guard's context
 * is folded from the steps whenever it is asked for.
 */
export class Conversation {
  readonly #state: State;

  private constructor(state: State) {
    this.#state = state;
  }

  /** Begins with a person's typed words. */
  static of(guard: Guard, words: string, request: Partial<GuardRequest> = {}): Conversation {
    const first: GuardRequest = {
      turn: 'turn_0',
      conversation: 'conv_1',
      principal: 'prn_1',
      unattended: false,
      stops: [],
      grants: [],
      ...request,
    };
    const state: State = { guard, request: first, steps: [], label: TRUSTED, count: 0 };
    return new Conversation(state).says(words);
  }

  /** The person writes another message: the next request. */
  says(words: string): Conversation {
    return this.receives([{ type: 'words', text: words }]);
  }

  receives(parts: MessagePart[], label: Label = TRUSTED): Conversation {
    const turn = `turn_${this.#state.count}`;
    const next = this.#with({ request: { ...this.#state.request, turn } });
    const isMixed = parts.some((part) => part.type !== 'words');
    return next
      .#add({
        type: 'message_received',
        message: `msg_${this.#state.count}`,
        author: 'prn_1',
        parts,
        label,
        options: {},
      })
      .#with({ label: joinLabels(next.#state.label, isMixed ? UNTRUSTED : label) })
      .answers('');
  }

  /** The model says something, having read everything so far. */
  answers(text: string, label = this.#state.label): Conversation {
    return this.#add({
      type: 'model_ended',
      call: `llm_${this.#state.count}`,
      attempt: 1,
      outcome: 'completed',
      parts: text === '' ? [] : [{ type: 'text', text }],
      usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
      usageSource: 'reported',
      costMicros: 0,
      label,
      durationMs: 0,
    });
  }

  /** A read whose result may have been written by a stranger, and the model's next answer. */
  reads(result: string | Outcome, tool = 'office__read_mail'): Conversation {
    const outcome: Outcome = typeof result === 'string' ? { text: result } : result;
    return this.does({ tool, arguments: {}, effect: 'read' }, outcome);
  }

  /** A call that is allowed and runs. */
  does(proposal: Proposal, outcome: Outcome = {}): Conversation {
    const call = this.call(proposal);
    return this.decided(call, { decision: 'allow', reasons: [] }).ended(call.call, outcome);
  }

  /** A call whose verdict is recorded. */
  decided(call: ProposedCall, verdict: Verdict): Conversation {
    const { tool, server, effect, digest, arguments: args, pin } = call;
    return this.#add({
      type: 'tool_decided',
      call: call.call,
      tool,
      server,
      effect,
      arguments: { ...args },
      digest: call.call,
      sameCallDigest: digest,
      idempotent: false,
      verdict,
      label: this.#state.label,
      policyHash: '',
      ...(pin !== undefined && { pin }),
    });
  }

  ended(call: string, { outcome = 'ok', text = '', structured, label = UNTRUSTED, findings }: Outcome) {
    return this.#add({
      type: 'tool_ended',
      call,
      outcome,
      content: [{ type: 'text', text }],
      label,
      durationMs: 0,
      ...(structured !== undefined && { structured }),
      ...(findings && { findings: [...findings] }),
    })
      .#with({ label: joinLabels(this.#state.label, label) })
      .answers('');
  }

  /** The call is asked as the guard decides it, and a person answers. */
  asked(
    proposal: Proposal,
    decision: StepOf<'approval_decided'>['decision'],
    endorsed?: string[],
  ): Conversation {
    const call = this.call(proposal);
    const next = this.decided(call, this.verdict(proposal)).#add({
      type: 'approval_requested',
      approval: `apr_${call.call}`,
      call: call.call,
      digest: call.call,
      expiresAt: SAID_AT,
    });
    return next
      .#add({
        type: 'approval_decided',
        approval: `apr_${call.call}`,
        call: call.call,
        decision,
        ...(endorsed && { endorsed }),
      })
      .answers('');
  }

  plans(...calls: PlannedCall[]): Conversation {
    return this.#add({ type: 'plan_made', calls, label: TRUSTED });
  }

  /** Any other step, with what all steps have. */
  records(step: BareStep): Conversation {
    return this.#add(step);
  }

  get label(): Label {
    return this.#state.label;
  }

  get steps(): State['steps'] {
    return this.#state.steps;
  }

  get request(): GuardRequest {
    return this.#state.request;
  }

  get context(): GuardContext {
    return contextOf(this.#state.guard, this.#state.request, this.#state.steps);
  }

  call({ tool, server = serverOf(tool), effect = 'read', arguments: args, ...rest }: Proposal): ProposedCall {
    const digest = rest.digest ?? digestOf([tool, args]);
    const call = `call_${this.#state.count}`;
    const pin = server === 'core' ? {} : { pin: PIN };
    return { call, tool, server, effect, arguments: args, ...pin, ...rest, digest };
  }

  verdict(proposal: Proposal): Verdict {
    return this.#state.guard.decide(this.context, this.call(proposal));
  }

  /** `allow`, `deny: stopped`, `ask: not-planned, unproven-value to`. */
  decides(proposal: Proposal): string {
    const { decision, reasons } = this.verdict(proposal);
    if (decision === 'allow')
      return reasons.some(({ rule }) => rule.startsWith('observed-')) ? 'observed' : 'allow';
    return `${decision}: ${[...new Set(reasons.map(({ rule }) => rule))].join(', ')}`;
  }

  #add(step: BareStep): Conversation {
    const { request, steps, count } = this.#state;
    const head = {
      v: 1,
      id: `step_${steps.length}`,
      at: SAID_AT,
      actor: 'brain_1',
      onBehalfOf: 'prn_1',
    } as const;
    const next = { turn: request.turn, step: { ...head, ...step } };
    return this.#with({ steps: [...steps, next], count: count + 1 });
  }

  #with(change: Partial<State>): Conversation {
    return new Conversation({ ...this.#state, ...change });
  }
}

type Bare<T> = T extends Step ? Omit<T, 'v' | 'id' | 'at' | 'actor' | 'onBehalfOf'> : never;
export type BareStep = Bare<Step>;

/** A call as the model proposes it; what is left out is as the registry would fill it in for an accepted tool. */
export type Proposal = Pick<ProposedCall, 'tool' | 'arguments'> &
  Partial<Omit<ProposedCall, 'tool' | 'arguments'>> & { readonly effect?: Effect };

export function contextOf(
  guard: Guard,
  request: GuardRequest,
  steps: readonly { readonly step: Step; readonly turn: string }[],
): GuardContext {
  return steps.reduce((context, { step, turn }) => guard.observe(context, step, turn), guard.begin(request));
}

function serverOf(tool: string): string {
  const at = tool.indexOf('__');
  return at > 0 ? tool.slice(0, at) : 'core';
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
