import { createHash } from 'node:crypto';
import type { DecideApprovalRequest } from '@bakerst/shared/api/guard';
import type { Effect, Grant, JudgedValue } from '@bakerst/shared/guard';
import type { IdSource } from '@bakerst/shared/ids';
import { cardOf, type FoundApproval, needsFourEyes } from './approval-parts.ts';
import { endorsementRefused } from './refusals.ts';

const DAY_MS = 86_400_000;
/** Effects whose calls are approved one by one: nothing of theirs counts for another call. */
const ONE_BY_ONE: ReadonlySet<Effect> = new Set(['money', 'exec', 'admin']);

export interface Endorsements {
  /** Names of the card's values that count for the rest of the request. */
  readonly endorsed: readonly string[];
  readonly grants: readonly Grant[];
}

interface Asked {
  readonly found: FoundApproval;
  readonly ids: IdSource;
  readonly now: number;
}

/**
 * What a decision lets count beyond its own call.
 * @throws CodedError `approval_endorsement_refused` for anything that the card does not offer
 */
export function endorsementsOf(request: DecideApprovalRequest, asked: Asked): Endorsements {
  const names = [...new Set([...(request.endorse ?? []), ...(request.remember?.names ?? [])])];
  if (names.length === 0) return { endorsed: [], grants: [] };
  if (request.decision !== 'approved') throw endorsementRefused('A denial endorses nothing.');
  const values = new Map(names.map((name) => [name, endorsable(name, asked.found)]));
  const { remember } = request;
  if (!remember) return { endorsed: names, grants: [] };
  const remembered = [...new Set(remember.names)].flatMap((name) => values.get(name) ?? []);
  return { endorsed: names, grants: remembered.map((value) => grantOf(value, remember.days, asked)) };
}

interface Endorsable {
  readonly value: JudgedValue;
  readonly server: string;
}

function endorsable(name: string, found: FoundApproval): Endorsable {
  const { decided } = found;
  const card = cardOf(found);
  if (decided && (ONE_BY_ONE.has(decided.effect) || (card && ONE_BY_ONE.has(card.effect)))) {
    throw endorsementRefused(`Calls with the effect ${decided.effect} are approved one by one.`);
  }
  const value = card?.values.find((one) => one.name === name);
  if (decided && value?.endorsable === true) return { value, server: decided.server };
  throw endorsementRefused(`The card offers no value "${name.slice(0, 100)}" to endorse.`);
}

/** A second pair of eyes, or a fresh proof, is asked for each time: it must not be outlasted by a grant. */
function grantOf({ value, server }: Endorsable, days: number, { found, ids, now }: Asked): Grant {
  if (needsFourEyes(found) || cardOf(found)?.stepUp === true) {
    throw endorsementRefused('Where four eyes or a fresh sign-in are asked, nothing is remembered.');
  }
  if (value.slot === undefined) {
    throw endorsementRefused(
      `The value "${value.name.slice(0, 100)}" has no slot that it could be remembered for.`,
    );
  }
  return {
    id: ids('grant'),
    // Whose request it is, whoever decides.
    principal: found.pending.owner,
    server,
    slot: value.slot,
    value: value.value,
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + days * DAY_MS).toISOString(),
  };
}

/** For the audit log, which holds no values: tells whether two grants are of the same one. */
export function valueDigest({ value }: Grant): string {
  return createHash('sha256').update(value, 'utf8').digest('hex');
}
