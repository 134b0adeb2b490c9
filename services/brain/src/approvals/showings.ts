import { randomBytes } from 'node:crypto';

/** To whom a card was shown: nobody else can decide on that showing. */
export interface Viewer {
  readonly approval: string;
  readonly principal: string;
  readonly credential: string;
}

interface Showing extends Viewer {
  /** Epoch milliseconds. */
  readonly at: number;
}

export const SHOWING_MS = 15 * 60_000;
const MOST_OF_ONE_CREDENTIAL = 500;
const MOST = 20_000;

/**
 * The cards on people's screens, each under a nonce of 256 random bits. In memory: after a restart whoever decides
 * loads the card again. Bounded; a credential that loads cards without end forgets its own, not those of others.
 */
export class Showings {
  readonly #showings = new Map<string, Showing>();
  readonly #byCredential = new Map<string, Set<string>>();
  readonly #now: () => number;
  readonly #bytes: (size: number) => Uint8Array;

  constructor(now: () => number, bytes: (size: number) => Uint8Array = randomBytes) {
    this.#now = now;
    this.#bytes = bytes;
  }

  /** @returns the nonce of this showing. */
  show(viewer: Viewer): string {
    this.#forgetOld();
    const nonce = Buffer.from(this.#bytes(32)).toString('base64url');
    const { approval, principal, credential } = viewer;
    this.#showings.set(nonce, { approval, principal, credential, at: this.#now() });
    const own = this.#byCredential.get(credential) ?? new Set();
    this.#byCredential.set(credential, own.add(nonce));
    if (own.size > MOST_OF_ONE_CREDENTIAL) this.#forgetFirst(own);
    if (this.#showings.size > MOST) this.#forgetFirst(this.#showings.keys());
    return nonce;
  }

  /** How long ago, in milliseconds, this viewer was shown the card under that nonce; undefined where it never was. */
  ageOf(nonce: string, viewer: Viewer): number | undefined {
    const found = this.#showings.get(nonce);
    if (!found) return undefined;
    const isTheirs =
      found.approval === viewer.approval &&
      found.principal === viewer.principal &&
      found.credential === viewer.credential;
    const age = this.#now() - found.at;
    return isTheirs && age >= 0 && age <= SHOWING_MS ? age : undefined;
  }

  /** A showing serves one decision. */
  forget(nonce: string): void {
    const found = this.#showings.get(nonce);
    if (!found) return;
    this.#showings.delete(nonce);
    const own = this.#byCredential.get(found.credential);
    own?.delete(nonce);
    if (own?.size === 0) this.#byCredential.delete(found.credential);
  }

  get size(): number {
    return this.#showings.size;
  }

  /** They were shown in this order, so the first that is young ends it. */
  #forgetOld(): void {
    const now = this.#now();
    for (const [nonce, { at }] of this.#showings) {
      if (now - at <= SHOWING_MS) return;
      this.forget(nonce);
    }
  }

  #forgetFirst(nonces: Iterable<string>): void {
    for (const nonce of nonces) {
      this.forget(nonce);
      return;
    }
  }
}
