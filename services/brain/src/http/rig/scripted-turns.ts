import { messageText } from '@bakerst/shared/content';
import type { TurnEvent } from '@bakerst/shared/events';
import type { Access } from '@bakerst/shared/identity';
import type { StepOf } from '@bakerst/shared/steps';
import type { AcceptedTurn, TurnRecord } from '@bakerst/shared/store/turn-store';
import { followTurn } from '../../turn/follow-turn.ts';
import { LiveTurns } from '../../turn/live-turns.ts';
import type { AcceptMessage, AppParts, TurnService } from '../parts.ts';
import { LABEL, PlayedTurn, stepHead } from './played-turn.ts';

export type TurnScript = (turn: PlayedTurn) => Promise<unknown>;

/** A turn service whose "model" is a test's script. Everything else (store, bus, following) is the real thing. */
export class ScriptedTurns implements TurnService {
  readonly accepted: AcceptMessage[] = [];
  /** Followers that are there right now. */
  following = 0;
  script: TurnScript;
  readonly #parts: Pick<AppParts, 'store' | 'bus' | 'ids' | 'now'>;
  readonly #live = new LiveTurns();
  readonly #instance: string;
  readonly #cancels = new Map<string, AbortController>();
  readonly #running = new Set<Promise<unknown>>();

  constructor(parts: Pick<AppParts, 'store' | 'bus' | 'ids' | 'now'>, script: TurnScript) {
    this.#parts = parts;
    this.script = script;
    this.#instance = parts.ids('brain');
  }

  async accept(input: AcceptMessage): Promise<AcceptedTurn & { message: string }> {
    const { store, ids } = this.#parts;
    this.accepted.push(input);
    const message = this.#message(input);
    const accepted = await store.acceptTurn({
      access: input.access,
      turn: ids('turn'),
      conversation: input.conversation ?? ids('conversation'),
      message,
      searchText: messageText(input.parts),
      outbox: [],
      claimFor: { owner: this.#instance, leaseMs: 60_000 },
      ...(input.conversation === undefined && {
        createConversation: { title: 'New conversation', hidden: input.hidden ?? false },
      }),
      ...(input.idempotency && { idempotency: input.idempotency }),
    });
    if (accepted.lease) this.#play(input, accepted);
    return { ...accepted, message: message.message };
  }

  async *follow(
    access: Access,
    turn: string,
    options: Parameters<TurnService['follow']>[2],
  ): AsyncGenerator<TurnEvent> {
    this.following += 1;
    try {
      const { store, bus } = this.#parts;
      yield* followTurn({ store, bus, live: this.#live }, { access, turn }, options);
    } finally {
      this.following -= 1;
    }
  }

  async wait(access: Access, turn: string, options: Parameters<TurnService['wait']>[2]): Promise<TurnRecord> {
    const over = AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]);
    for await (const event of this.follow(access, turn, { signal: over })) {
      if (event.type === 'state' && event.status === 'parked') break;
    }
    return this.#parts.store.readTurn(access, turn);
  }

  async cancel(access: Access, turn: string): Promise<TurnRecord> {
    const onBehalfOf = this.#parts.store.readTurn(access, turn).owner;
    const head = { ...stepHead(this.#parts, access.principal), onBehalfOf };
    const ended = { ...head, type: 'turn_ended' as const, status: 'cancelled' as const };
    const record = await this.#parts.store.requestCancel(access, turn, ended);
    this.#cancels.get(turn)?.abort();
    return record;
  }

  /** Cancels what still plays and waits for it. */
  async settled(): Promise<void> {
    for (const cancel of this.#cancels.values()) cancel.abort();
    await Promise.allSettled(this.#running);
  }

  #message({ access, model, clientTools, parts }: AcceptMessage): StepOf<'message_received'> {
    return {
      ...stepHead(this.#parts, access.principal),
      type: 'message_received',
      message: this.#parts.ids('message'),
      author: access.principal,
      parts: [...parts],
      label: LABEL,
      options: {
        ...(model !== undefined && { model }),
        ...(clientTools && { clientTools: [...clientTools] }),
      },
    };
  }

  #play(input: AcceptMessage, { record, lease }: AcceptedTurn): void {
    if (!lease) return;
    const cancel = new AbortController();
    this.#cancels.set(record.id, cancel);
    const on = { input, record, lease, cancelled: cancel.signal };
    const played = this.script(new PlayedTurn({ ...this.#parts, live: this.#live }, on));
    this.#running.add(played);
    played.catch(() => undefined).finally(() => this.#running.delete(played));
  }
}
