import { runEffect } from '@bakerst/agent/call-facts';
import type { DecidedCall, IntendedCall } from '@bakerst/agent/next-action';
import type { RanCall } from '@bakerst/agent/run-bounded';
import type { RunPermit } from '@bakerst/agent/run-permits';
import type { SecondVerdict } from '@bakerst/agent/unified-tool-registry';
import { sealEvent } from '@bakerst/audit/event-digest';
import type { Receipt } from '@bakerst/shared/audit';
import { CodedError } from '@bakerst/shared/coded-error';
import type { ToolCallPart } from '@bakerst/shared/content';
import type { GuardContext } from '@bakerst/shared/guard';
import type { StepOf } from '@bakerst/shared/steps';
import { messageOf } from './assemble-context.ts';
import {
  askedAnew,
  auditAway,
  deniedNow,
  type Ending,
  interruptedCall,
  type Looked,
  movedMeanwhile,
  refusal,
} from './call-endings.ts';
import { guardContext } from './guard-context.ts';
import { makePlan } from './make-plan.ts';
import { auditEventId, auditEventsOf } from './step-audit.ts';
import { interruptionOf, type TurnRun } from './turn-run.ts';

/** How long an approval stays open where somebody is there, and where nobody is. */
const ATTENDED_EXPIRY_MS = 3_600_000;
const UNATTENDED_EXPIRY_MS = 86_400_000;
/** Audit events that may wait before reads stop too. */
const MOST_WAITING_EVENTS = 10_000;

/** Verdicts of a whole batch, in call order, on the state before it; one append. */
export async function decideCalls(run: TurnRun, calls: readonly ToolCallPart[]): Promise<void> {
  const { guard } = run.parts.registry;
  await run.parts.contents.keep({ hash: guard.policyHash, kind: 'policy', text: guard.policyText });
  let known = await contextWithPlan(run, calls);
  const clientTools = new Set((messageOf(run).options.clientTools ?? []).map((tool) => tool.name));
  const steps: StepOf<'tool_decided'>[] = [];
  for (const part of calls) {
    const decision = await run.parts.registry.decide(known, part, { clientTools, signal: run.signal });
    const step = run.journal.step('tool_decided', decision);
    steps.push(step);
    // Each verdict knows those before it: calls of one batch share what the words allow.
    known = guard.observe(known, step, run.journal.record.id);
  }
  await run.journal.append({ steps });
}

/** Where the words alone would lead to an ask, a planner that reads nothing but them is heard first, once a turn. */
async function contextWithPlan(run: TurnRun, calls: readonly ToolCallPart[]): Promise<GuardContext> {
  const context = guardContext(run);
  const { registry } = run.parts;
  if (!registry.guard.wantsPlan(context, registry.proposals(calls))) return context;
  await makePlan(run);
  return guardContext(run);
}

/** Answers calls that may not run, with what the person could do about it. */
export async function refuseCalls(run: TurnRun, calls: readonly DecidedCall[]): Promise<void> {
  const steps = calls.map((call) => endedStep(run, call, refusal(call)));
  await run.journal.append({ steps });
}

/** Opens the approvals of a batch and parks the turn: no lease and no memory is held while a person thinks. */
export async function requestApprovals(run: TurnRun, calls: readonly DecidedCall[]): Promise<void> {
  const { ids, now } = run.parts;
  const expiryMs = messageOf(run).options.unattended ? UNATTENDED_EXPIRY_MS : ATTENDED_EXPIRY_MS;
  const steps = calls.map((call) =>
    run.journal.step('approval_requested', {
      approval: ids('approval'),
      call: call.part.call,
      digest: call.decided.digest,
      expiresAt: new Date(now() + expiryMs).toISOString(),
      ...(asksSecondPerson(call) && { fourEyes: true }),
    }),
  );
  const parkedFor = steps[0]?.approval ?? '';
  await run.journal.append({ steps, leaseAfter: 'parked', parkedFor });
}

