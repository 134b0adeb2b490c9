import assert from 'node:assert/strict';
import type { AuditEvent } from '@bakerst/shared/audit';
import type { Grant, Stop } from '@bakerst/shared/guard';
import type { Access, Scope } from '@bakerst/shared/identity';
import { createIdSource, type IdSource } from '@bakerst/shared/ids';
import type { Hold, Settlement } from '@bakerst/shared/money';
import type { Step, StepOf } from '@bakerst/shared/steps';
import type { Store } from '@bakerst/shared/store';
import type { AcceptedTurn, AcceptTurn, AppendOutcome, Lease } from '@bakerst/shared/store/turn-store';

/** Turns as the brain would write them, for this package's tests and bench. */
export interface Scenario {
  readonly ids: IdSource;
  readonly store: Store;
  readonly access: Access;
}

const LABEL = { integrity: 'trusted', confidentiality: 'internal' } as const;
const HASH = 'a'.repeat(64);

export async function createScenario(store: Store, subject = 'operator'): Promise<Scenario> {
  const ids = createIdSource();
  const principal = await store.ensurePrincipal({
    id: ids('principal'),
    kind: 'human',
    name: subject,
    issuer: 'local',
    subject,
  });
  return { ids, store, access: accessOf(principal.id) };
}

export function accessOf(principal: string, via: Access['via'] = 'session'): Access {
  return { principal, scopes: new Set(['chat', 'approve']), via, credential: `ses_${principal}` };
}

/** The same caller with other scopes. */
export function withScopes(access: Access, ...scopes: readonly Scope[]): Access {
  return { ...access, scopes: new Set(scopes) };
}

export function common(scenario: Scenario, at = new Date().toISOString()) {
  const { principal } = scenario.access;
  return { v: 1 as const, id: scenario.ids('step'), at, actor: principal, onBehalfOf: principal };
}

export function messageStep(scenario: Scenario, text: string): StepOf<'message_received'> {
  return {
    ...common(scenario),
    type: 'message_received',
    message: scenario.ids('message'),
    author: scenario.access.principal,
    parts: [{ type: 'words', text }],
    label: LABEL,
    options: {},
  };
}

export function acceptInput(
  scenario: Scenario,
  input: Partial<AcceptTurn> & { text?: string } = {},
): AcceptTurn {
  const { text = 'What is the time?', ...rest } = input;
  return {
    access: scenario.access,
    turn: scenario.ids('turn'),
    conversation: scenario.ids('conversation'),
    createConversation: { title: 'A conversation', hidden: false },
    message: messageStep(scenario, text),
    searchText: text,
    claimFor: { owner: 'brain_1', leaseMs: 60_000 },
    outbox: [],
    ...rest,
  };
}

/** Accepts a message in an idle conversation and takes its lease. */
export async function acceptClaimed(
  scenario: Scenario,
  input: Partial<AcceptTurn> & { text?: string } = {},
): Promise<AcceptedTurn & { lease: Lease }> {
  const accepted = await scenario.store.acceptTurn(acceptInput(scenario, input));
  assert(accepted.lease !== undefined, 'The turn was not claimed.');
  return { ...accepted, lease: accepted.lease };
}

export function modelStarted(scenario: Scenario, hold: Hold): StepOf<'model_started'> {
  return {
    ...common(scenario),
    type: 'model_started',
    call: hold.call,
    attempt: 1,
    role: 'agent',
    model: 'demo/demo',
    holdMicros: hold.micros,
    label: LABEL,
    promptHash: HASH,
    toolsHash: HASH,
    estimatedInputTokens: 1_200,
  };
}

export function modelEnded(scenario: Scenario, settlement: Settlement, text: string): StepOf<'model_ended'> {
  return {
    ...common(scenario),
    type: 'model_ended',
    call: settlement.call,
    attempt: 1,
    outcome: 'completed',
    parts: [{ type: 'text', text }],
    stopReason: 'end',
    reportedModel: 'demo',
    usage: { inputTokens: 1_180, outputTokens: 12, cacheReadTokens: 0, cacheWriteTokens: 0 },
    usageSource: 'reported',
    costMicros: settlement.micros,
    label: LABEL,
    firstTokenMs: 1.25,
    durationMs: 3.5,
  };
}

export function turnEnded(
  scenario: Scenario,
  status: StepOf<'turn_ended'>['status'] = 'completed',
): StepOf<'turn_ended'> {
  return { ...common(scenario), type: 'turn_ended', status };
}

export function append(
  scenario: Scenario,
  place: { lease: Lease; seq: number },
  change: { steps: readonly Step[] } & Partial<Parameters<Store['appendSteps']>[0]>,
): Promise<AppendOutcome> {
  return scenario.store.appendSteps({
    lease: place.lease,
    expectedSeq: place.seq,
    outbox: [],
    leaseAfter: 'keep',
    ...change,
  });
}

