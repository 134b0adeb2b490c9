import { CodedError } from '@bakerst/shared/coded-error';
import { type MessagePart, messageText } from '@bakerst/shared/content';
import type { Access } from '@bakerst/shared/identity';
import type { Label } from '@bakerst/shared/labels';
import { splitQuotedBlocks } from '@bakerst/shared/quoted-blocks';
import type { StepOf } from '@bakerst/shared/steps';
import {
  type AcceptedTurn,
  type ClaimedTurn,
  ENDED_STATUSES,
  type TurnRecord,
} from '@bakerst/shared/store/turn-store';
import { subjects } from '@bakerst/shared/subjects';
import type { AcceptMessage, TurnService } from '../http/parts.ts';
import { turnError } from './errors.ts';
import { followTurn } from './follow-turn.ts';
import type { TurnParts } from './turn-parts.ts';
import { LEASE_MS, type TurnRunner } from './turn-runner.ts';

const OWN_WORDS: Label = { integrity: 'trusted', confidentiality: 'internal' };
const UNVERIFIED_WORDS: Label = { integrity: 'untrusted', confidentiality: 'internal' };
const TITLE_CHARS = 60;

/** The one way a turn is made, followed and stopped: console, CLI, API and the OpenAI-compatible face all come here. */
export function createTurnService(parts: TurnParts, runner: TurnRunner): TurnService {
  return {
    accept: (input) => accept(parts, runner, input),
    follow: (access, turn, options) => followTurn(parts, { access, turn }, options),
    wait: (access, turn, options) => waitForTurn({ parts, runner }, { access, turn }, options),
    cancel: (access, turn) => cancel({ parts, runner }, access, turn),
  };
}

async function accept(
  parts: TurnParts,
  runner: TurnRunner,
  input: AcceptMessage,
): Promise<AcceptedTurn & { message: string }> {
  if (runner.stopping) throw stopping();
  const { access } = input;
  const message = messageStep(parts, input);
  const searchText = messageText(input.parts.filter((part) => part.type === 'words'));
  const turn = parts.ids('turn');
  const conversation = input.conversation ?? parts.ids('conversation');
  const claim = runner.hasRoom() ? { owner: parts.instance, leaseMs: LEASE_MS } : undefined;
  const accepting = parts.store.acceptTurn({
    access,
    turn,
    conversation,
    message,
    searchText,
    outbox: [],
    ...(input.conversation === undefined && {
      createConversation: { title: titleOf(searchText, message), hidden: input.hidden ?? false },
    }),
    ...(input.idempotency && { idempotency: input.idempotency }),
    ...(claim && { claimFor: claim }),
  });
  const steps = [{ seq: 1, step: message }];
  const expected = claim && expectedTurn(parts, input, { turn, conversation, at: message.at });
  if (expected) runner.runAhead(expected, steps, accepting);
  const accepted = await accepting;
  const { record, lease, created } = accepted;
  if (!lease) runner.wake();
  else if (!expected) runner.run({ record, lease }, steps);
  if (created) {
    const { id, conversation } = record;
    parts.bus.publish(subjects.changes(access.principal), {
      type: 'changed',
      what: 'turn',
      id,
      conversation,
    });
  }
  return { ...accepted, message: message.message };
}

/**
 * The turn as it will be where the conversation is idle: then its run can begin in the same go of the event loop, and
 * its first step shares the commit of its message. Undefined where it will have to wait for others.
 */
function expectedTurn(
  { store, instance }: TurnParts,
  { access, conversation: known }: AcceptMessage,
  made: { readonly turn: string; readonly conversation: string; readonly at: string },
): ClaimedTurn | undefined {
  const turns = known === undefined ? 0 : idleTurns(store, access, known);
  if (turns === undefined) return undefined;
  const { turn: id, conversation, at } = made;
  const place = { id, conversation, owner: access.principal, position: turns + 1 };
  const record: TurnRecord = { ...place, status: 'running', createdAt: at, seq: 1, costMicros: 0 };
  return { record, lease: { turn: id, owner: instance, fence: FIRST_FENCE } };
}

/** How many turns an idle conversation has; undefined for one that is busy, of somebody else, or gone. */
function idleTurns(store: TurnParts['store'], access: Access, conversation: string): number | undefined {
  try {
    const { owner, turns, lastStatus } = store.readConversation(access, conversation);
    const isIdle = lastStatus === undefined || ENDED_STATUSES.some((status) => status === lastStatus);
    return isIdle && owner === access.principal ? turns : undefined;
  } catch (error) {
    if (error instanceof CodedError) return undefined;
    throw error;
  }
}