function asksSecondPerson({ decided: { verdict } }: DecidedCall): boolean {
  return verdict.decision === 'ask' && verdict.card.fourEyes === true;
}

/**
 * Writes the intent of calls that may run; consumes their approvals. A call that was approved is judged again first,
 * under the policy of now.
 */
export async function intendCalls(run: TurnRun, calls: readonly DecidedCall[]): Promise<void> {
  const steps: (StepOf<'tool_ended'> | StepOf<'tool_intended'>)[] = [];
  for (const call of calls) {
    const { obstacle, looked } = await obstacleNow(run, call);
    steps.push(obstacle ? endedStep(run, call, { ...obstacle, ...looked }) : intendedStep(run, call, looked));
  }
  await run.journal.append({ steps });
}

/**
 * A person's approval and a verdict of a former policy both stand under the policy of now: a deny refuses, what the call
 * refers to must be what it was, and a reason that the person was not shown must be asked anew.
 */
async function obstacleNow(run: TurnRun, { approval, decided }: DecidedCall): Promise<SecondLook> {
  const { registry } = run.parts;
  const isMoving = (decided.referents ?? []).some((one) => one.state === 'resolved');
  if (!approval && !isMoving && decided.policyHash === registry.guard.policyHash) return {};
  const again = await registry.decideAgain(guardContext(run), decided, run.signal);
  const obstacle = obstacleOf(again, approval && decided);
  return {
    ...(obstacle && { obstacle }),
    ...(again.lookedUp && { looked: { lookedUp: [...again.lookedUp] } }),
  };
}

interface SecondLook {
  readonly obstacle?: Ending;
  readonly looked?: Looked;
}

function obstacleOf(again: SecondVerdict, approved: StepOf<'tool_decided'> | undefined): Ending | undefined {
  if (again.decision === 'allow') return undefined;
  if (again.decision === 'changed') return movedMeanwhile();
  if (again.decision === 'deny' || !approved) return deniedNow();
  const shown = new Set(approved.verdict.reasons.map((reason) => reason.rule));
  return again.rules.every((rule) => shown.has(rule)) ? undefined : askedAnew();
}

function intendedStep(
  run: TurnRun,
  { part, decided, approval }: DecidedCall,
  looked: Looked | undefined,
): StepOf<'tool_intended'> {
  const step = run.journal.step('tool_intended', {
    call: part.call,
    digest: decided.digest,
    event: '',
    ...(approval && { approval: approval.approval }),
    ...looked,
  });
  return { ...step, event: auditEventId(step.id) };
}

/** Gets the receipts, records the starts, runs side by side, and records each end as it comes, in call order. */
export async function startCalls(run: TurnRun, calls: readonly IntendedCall[]): Promise<void> {
  const permitted = await Promise.all(calls.map((call) => permitCall(run, call)));
  const refused = permitted.flatMap((one) => ('ended' in one ? [one.ended] : []));
  const ready = permitted.flatMap((one) => ('permit' in one ? [one] : []));
  const started = ready.map(({ call, receipt }) =>
    run.journal.step('tool_started', { call: call.part.call, ...(receipt && { receipt: receipt.digest }) }),
  );
  await run.journal.append({ steps: [...refused, ...started] });
  const running = ready.map((one) => ({ ...one, ran: runCall(run, one.permit) }));
  for (const { call, ran, looked } of running) await recordResult(run, call, { ...(await ran), ...looked });
}

/** A call that a dead brain had started: again under the same key if that is safe, else its outcome is unknown. */
export async function recoverCall(run: TurnRun, call: IntendedCall): Promise<void> {
  const isSafe = call.decided.idempotent || runEffect(call.decided) === 'read';
  if (!isSafe) return recordResult(run, call, interruptedCall(call));
  const { obstacle, looked } = await obstacleNow(run, call);
  if (obstacle) return recordResult(run, call, { ...interruptedCall(call), ...looked });
  const permitted = await getPermit(run, call, looked);
  if ('ended' in permitted) {
    await run.journal.append({ steps: [permitted.ended] });
    return;
  }
  await recordResult(run, call, { ...(await runCall(run, permitted.permit)), ...permitted.looked });
}

