/**
 * What Baker Street needs of a message bus while a turn runs: hints that may be lost, because every fact is in the
 * store. A subscriber that is slow never slows a publisher. Both doors (local, NATS) pass one conformance suite.
 */
export interface Bus {
  /** Best effort, at most once, in order per publisher. Throws `bus_forbidden` where the identity may not. */
  publish(subject: string, message: unknown): void;
  /** `handler` must not throw and is called with the parsed message; the caller parses its schema. */
  subscribe(subject: string, handler: (message: unknown) => void): BusSubscription;
  close(): Promise<void>;
}

export interface BusSubscription {
  unsubscribe(): void;
}
