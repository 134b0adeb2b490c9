import type { ModelInfo, ModelRequest, ModelRole, ModelStreamEvent } from '@bakerst/shared/models';

/** What went wrong before in this turn's current call, oldest first: folded from the recorded steps. */
export interface FormerFailure {
  readonly model: string;
  readonly code: string;
  /** What the provider said then, so that a refusal can tell a person the cause. */
  readonly message?: string;
  readonly remedy?: string;
}

export interface ChooseModel {
  readonly role: ModelRole;
  /** The conversation's or the message's own choice; goes before the role's chain. */
  readonly override?: string;
  readonly needs: { readonly tools: boolean; readonly image: boolean; readonly pdf: boolean };
  readonly failures: readonly FormerFailure[];
}

export type ModelChoice =
  | { readonly outcome: 'call'; readonly model: ModelInfo; readonly delayMs: number }
  /** Nothing can be called: the turn fails with this, which a person reads. */
  | { readonly outcome: 'refused'; readonly code: string; readonly message: string; readonly remedy: string };

/** Why a model would not be called now, for the picker, status and doctor. */
export interface ModelHealth {
  readonly state: 'ready' | 'no_credential' | 'no_price' | 'circuit_open' | 'unreachable';
  readonly detail?: string;
}

/**
 * Picks role → model → provider, retries with backoff (honouring Retry-After), falls back along the chain and keeps
 * a circuit breaker per model that closes again by itself. Every attempt is chosen, held, recorded and settled on
 * its own: the router never calls twice inside one `stream`.
 */
export interface ModelRouter {
  choose(question: ChooseModel): ModelChoice;
  /** Streams from the model's provider and feeds the breaker with the outcome. Errors as in `Provider.stream`. */
  stream(model: ModelInfo, request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelStreamEvent>;
  /** Every model that is configured, discovered or in the built-in table of a configured provider. */
  list(): readonly {
    readonly info: ModelInfo;
    readonly health: ModelHealth;
    readonly roles: readonly ModelRole[];
  }[];
  find(ref: string): ModelInfo | undefined;
  /** Effective chain of a role. */
  chain(role: ModelRole): readonly string[];
}
