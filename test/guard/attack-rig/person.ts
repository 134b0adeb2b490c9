import assert from 'node:assert/strict';
import { ApprovalDetail } from '@bakerst/shared/api/guard';
import type { ApprovalCard } from '@bakerst/shared/guard';
import type { BrainProcess } from '../../running/brain-process.ts';
import { openConsole } from '../../running/console-session.ts';
import { untilOver } from '../../running/talk.ts';
import type { House, Outcome } from './house.ts';

interface Choice {
  readonly decision?: 'approved' | 'denied';
  readonly endorse?: readonly string[];
  /** Between looking and deciding. */
  readonly meanwhile?: (detail: ApprovalDetail) => Promise<unknown>;
}

/** Who decides: logged in to the console, with a token that holds `approve`. */
export class Person {
  readonly #house: House;
  readonly #token: string;

  constructor(house: House, token: string) {
    this.#house = house;
    this.#token = token;
  }

  /** Reads the card of a parked turn. */
  async look({ approval }: Outcome): Promise<ApprovalDetail> {
    assert.ok(approval, 'a person is asked');
    const answer = await this.#call(`/api/v1/approvals/${approval}`);
    assert.equal(answer.status, 200, await answer.clone().text());
    return ApprovalDetail.parse(await answer.json());
  }

  /** Decides by API what was shown, and resolves with what became of the turn. */
  async decide(parked: Outcome, choice: Choice = {}): Promise<Outcome> {
    const { decision = 'approved', endorse, meanwhile } = choice;
    const detail = await this.look(parked);
    await meanwhile?.(detail);
    const { id, digest, nonce, typing } = detail;
    const answer = await this.#call(`/api/v1/approvals/${id}/decision`, {
      method: 'POST',
      body: JSON.stringify({
        decision,
        digest,
        nonce,
        ...(endorse && { endorse }),
        ...(typing && { typed: cardOf(detail).destination }),
      }),
    });
    assert.equal(answer.status, 200, await answer.clone().text());
    await untilOver(this.#house.brain, parked.turn);
    return this.#house.outcome(parked.turn);
  }

  #call(path: string, init: RequestInit = {}): Promise<Response> {
    return callWith(this.#house.brain, this.#token, { path, init });
  }
}

/** The card as the monitor wrote it. */
export function cardOf({ decided }: ApprovalDetail): ApprovalCard {
  assert.ok(decided?.type === 'tool_decided' && decided.verdict.decision === 'ask');
  return decided.verdict.card;
}

/** A request with a token of one's own. */
export function callWith(
  brain: BrainProcess,
  token: string,
  { path, init = {} }: { readonly path: string; readonly init?: RequestInit },
): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${token}`);
  if (typeof init.body === 'string') headers.set('content-type', 'application/json');
  return fetch(`${brain.origin}${path}`, { ...init, headers });
}

/** Tokens that the console's session makes, by their scopes. */
export async function tokenMaker(
  brain: BrainProcess,
): Promise<(scopes: readonly string[]) => Promise<string>> {
  const session = await openConsole(brain);
  return async (scopes) => {
    const made = await session.call('/api/v1/tokens', {
      method: 'POST',
      body: JSON.stringify({ name: scopes.join('-'), scopes }),
    });
    assert.equal(made.status, 201, await made.clone().text());
    const { secret } = (await made.json()) as { readonly secret: string };
    return secret;
  };
}

export async function personOf(house: House): Promise<Person> {
  const make = await tokenMaker(house.brain);
  return new Person(house, await make(['chat', 'approve', 'admin', 'speaks-for-user']));
}
