import assert from 'node:assert/strict';
import { Approval } from '@bakerst/shared/api/conversations';
import { ApprovalDetail } from '@bakerst/shared/api/guard';
import { z } from 'zod';
import { readTurn, until } from '../../running/talk.ts';
import { type Call, json, obeying, type Stack, type Told, toldBy } from './stack.ts';

const Approvals = z.object({ items: z.array(Approval) });

/** Approvals that are open now, newest first. */
export async function openApprovals({ console }: Stack): Promise<readonly Approval[]> {
  return Approvals.parse(await json(console, '/api/v1/approvals?status=open&limit=200')).items;
}

/** Shows the card to whoever sits at the console. */
export async function showApproval({ console }: Stack, approval: string): Promise<ApprovalDetail> {
  return ApprovalDetail.parse(await json(console, `/api/v1/approvals/${approval}`));
}

export interface Decision {
  readonly decision: 'approved' | 'denied';
  readonly endorse?: readonly string[];
  /** What the model does when it goes on. */
  readonly andThen?: readonly Call[];
}

/** Decides what the turn waits for, as somebody does who reads the card and types what must be typed. */
export async function decide(
  stack: Stack,
  told: Told,
  { andThen = [], ...decision }: Decision,
): Promise<Told> {
  const open = (await openApprovals(stack)).filter((one) => one.turn === told.turn.id);
  assert.ok(open.length > 0, `nothing is open in ${told.turn.id}: ${told.turn.status}`);
  stack.model.play(obeying(andThen));
  for (const { id } of open) {
    const shown = await showApproval(stack, id);
    const typed = decision.decision === 'approved' ? typedFor(shown) : {};
    const body = JSON.stringify({ ...decision, nonce: shown.nonce, digest: shown.digest, ...typed });
    await json(stack.console, `/api/v1/approvals/${id}/decision`, { method: 'POST', body });
  }
  return untilSettled(stack, told);
}

/** The destination as somebody types it who read the card, where it must be typed. */
export function typedFor({ typing, decided }: ApprovalDetail): { readonly typed?: string } {
  const verdict = decided?.type === 'tool_decided' ? decided.verdict : undefined;
  const card = verdict?.decision === 'ask' ? verdict.card : undefined;
  return typing && card ? { typed: card.destination ?? card.tool } : {};
}

/** Until the turn is over or waits for another approval. */
export async function untilSettled(stack: Stack, { turn, conversation }: Told): Promise<Told> {
  await until(`the turn ${turn.id} is settled`, async () => {
    const now = await readTurn(stack.brain, turn.id);
    if (['completed', 'failed', 'cancelled'].includes(now.status)) return true;
    if (now.status !== 'parked') return undefined;
    const open = (await openApprovals(stack)).some((one) => one.turn === turn.id);
    return open ? true : undefined;
  });
  return toldBy(stack.brain, turn.id, conversation);
}
