import { canonicalText, digestOf, sameCallDigest } from '@bakerst/agent/call-digest';
import type { Guard, GuardContext, ProposedCall, Referent, Verdict } from '@bakerst/shared/guard';
import { joinLabels, type Label } from '@bakerst/shared/labels';
import type { Step, StepOf } from '@bakerst/shared/steps';
import type { ToolDefinition } from '@bakerst/shared/tools';

/** Answers the monitor's own look-ups. */
export type LookUp = (guard: Guard, context: GuardContext, call: ProposedCall) => readonly Referent[];

export interface Setting {
  readonly guard: Guard;
  readonly lookUp: LookUp;
  /** When the message was typed, ISO 8601: what "tomorrow" counts from. */
  readonly at: string;
  /** Nobody is there to be asked. */
  readonly unattended?: boolean;
}

/** A call with its verdict, not recorded yet. */
export interface JudgedCall {
  readonly call: ProposedCall;
  readonly verdict: Verdict;
  readonly definition: ToolDefinition;
}

/** The recording with the model's answer in it, and the call of that answer. */
export interface Proposal {
  readonly proposed: Recording;
  readonly judged: JudgedCall;
}

type Args = Readonly<Record<string, unknown>>;

export interface Outcome {
  readonly text: string;
  readonly structured?: unknown;
}

const PRINCIPAL = 'prn_0190f3c2-7a10-7000-8000-000000000901';
const CONVERSATION = 'conv_0190f3c2-7a10-7000-8000-000000000902';
const TURN = 'turn_0190f3c2-7a10-7000-8000-000000000903';
const BRAIN = 'brain_0190f3c2-7a10-7000-8000-000000000900';
/** Label of operator prompt and typed words. */
const HOUSE: Label = { integrity: 'trusted', confidentiality: 'internal' };
const NO_USAGE = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
const NO_HASH = '0'.repeat(64);

/**
 * One turn as the brain records it, folded through the guard. Never changed: each event gives the next recording, so
 * that an attacker's tries can start from the same moment again and again.
 */
export class Recording {
  readonly context: GuardContext;
  readonly #setting: Setting;
  /** Join of everything the model has read. */
  readonly #label: Label;
  /** Recorded so far. */
  readonly steps: number;

  private constructor(setting: Setting, state: { context: GuardContext; label: Label; steps: number }) {
    this.#setting = setting;
    this.context = state.context;
    this.#label = state.label;
    this.steps = state.steps;
  }