/** The fence of a lease that comes with the turn itself. */
const FIRST_FENCE = 1;

function messageStep(parts: TurnParts, input: AcceptMessage): StepOf<'message_received'> {
  const { access, model, maxOutputTokens, clientTools } = input;
  return {
    v: 1,
    type: 'message_received',
    id: parts.ids('step'),
    at: new Date(parts.now()).toISOString(),
    actor: access.principal,
    onBehalfOf: access.principal,
    message: parts.ids('message'),
    author: access.principal,
    parts: input.parts.flatMap(toldApart),
    label: access.scopes.has('speaks-for-user') ? OWN_WORDS : UNVERIFIED_WORDS,
    options: {
      ...(model !== undefined && { model }),
      ...(maxOutputTokens !== undefined && { maxOutputTokens }),
      ...(clientTools && { clientTools: clientTools.map((tool) => ({ ...tool })) }),
    },
  };
}

/** Whatever a client calls words: fences and quoted lines in it were brought along, so that they taint and name nobody. */
function toldApart(part: MessagePart): readonly MessagePart[] {
  if (part.type !== 'words') return [part];
  const runs = splitQuotedBlocks(part.text);
  if (runs.every((run) => run.kind === 'words')) return [part];
  return runs.map(({ kind, text }) =>
    kind === 'words' ? { type: 'words', text } : { type: 'quoted', source: kind, text },
  );
}

/** The first words of the first message, cut at a word. */
function titleOf(words: string, message: StepOf<'message_received'>): string {
  const text = (words || messageText(message.parts)).replaceAll(/\s+/g, ' ').trim();
  if (text === '') return 'New conversation';
  if (text.length <= TITLE_CHARS) return text;
  const cut = text.slice(0, TITLE_CHARS);
  const space = cut.lastIndexOf(' ');
  return `${cut.slice(0, space > TITLE_CHARS / 2 ? space : TITLE_CHARS).toWellFormed()}…`;
}

interface Machinery {
  readonly parts: TurnParts;
  readonly runner: TurnRunner;
}

async function waitForTurn(
  { parts, runner }: Machinery,
  { access, turn }: { readonly access: Access; readonly turn: string },
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<TurnRecord> {
  const settled = Promise.withResolvers<void>();
  const done = () => settled.resolve();
  const isSettled = () => {
    const { status } = parts.store.readTurn(access, turn);
    return status === 'parked' || ENDED_STATUSES.includes(status);
  };
  const isSettledOrGone = () => {
    try {
      return isSettled();
    } catch {
      // Deleted, or the store is closed: whoever waits reads it again and is told.
      return true;
    }
  };
  // The runner tells when a turn stops running here; the record says whether it is over or goes on elsewhere.
  let forget = runner.onceSettled(turn, function again() {
    if (isSettledOrGone()) done();
    else forget = runner.onceSettled(turn, again);
  });
  const timer = setTimeout(done, options.timeoutMs);
  options.signal.addEventListener('abort', done, { once: true });
  try {
    if (!isSettled() && !options.signal.aborted) await settled.promise;
    return parts.store.readTurn(access, turn);
  } finally {
    clearTimeout(timer);
    forget();
    options.signal.removeEventListener('abort', done);
  }
}

/** By the turn's owner; by the brain in the name of whoever stopped everything. */
async function cancel({ parts, runner }: Machinery, access: Access, turn: string): Promise<TurnRecord> {
  const onBehalfOf = access.via === 'system' ? parts.store.readTurn(access, turn).owner : access.principal;
  const ended: StepOf<'turn_ended'> = {
    v: 1,
    type: 'turn_ended',
    id: parts.ids('step'),
    at: new Date(parts.now()).toISOString(),
    actor: access.principal,
    onBehalfOf,
    status: 'cancelled',
  };
  const record = await parts.store.requestCancel(access, turn, ended);
  if (record.status === 'running') parts.bus.publish(subjects.turnCancel(turn), { by: access.principal });
  if (record.status === 'cancelled') {
    parts.bus.publish(subjects.turnEvents(turn), { type: 'step', seq: record.seq, step: ended });
    runner.wake();
  }
  return record;
}

function stopping(): Error {
  return turnError({
    code: 'brain_stopping',
    message: 'The brain is stopping and takes no new messages.',
    remedy: 'Send the message again in a moment, with the same Idempotency-Key.',
    retryable: true,
  });
}
