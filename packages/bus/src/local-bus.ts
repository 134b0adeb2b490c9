import type { Bus, BusSubscription } from '@bakerst/shared/bus';
import { BUS_PERMISSIONS, type BusIdentity } from '@bakerst/shared/subjects';
import { busError } from './errors.ts';

type Handler = (message: unknown) => void;

/**
 * The bus inside one process: one hub, one connection an identity, the permission table of `subjects.ts`. Messages are
 * passed by reference and must not be changed by anybody. Delivery is synchronous and in order; a handler that
 * throws is reported to `onHandlerError` and disturbs nobody else.
 */
export class LocalBusHub {
  readonly #handlers = new Map<string, Set<Handler>>();
  readonly #onHandlerError: (error: unknown, subject: string) => void;

  constructor(onHandlerError: (error: unknown, subject: string) => void) {
    this.#onHandlerError = onHandlerError;
  }

  connect(identity: BusIdentity): Bus {
    const permissions = BUS_PERMISSIONS[identity];
    const mine = new Set<BusSubscription>();
    return {
      publish: (subject, message) => {
        this.#require(identity, subject, permissions.publish);
        this.#deliver(subject, message);
      },
      subscribe: (subject, handler) => {
        this.#require(identity, subject, permissions.subscribe);
        const subscription = this.#add(subject, handler, () => mine.delete(subscription));
        mine.add(subscription);
        return subscription;
      },
      close: async () => {
        for (const subscription of mine) subscription.unsubscribe();
      },
    };
  }

  #add(subject: string, handler: Handler, removed: () => void): BusSubscription {
    // A wrapper of its own, so that the same function can be subscribed twice.
    const entry: Handler = (message) => handler(message);
    const handlers = this.#handlers.get(subject) ?? new Set();
    this.#handlers.set(subject, handlers.add(entry));
    return {
      unsubscribe: () => {
        handlers.delete(entry);
        if (handlers.size === 0 && this.#handlers.get(subject) === handlers) this.#handlers.delete(subject);
        removed();
      },
    };
  }

  #deliver(subject: string, message: unknown): void {
    for (const handler of this.#handlers.get(subject) ?? []) {
      try {
        handler(message);
      } catch (error) {
        this.#onHandlerError(error, subject);
      }
    }
  }

  #require(identity: string, subject: string, allowed: readonly string[]): void {
    if (allowed.some((pattern) => matches(pattern, subject))) return;
    throw busError({
      code: 'bus_forbidden',
      message: `${identity} may not use the subject ${subject}.`,
      remedy: 'Add the subject to the identity in subjects.ts if it really needs it.',
    });
  }
}

function matches(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.');
  const given = subject.split('.');
  return (
    wanted.length === given.length &&
    given.every(
      (token, at) => token !== '' && !/[*>\s]/.test(token) && (wanted[at] === '*' || wanted[at] === token),
    )
  );
}
