import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { ApprovalDetail } from '@bakerst/shared/api/guard';
import type { ApprovalCard } from '@bakerst/shared/guard';
import type { Access } from '@bakerst/shared/identity';
import type { Step } from '@bakerst/shared/steps';
import { type EdgeRig, type RigRequest, startRig } from './edge-rig.ts';

export interface Ask {
  readonly approval: string;
  readonly turn: string;
  readonly conversation: string;
}

/** Fields of the decision that differ from a plain approval, and how long its card is read, in milliseconds. */
type Decision = Readonly<Record<string, unknown>> & { readonly readMs?: number };

/** What a request answered: its status, its code where it is a problem, and its body. */
export interface Told {
  readonly status: number;
  readonly code: string | undefined;
  readonly body: Record<string, unknown>;
}

/** The edge with calls that wait for a person. */
export class AskedRig {
  readonly rig: EdgeRig;

  constructor(rig: EdgeRig) {
    this.rig = rig;
  }

  /** Says something that ends in a call with that card. */
  async ask(token: string, card: Partial<ApprovalCard> = {}): Promise<Ask> {
    this.rig.turns.script = (turn) => turn.park(card);
    const sent = await this.rig.request('POST', '/api/v1/messages', {
      token,
      json: { parts: [{ type: 'words', text: 'do it' }] },
      headers: { prefer: 'wait=5' },
    });
    const body = (await sent.json()) as {
      approval: string;
      conversation: string;
      turn: { id: string };
    };
    return { approval: body.approval, turn: body.turn.id, conversation: body.conversation };
  }

  async call(method: string, path: string, request: RigRequest): Promise<Told> {
    const response = await this.rig.request(method, path, request);
    const text = await response.text();
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    const { code } = body;
    return { status: response.status, code: typeof code === 'string' ? code : undefined, body };
  }

  async show(by: RigRequest, { approval }: Ask): Promise<ApprovalDetail> {
    const told = await this.call('GET', `/api/v1/approvals/${approval}`, by);
    assert.equal(told.status, 200, JSON.stringify(told.body));
    return ApprovalDetail.parse(told.body);
  }

  /** Reads the card, takes its time, and decides. */
  async decide(by: RigRequest, ask: Ask, more: Decision = {}): Promise<Told> {
    const { readMs = 3_000, ...rest } = more;
    const { nonce, digest } = await this.show(by, ask);
    this.rig.advance(readMs);
    return this.post(by, ask, { decision: 'approved', nonce, digest, ...rest });
  }

  post(by: RigRequest, { approval }: Ask, json: unknown): Promise<Told> {
    return this.call('POST', `/api/v1/approvals/${approval}/decision`, { ...by, json });
  }

  /** Logs a browser in; its requests carry the cookie and say where they come from. */
  async session(login: { readonly code: string } | { readonly token: string }): Promise<RigRequest> {
    const response = await this.rig.request('POST', '/api/v1/auth/login', { json: login });
    assert.equal(response.status, 200);
    const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
    return { headers: { cookie, origin: 'http://localhost:4221' } };
  }

  /** A person made through the API, with a token of theirs. */
  async person(admin: string, name: string, scopes: readonly string[] = ['approve']) {
    const made = await this.call('POST', '/api/v1/people', { token: admin, json: { name } });
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const person = String(made.body.id);
    const json = { name: `${name}'s console`, scopes, person };
    const token = await this.call('POST', '/api/v1/tokens', { token: admin, json });
    assert.equal(token.status, 201, JSON.stringify(token.body));
    return { person, token: String(token.body.secret), tokenId: String(token.body.id) };
  }

  steps(owner: string, { turn }: Ask): readonly Step[] {
    const access: Access = { principal: owner, scopes: new Set(), via: 'session', credential: 'ses' };
    return this.rig.parts.store.readSteps(access, turn).map(({ step }) => step);
  }
}

export async function askedRig(t: TestContext): Promise<AskedRig> {
  const rig = await startRig();
  t.after(() => rig.close());
  return new AskedRig(rig);
}