type Permitted =
  | {
      readonly call: IntendedCall;
      readonly permit: RunPermit;
      readonly receipt?: Receipt;
      readonly looked?: Looked;
    }
  | { readonly ended: StepOf<'tool_ended'> };

async function permitCall(run: TurnRun, call: IntendedCall): Promise<Permitted> {
  const { obstacle, looked } = await obstacleNow(run, call);
  if (obstacle) return { ended: endedStep(run, call, { ...obstacle, ...looked }) };
  return getPermit(run, call, looked);
}

/** For a call that was looked at again just now: `looked` goes into the record of its end. */
async function getPermit(run: TurnRun, call: IntendedCall, looked: Looked | undefined): Promise<Permitted> {
  const { decided, approval, intended } = call;
  const place = { turn: run.journal.record.id, conversation: run.journal.record.conversation };
  const [event] = auditEventsOf([intended], place, run.journal.steps);
  if (!event) throw new TypeError('An intent always has an audit event.');
  const intentDigest = sealEvent(event).digest;
  try {
    const receipt = runEffect(decided) === 'read' ? undefined : await run.parts.relay.receipt(event);
    if (!receipt) requireRoomForEvents(run);
    const evidence = {
      decided,
      intended,
      intentDigest,
      ...(approval && { approval }),
      ...(receipt && { receipt }),
    };
    const permit = run.parts.registry.permit(evidence);
    return { call, permit, ...(receipt && { receipt }), ...(looked && { looked }) };
  } catch (error) {
    if (!(error instanceof CodedError) || error.code !== 'audit_unavailable') throw error;
    run.parts.log.error({ code: error.code, turn: place.turn }, error.message);
    return { ended: endedStep(run, call, { ...auditAway(), ...looked }) };
  }
}

function requireRoomForEvents({ parts }: TurnRun): void {
  if (parts.store.outboxDepth() < MOST_WAITING_EVENTS) return;
  throw new CodedError({
    code: 'audit_unavailable',
    message: `${MOST_WAITING_EVENTS} audit events are waiting: reads stop too.`,
    remedy: 'Make the audit log writable again; see `bakerst doctor`.',
    retryable: true,
  });
}

async function runCall(run: TurnRun, permit: RunPermit): Promise<RanCall> {
  const { id, conversation, owner } = run.journal.record;
  const { tool, server } = permit.decided;
  const stop = run.parts.stops.watch({ conversation, server, tool });
  try {
    const signal = AbortSignal.any([run.signal, stop.signal]);
    return await run.parts.registry.run(permit, { principal: owner, conversation, turn: id, signal });
  } finally {
    stop.done();
  }
}

async function recordResult(run: TurnRun, call: DecidedCall, ran: RanCall & Partial<Looked>): Promise<void> {
  // A drain is not the person's wish: the call is left as it is, and whoever resumes the turn recovers it.
  const interruption = interruptionOf(run.signal);
  const isLeft = interruption?.kind === 'drain' || interruption?.kind === 'lease_lost';
  if (isLeft && ran.error?.code === 'tool_cancelled') throw interruption;
  await run.journal.append({ steps: [endedStep(run, call, ran)] });
  const { server } = call.decided;
  run.parts.onMetric({ type: 'tool_ended', server, outcome: ran.outcome, durationMs: ran.durationMs });
}

function endedStep(run: TurnRun, call: DecidedCall, ending: Ending): StepOf<'tool_ended'> {
  const { content, durationMs, ...rest } = ending;
  return run.journal.step('tool_ended', {
    call: call.part.call,
    ...rest,
    content: [...content],
    durationMs: Math.round(durationMs * 100) / 100,
  });
}
