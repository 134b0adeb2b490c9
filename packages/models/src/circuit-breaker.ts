/**
 * Keeps calls away from a model that keeps failing, and always finds its way back: after a cool-down one call is let
 * through as a probe, a success closes the circuit at once, a failure opens it again for longer (up to a bound).
 */
export interface CircuitBreaker {
  state(): 'closed' | 'open' | 'half_open';
  /** Asks to be the probe of a half-open circuit; the reservation lapses after `forMs` if no call begins. */
  reserveProbe(forMs: number): void;
  callBegan(): void;
  /** The provider answered, even if only to say that the request was bad. */
  succeeded(): void;
  /** The call was given up by us; says nothing about the model. */
  abandoned(): void;
  /** `credential`: opens at once and probes soon, since a person is likely to be replacing the key. */
  failed(kind: 'transient' | 'credential' | 'missing'): void;
  /** When an open circuit will let a probe through; epoch milliseconds. */
  opensUntil(): number;
}

const FAILURES_TO_OPEN = 5;
const COOL_DOWN = {
  transient: { firstMs: 15_000, maxMs: 300_000 },
  credential: { firstMs: 5_000, maxMs: 60_000 },
  missing: { firstMs: 15_000, maxMs: 300_000 },
} as const;

export function createCircuitBreaker(now: () => number): CircuitBreaker {
  let consecutive = 0;
  let openings = 0;
  let openUntil = 0;
  let probesRunning = 0;
  let reservedUntil = 0;

  const state = () => {
    if (openings === 0) return 'closed';
    const probing = probesRunning > 0 || now() < reservedUntil;
    return now() < openUntil || probing ? 'open' : 'half_open';
  };
  const ended = () => {
    probesRunning = Math.max(0, probesRunning - 1);
    reservedUntil = 0;
  };
  return {
    state,
    opensUntil: () => openUntil,
    reserveProbe(forMs) {
      if (openings > 0) reservedUntil = now() + forMs;
    },
    callBegan() {
      if (openings > 0) probesRunning += 1;
    },
    succeeded() {
      consecutive = 0;
      openings = 0;
      openUntil = 0;
      probesRunning = 0;
      reservedUntil = 0;
    },
    abandoned: ended,
    failed(kind) {
      ended();
      consecutive += 1;
      const opensNow = kind !== 'transient' || openings > 0 || consecutive >= FAILURES_TO_OPEN;
      // Calls that failed while the circuit was open anyway add nothing: the cool-down grows once per probe.
      if (!opensNow || now() < openUntil) return;
      const { firstMs, maxMs } = COOL_DOWN[kind];
      openUntil = now() + Math.min(maxMs, firstMs * 2 ** Math.min(openings, 30));
      openings += 1;
    },
  };
}
