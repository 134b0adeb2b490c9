/** Time and chance, as arguments. */
export interface McpClock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back once; the returned function takes it back. */
  after(milliseconds: number, callback: () => void): () => void;
  /** From 0 to below 1. */
  random(): number;
}

export function createSystemClock(): McpClock {
  return {
    now: Date.now,
    random: Math.random,
    after: (milliseconds, callback) => {
      const timer = setTimeout(callback, milliseconds);
      return () => clearTimeout(timer);
    },
  };
}