  /** A turn that begins with a person's typed words. */
  static begin(setting: Setting, words: string): Recording {
    const context = setting.guard.begin({
      turn: TURN,
      conversation: CONVERSATION,
      principal: PRINCIPAL,
      unattended: setting.unattended ?? false,
      stops: [],
      grants: [],
    });
    return new Recording(setting, { context, label: HOUSE, steps: 0 }).#add([
      {
        type: 'message_received',
        message: 'msg_0190f3c2-7a10-7000-8000-000000000904',
        author: PRINCIPAL,
        parts: [{ type: 'words', text: words }],
        label: HOUSE,
        options: {},
      },
    ]);
  }

  get label(): Label {
    return this.#label;
  }

  get guard(): Guard {
    return this.#setting.guard;
  }

  /**
   * The next answer of the model: one call. Gives the recording with that answer and the call as the registry would
   * judge it; nothing of the verdict is recorded yet.
   */
  propose(definition: ToolDefinition, args: Args): Proposal {
    const proposed = this.#withAnswer(definition, args);
    const judged = proposed.judge(definition, args);
    return { proposed, judged };
  }

  /** The same for a session that is only built up: the call is recorded as allowed, and nothing was judged. */
  proposeUnjudged(definition: ToolDefinition, args: Args): Proposal {
    const proposed = this.#withAnswer(definition, args);
    const call = proposed.callOf(definition, args);
    return { proposed, judged: { call, definition, verdict: { decision: 'allow', reasons: [] } } };
  }

  /** Verdict on a call without a trace of it: the same moment may be tried again. */
  judge(definition: ToolDefinition, args: Args): JudgedCall {
    const { guard, lookUp } = this.#setting;
    const bare = this.callOf(definition, args);
    const referents = lookUp(guard, this.context, bare);
    const call = referents.length > 0 ? { ...bare, referents } : bare;
    return { call, verdict: guard.decide(this.context, call), definition };
  }

  /** Records a judged call that ran, after an approval where it was asked, and what it returned. */
  ran({ call, verdict, definition }: JudgedCall, outcome: Outcome): Recording {
    const results = this.guard.standing(definition).results;
    const approval = verdict.decision === 'ask' ? `apr_${this.steps}` : undefined;
    const ended: Body<'tool_ended'> = {
      type: 'tool_ended',
      call: call.call,
      outcome: 'ok',
      content: [{ type: 'text', text: outcome.text }],
      label: results,
      ...(outcome.structured !== undefined && { structured: outcome.structured }),
      durationMs: 5,
    };
    const next = this.#add([
      this.#decided(call, verdict),
      ...(approval === undefined ? [] : approvalSteps(call, approval)),
      {
        type: 'tool_intended',
        call: call.call,
        event: `evt_${this.steps}`,
        digest: call.digest,
        ...(approval !== undefined && { approval }),
      },
      { type: 'tool_started', call: call.call, ...(call.effect !== 'read' && { receipt: NO_HASH }) },
      ended,
    ]);
    return next.#reading(results);
  }

  /** Records a judged call that was refused. */
  refused({ call, verdict }: JudgedCall): Recording {
    return this.#add([
      this.#decided(call, verdict),
      {
        type: 'tool_ended',
        call: call.call,
        outcome: 'denied',
        content: [{ type: 'text', text: verdict.reasons.map((reason) => reason.message).join(' ') }],
        label: HOUSE,
        durationMs: 0,
      },
    ]);
  }

  /** A call as the registry would put it to the guard, without what handles stand for. */
  callOf(definition: ToolDefinition, args: Args): ProposedCall {
    const { name, server, pin, reach } = definition;
    const named = { tool: name, server, ...(pin !== undefined && { pin }) };
    return {
      ...named,
      call: `call_${this.steps}`,
      effect: this.guard.standing(definition).effect,
      ...(reach !== undefined && { reach }),
      arguments: args,
      digest: sameCallDigest({ ...named, arguments: args }),
      prose: [server],
    };
  }

  #decided(call: ProposedCall, verdict: Verdict): Body<'tool_decided'> {
    const { tool, server, effect, pin, digest, referents, prose } = call;
    return {
      type: 'tool_decided',
      call: call.call,
      tool,
      server,
      effect,
      ...(pin !== undefined && { pin }),
      arguments: { ...call.arguments },
      digest: digestOf(canonicalText({ v: 1, turn: TURN, call: call.call, same: digest })),
      sameCallDigest: digest,
      idempotent: false,
      verdict,
      label: this.context.label,
      policyHash: this.guard.policyHash,
      ...(referents && { referents: [...referents] }),
      ...(prose && { prose: [...prose] }),
    };
  }

  #withAnswer(definition: ToolDefinition, args: Args): Recording {
    const model = `mc_${this.steps}`;
    const label = this.#label;
    const part = {
      type: 'tool_call' as const,
      // The answer takes two steps, and the call is judged after both.
      call: `call_${this.steps + 2}`,
      providerId: `toolu_${this.steps}`,
      name: definition.name,
      arguments: JSON.stringify(args),
    };
    return this.#add([
      {
        type: 'model_started',
        call: model,
        attempt: 1,
        role: 'agent',
        model: 'recorded/model',
        holdMicros: 0,
        label,
        promptHash: NO_HASH,
        toolsHash: NO_HASH,
        estimatedInputTokens: 0,
      },
      {
        type: 'model_ended',
        call: model,
        attempt: 1,
        outcome: 'completed',
        parts: [part],
        stopReason: 'tool_calls',
        usage: NO_USAGE,
        usageSource: 'estimated',
        costMicros: 0,
        label,
        durationMs: 1,
      },
    ]);
  }

  #reading(label: Label): Recording {
    return new Recording(this.#setting, {
      context: this.context,
      label: joinLabels(this.#label, label),
      steps: this.steps,
    });
  }

  #add(bodies: readonly Body[]): Recording {
    const { guard, at } = this.#setting;
    let context = this.context;
    let steps = this.steps;
    for (const body of bodies) {
      const actor = body.type === 'message_received' || body.type === 'approval_decided' ? PRINCIPAL : BRAIN;
      const common = {
        v: 1 as const,
        id: `step_${steps}`,
        at: later(at, steps),
        actor,
        onBehalfOf: PRINCIPAL,
      };
      context = guard.observe(context, { ...common, ...body } as Step, TURN);
      steps += 1;
    }
    return new Recording(this.#setting, { context, label: this.#label, steps });
  }
}

/** A step without the fields that every step has. */
type Body<T extends Step['type'] = Step['type']> = T extends Step['type']
  ? Omit<StepOf<T>, 'v' | 'id' | 'at' | 'actor' | 'onBehalfOf'>
  : never;

function approvalSteps(call: ProposedCall, approval: string): readonly Body[] {
  return [
    {
      type: 'approval_requested',
      approval,
      call: call.call,
      digest: call.digest,
      expiresAt: '2099-01-01T00:00:00.000Z',
    },
    { type: 'approval_decided', approval, call: call.call, decision: 'approved' },
  ];
}

/** One second a step. */
function later(at: string, steps: number): string {
  return new Date(Date.parse(at) + steps * 1_000).toISOString();
}
