import type { Usage } from '@bakerst/shared/content';
import type { TurnEvent } from '@bakerst/shared/events';
import type { ApprovalCard } from '@bakerst/shared/guard';
import type { Step } from '@bakerst/shared/steps';
import type { Lease, StepAppend, TurnRecord } from '@bakerst/shared/store/turn-store';
import { subjects } from '@bakerst/shared/subjects';
import type { LiveTurns } from '../../turn/live-turns.ts';
import type { AcceptMessage, AppParts } from '../parts.ts';

export type PlayParts = Pick<AppParts, 'store' | 'bus' | 'ids' | 'now'> & { readonly live: LiveTurns };

export const USAGE: Usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 2, cacheWriteTokens: 1 };
export const LABEL = { integrity: 'untrusted', confidentiality: 'internal' } as const;
const DIGEST = 'd'.repeat(64);

/** One turn in the hands of a test's script: it says what a model would, through the real store and bus. */
export class PlayedTurn {
  readonly input: AcceptMessage;
  readonly record: TurnRecord;
  readonly cancelled: AbortSignal;
  readonly #parts: PlayParts;
  readonly #lease: Lease;
  #seq: number;
  #call = '';
  #attempt = 1;

  constructor(
    parts: PlayParts,
    on: { input: AcceptMessage; record: TurnRecord; lease: Lease; cancelled: AbortSignal },
  ) {
    this.#parts = parts;
    this.input = on.input;
    this.record = on.record;
    this.cancelled = on.cancelled;
    this.#lease = on.lease;
    this.#seq = on.record.seq;
  }

  /** Begins a model call; `say` and `answer` belong to it. */
  async begin(role: 'agent' | 'observer' = 'agent'): Promise<void> {
    const { ids, live } = this.#parts;
    this.#call = ids('modelCall');
    const call = this.#call;
    const started = {
      ...stepHead(this.#parts, this.record.owner),
      type: 'model_started' as const,
      call,
      attempt: this.#attempt,
      role,
      model: 'demo/demo',
      holdMicros: 0,
      label: LABEL,
      promptHash: '',
      toolsHash: '',
      estimatedInputTokens: 1,
    };
    await this.#append([started], { hold: { call, scopes: [], micros: 0 } });
    live.begin(this.record.id, { seq: this.#seq, call, attempt: this.#attempt });
  }

  say(text: string): void {
    const event = this.#parts.live.add(this.record.id, 'text', text);
    if (event) this.#tell(event);
  }

  /** The attempt failed and another begins. */
  restart(): void {
    this.#attempt += 1;
    const at = { seq: this.#seq, call: this.#call, attempt: this.#attempt };
    this.#parts.live.begin(this.record.id, at);
    this.#tell({ type: 'reset', ...at });
  }

  async answer(
    text: string,
    calls: readonly { readonly name: string; readonly arguments: string }[] = [],
  ): Promise<readonly string[]> {
    this.#parts.live.end(this.record.id);
    const toolCalls = calls.map((one) => ({
      type: 'tool_call' as const,
      call: this.#parts.ids('toolCall'),
      providerId: 'p1',
      ...one,
    }));
    const ended = {
      ...stepHead(this.#parts, this.record.owner),
      type: 'model_ended' as const,
      call: this.#call,
      attempt: this.#attempt,
      outcome: 'completed' as const,
      parts: [{ type: 'text' as const, text }, ...toolCalls],
      stopReason: calls.length > 0 ? ('tool_calls' as const) : ('end' as const),
      usage: USAGE,
      usageSource: 'reported' as const,
      costMicros: 0,
      label: LABEL,
      durationMs: 1,
    };
    await this.#append([ended], { settlement: { call: this.#call, micros: 0 }, searchText: text });
    return toolCalls.map((one) => one.call);
  }

  /** The verdict on a call of a tool that the client brought. */
  async handBack(call: string, tool: string): Promise<void> {
    const verdict = { decision: 'deny' as const, reasons: [{ rule: 'client_tool', message: 'Theirs.' }] };
    const problem = { code: 'client_tool' as const, message: 'Theirs.' };
    const head = stepHead(this.#parts, this.record.owner);
    const facts = { ...askedCall(call, { tool, server: 'none', effect: 'external' }), verdict, problem };
    await this.#append([{ ...head, ...facts }]);
  }

  /** Asks a person and gives the turn out of the hand. @returns the approval's id */
  async park(shown: Partial<ApprovalCard> = {}): Promise<string> {
    const approval = this.#parts.ids('approval');
    const call = this.#parts.ids('toolCall');
    const head = () => stepHead(this.#parts, this.record.owner);
    const expiresAt = new Date(this.#parts.now() + 3_600_000).toISOString();
    const ask = { type: 'approval_requested' as const, approval, call, digest: DIGEST, expiresAt };
    const asked = shown.fourEyes === true ? { ...ask, fourEyes: true } : ask;
    await this.#append(
      [
        { ...head(), ...askedCall(call, shown) },
        { ...head(), ...asked },
      ],
      {
        leaseAfter: 'parked',
        parkedFor: approval,
      },
    );
    this.#tell({ type: 'state', seq: this.#seq, status: 'parked', reason: approval, approval });
    return approval;
  }

  end(
    status: 'completed' | 'failed' | 'cancelled',
    error?: { code: string; message: string; remedy: string },
  ): Promise<void> {
    const head = stepHead(this.#parts, this.record.owner);
    const ended = { ...head, type: 'turn_ended' as const, status, ...(error ? { error } : {}) };
    return this.#append([ended], { leaseAfter: 'ended' });
  }

  #tell(event: TurnEvent): void {
    this.#parts.bus.publish(subjects.turnEvents(this.record.id), event);
  }

  async #append(steps: Step[], rest: Partial<StepAppend> = {}): Promise<void> {
    const request: StepAppend = {
      lease: this.#lease,
      expectedSeq: this.#seq,
      steps,
      outbox: [],
      leaseAfter: 'keep',
      ...rest,
    };
    const outcome = await this.#parts.store.appendSteps(request);
    if (outcome.outcome !== 'appended') throw new Error('The hold was refused.');
    for (const step of steps) {
      this.#seq += 1;
      this.#tell({ type: 'step', seq: this.#seq, step });
    }
  }
}

export function stepHead(parts: Pick<PlayParts, 'ids' | 'now'>, actor: string) {
  return {
    v: 1 as const,
    id: parts.ids('step'),
    at: new Date(parts.now()).toISOString(),
    actor,
    onBehalfOf: actor,
  };
}

function askedCall(call: string, shown: Partial<ApprovalCard>) {
  const effect = shown.effect ?? ('write-private' as const);
  return {
    type: 'tool_decided' as const,
    call,
    tool: shown.tool ?? 'write_note',
    server: shown.server ?? 'core',
    effect,
    arguments: {},
    digest: DIGEST,
    sameCallDigest: DIGEST,
    idempotent: false,
    verdict: {
      decision: 'ask' as const,
      reasons: [{ rule: 'test', message: 'asks' }],
      card: { title: 'Write a note', tool: 'write_note', server: 'core', values: [], ...shown, effect },
    },
    label: LABEL,
    policyHash: '',
  };
}
