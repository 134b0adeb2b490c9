import type { Access } from '@bakerst/shared/identity';
import type { RecordedStep, StepOf } from '@bakerst/shared/steps';
import type { HistoryTurn, TurnRecord, TurnStore } from '@bakerst/shared/store/turn-store';

/** What of a conversation's past is still read. */
export interface TurnHistory {
  /** Oldest first. */
  readonly turns: readonly HistoryTurn[];
  readonly summary?: StepOf<'context_compacted'>;
  readonly trimmedCalls: ReadonlySet<string>;
  /** Same-call digests of calls whose outcome is unknown. */
  readonly unknownDigests: ReadonlySet<string>;
  /**
   * Turns that a summary stands for, oldest first; read when first asked for. No model reads them any more, but who said
   * what does not change with what is left out.
   */
  readonly leftOut: () => readonly HistoryTurn[];
}

const PAGE = 50;
/** A conversation that was imported with more turns than this starts with the newest of them. */
const MOST_TURNS = 1_000;

type HistoryStore = Pick<TurnStore, 'readHistory' | 'readCompaction' | 'readTurn'>;

/** Reads the turns before `record`, back to what the newest summary stands for. */
export function readHistory(store: HistoryStore, access: Access, record: TurnRecord): TurnHistory {
  const compaction = record.position > 1 ? store.readCompaction(access, record.conversation) : undefined;
  const through = compaction?.step.throughTurn;
  const firstRead = through === undefined ? 1 : store.readTurn(access, through).position + 1;
  const { conversation } = record;
  const back = (before: number, firstRead: number) =>
    readBack({ store, access, conversation }, before, firstRead);
  const turns = back(record.position, firstRead);
  let leftOut: readonly HistoryTurn[] | undefined;
  const steps = turns.map((turn) => turn.steps);
  return {
    turns,
    ...(compaction && { summary: compaction.step }),
    trimmedCalls: new Set(steps.flatMap(trimmedIn)),
    unknownDigests: new Set([...steps.flatMap(unknownIn), ...(compaction?.step.unknownDigests ?? [])]),
    leftOut: () => {
      leftOut ??= back(firstRead, 1);
      return leftOut;
    },
  };
}

/** A conversation, and who reads it. */
export interface HistoryPlace {
  readonly store: Pick<TurnStore, 'readHistory'>;
  readonly access: Access;
  readonly conversation: string;
}

/** Turns before a position, back to another one, oldest first; at most the newest thousand of them. */
export function readBack(
  { store, access, conversation }: HistoryPlace,
  from: number,
  firstRead: number,
): readonly HistoryTurn[] {
  const turns: HistoryTurn[] = [];
  let before = from;
  while (before > firstRead && turns.length < MOST_TURNS) {
    const page = store.readHistory(access, conversation, { beforePosition: before, limit: PAGE });
    const wanted = page.filter((turn) => turn.record.position >= firstRead);
    turns.push(...wanted);
    const last = page.at(-1);
    if (!last || wanted.length < page.length) break;
    before = last.record.position;
  }
  return turns.reverse();
}

/** Applies the compactions that a turn has made itself. */
export function withCompactions(history: TurnHistory, current: readonly RecordedStep[]): TurnHistory {
  const own = current.flatMap(({ step }) => (step.type === 'context_compacted' ? [step] : []));
  const summary = own.findLast((step) => step.throughTurn !== undefined) ?? history.summary;
  const through = own.findLast((step) => step.throughTurn !== undefined)?.throughTurn;
  const cut = through === undefined ? -1 : history.turns.findIndex((turn) => turn.record.id === through);
  return {
    turns: history.turns.slice(cut + 1),
    ...(summary && { summary }),
    trimmedCalls: new Set([...history.trimmedCalls, ...own.flatMap((step) => step.trimmedCalls)]),
    unknownDigests: new Set([...history.unknownDigests, ...unknownIn(current)]),
    leftOut: () => [...history.leftOut(), ...history.turns.slice(0, cut + 1)],
  };
}

function trimmedIn(steps: readonly RecordedStep[]): readonly string[] {
  return steps.flatMap(({ step }) => (step.type === 'context_compacted' ? step.trimmedCalls : []));
}

/** Calls of these steps that ended unknown, by the digest that recognises the same call. */
export function unknownIn(steps: readonly RecordedStep[]): readonly string[] {
  const unknown = new Set(
    steps.flatMap(({ step }) =>
      step.type === 'tool_ended' && step.outcome === 'unknown' ? [step.call] : [],
    ),
  );
  if (unknown.size === 0) return [];
  return steps.flatMap(({ step }) =>
    step.type === 'tool_decided' && unknown.has(step.call) ? [step.sameCallDigest] : [],
  );
}