/** The smallest whole turn: three units. */
export async function trivialTurn(
  scenario: Scenario,
  input: Partial<AcceptTurn> & { text?: string } = {},
): Promise<AcceptedTurn> {
  const accepted = await acceptClaimed(scenario, input);
  const { lease } = accepted;
  const call = scenario.ids('modelCall');
  const hold = { call, micros: 100, scopes: [{ key: 'global:2026-11', limitMicros: 1e12 }] };
  const settlement = { call, micros: 42 };
  await append(scenario, { lease, seq: 1 }, { steps: [modelStarted(scenario, hold)], hold });
  const answer = 'It is a quarter past nine.';
  await append(
    scenario,
    { lease, seq: 2 },
    {
      steps: [modelEnded(scenario, settlement, answer), turnEnded(scenario)],
      settlement,
      leaseAfter: 'ended',
      searchText: answer,
    },
  );
  return accepted;
}

/** Runs the turn up to an open ask and parks it. Returns the ask and the seq. */
export async function parkedTurn(
  scenario: Scenario,
  input: Partial<AcceptTurn> & { expiresAt?: string; fourEyes?: boolean } = {},
): Promise<AcceptedTurn & { lease: Lease; approval: string; call: string; digest: string }> {
  const { expiresAt = '2099-01-01T00:00:00.000Z', fourEyes, ...rest } = input;
  const accepted = await acceptClaimed(scenario, rest);
  const asked = { ...approvalRequested(scenario, expiresAt), ...(fourEyes && { fourEyes }) };
  await append(
    scenario,
    { lease: accepted.lease, seq: 1 },
    { steps: [asked], leaseAfter: 'parked', parkedFor: asked.approval },
  );
  return { ...accepted, approval: asked.approval, call: asked.call, digest: asked.digest };
}

export function approvalRequested(scenario: Scenario, expiresAt: string): StepOf<'approval_requested'> {
  return {
    ...common(scenario),
    type: 'approval_requested',
    approval: scenario.ids('approval'),
    call: scenario.ids('toolCall'),
    digest: HASH,
    expiresAt,
  };
}

export function approvalDecided(
  scenario: Scenario,
  asked: { approval: string; call: string },
  decision: StepOf<'approval_decided'>['decision'],
): StepOf<'approval_decided'> {
  return {
    ...common(scenario),
    type: 'approval_decided',
    approval: asked.approval,
    call: asked.call,
    decision,
  };
}

/** The call that an ask is about, as the guard judged it. */
export function toolDecided(scenario: Scenario, call: string): StepOf<'tool_decided'> {
  const shown = { title: 'Send a mail', tool: 'mail__send', server: 'mail', effect: 'external' } as const;
  return {
    ...common(scenario),
    type: 'tool_decided',
    call,
    tool: shown.tool,
    server: shown.server,
    effect: shown.effect,
    arguments: { to: 'ann@example.com' },
    digest: HASH,
    sameCallDigest: HASH,
    idempotent: false,
    verdict: {
      decision: 'ask',
      reasons: [{ rule: 'test', message: 'asks' }],
      card: { ...shown, values: [] },
    },
    label: LABEL,
    policyHash: HASH,
  };
}

export function toolIntended(
  scenario: Scenario,
  asked: { approval?: string; call: string; digest?: string },
): StepOf<'tool_intended'> {
  return {
    ...common(scenario),
    type: 'tool_intended',
    call: asked.call,
    event: scenario.ids('auditEvent'),
    digest: asked.digest ?? HASH,
    ...(asked.approval === undefined ? {} : { approval: asked.approval }),
  };
}

export function grantOf(scenario: Scenario, change: Partial<Grant> = {}): Grant {
  return {
    id: scenario.ids('grant'),
    principal: scenario.access.principal,
    server: 'mail',
    slot: 'recipient',
    value: 'ann@example.com',
    createdAt: '2026-01-01T00:00:00.000Z',
    expiresAt: '2099-01-01T00:00:00.000Z',
    ...change,
  };
}

export function stopOf(scenario: Scenario, change: Partial<Stop> = {}): Stop {
  return {
    id: scenario.ids('stop'),
    scope: 'everything',
    target: '',
    by: scenario.access.principal,
    at: '2026-01-01T00:00:00.000Z',
    ...change,
  };
}

export function auditEvent(scenario: Scenario): AuditEvent {
  const { id, v, at, actor, onBehalfOf } = { ...common(scenario), id: scenario.ids('auditEvent') };
  return { v, id, at, actor, onBehalfOf, type: 'auth.denied', body: { reason: 'test' } };
}
