import type { Stop } from '@bakerst/shared/guard';
import type { Access } from '@bakerst/shared/identity';
import type { StopStore } from '@bakerst/shared/store/guard-store';
import { stopError } from './errors.ts';

/** A call as stops see it. */
export interface StoppableCall {
  readonly conversation: string;
  readonly server: string;
  /** Registry name. */
  readonly tool: string;
}

/** Aborts when a stop covers the call; `done` must be called when the call has ended. */
export interface StopWatch {
  readonly signal: AbortSignal;
  readonly done: () => void;
}

interface Watched {
  readonly call: StoppableCall;
  readonly abort: AbortController;
}

/** What is stopped now, answered from memory: the guard looks at every call. */
export class StopBoard {
  /** Id of the brain whose board it is. */
  readonly instance: string;
  readonly #store: Pick<StopStore, 'listStops'>;
  readonly #access: Access;
  readonly #watched = new Set<Watched>();
  readonly #listeners = new Set<(stop: Stop) => void>();
  #stops: readonly Stop[] = [];

  /** @param instance id of this brain, which reads the stops of everybody */
  constructor(store: Pick<StopStore, 'listStops'>, instance: string) {
    this.instance = instance;
    this.#store = store;
    this.#access = { principal: instance, scopes: new Set(), via: 'system', credential: instance };
    this.refresh();
  }

  /** Those in force, oldest first. */
  current(): readonly Stop[] {
    return this.#stops;
  }

  /** Reads them again, cuts off the running calls that a new one covers, and tells of each new one. */
  refresh(): void {
    const known = new Set(this.#stops.map(({ id }) => id));
    this.#stops = this.#store.listStops(this.#access);
    for (const stop of this.#stops.filter(({ id }) => !known.has(id))) {
      for (const { call, abort } of this.#watched) if (covers(stop, call)) abort.abort(reasonOf(stop));
      for (const listener of this.#listeners) listener(stop);
    }
  }

  /** Called with each stop as it comes into force; must not throw. */
  onStop(listener: (stop: Stop) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** For a call that is about to run. Its signal is aborted already where the call is stopped now. */
  watch(call: StoppableCall): StopWatch {
    const abort = new AbortController();
    const stop = this.#stops.find((one) => covers(one, call));
    if (stop) abort.abort(reasonOf(stop));
    const watched = { call, abort };
    this.#watched.add(watched);
    return { signal: abort.signal, done: () => void this.#watched.delete(watched) };
  }
}

export function covers(stop: Stop, call: StoppableCall): boolean {
  switch (stop.scope) {
    case 'everything':
      return true;
    case 'conversation':
      return stop.target === call.conversation;
    case 'server':
      return stop.target === call.server;
    case 'tool':
      return stop.target === call.tool;
    default:
      return stop.scope satisfies never;
  }
}

function reasonOf({ scope, target, id }: Stop): Error {
  return stopError({
    code: 'call_stopped',
    message: `The call was cut off: ${scope === 'everything' ? 'everything was' : `the ${scope} ${target} was`} stopped.`,
    remedy: `Lift the stop under Stops in the console, or: bakerst stop lift ${id}`,
  });
}
