import type { AuditEvent } from '@bakerst/shared/audit';
import type { RecordedStep, Step, StepOf } from '@bakerst/shared/steps';

export interface TurnPlace {
  readonly turn: string;
  readonly conversation: string;
}

/** The audit event of a step has the step's own uuid: the same step can only ever be one event. */
export function auditEventId(step: string): string {
  return `evt_${step.slice('step_'.length)}`;
}

/**
 * The audit events of newly recorded steps: ids, names, digests, numbers and outcomes, never contents. Pure, so that
 * a resumed turn makes the very same bytes again.
 */
export function auditEventsOf(
  steps: readonly Step[],
  place: TurnPlace,
  recorded: readonly RecordedStep[],
): readonly AuditEvent[] {
  return steps.flatMap((step) => {
    const decided = decisionOf(step, steps, recorded);
    const described = describe(step, decided);
    if (!described) return [];
    const { at, actor, onBehalfOf, id } = step;
    const { turn, conversation } = place;
    return [
      { v: 1, ...described, id: auditEventId(id), at, actor, onBehalfOf, conversation, turn, step: id },
    ];
  });
}

type Described = Pick<AuditEvent, 'type' | 'body'>;

function describe(step: Step, decided: StepOf<'tool_decided'> | undefined): Described | undefined {
  switch (step.type) {
    case 'model_started':
      return { type: 'llm.call_started', body: modelStarted(step) };
    case 'model_ended':
      return { type: 'llm.call_ended', body: modelEnded(step) };
    case 'tool_decided':
      return { type: 'tool.decided', body: toolDecided(step) };
    case 'approval_requested':
      return {
        type: 'approval.requested',
        body: { approval: step.approval, call: step.call, digest: step.digest, expiresAt: step.expiresAt },
      };
    case 'approval_decided':
      return {
        type: 'approval.decided',
        body: approvalDecided(step),
      };
    case 'tool_intended':
      return {
        type: 'tool.intended',
        body: {
          call: step.call,
          digest: step.digest,
          approval: step.approval ?? null,
          ...lookedUp(step),
          ...toolName(decided),
        },
      };
    case 'tool_ended':
      return {
        type: 'tool.ended',
        body: {
          call: step.call,
          outcome: step.outcome,
          error: step.error?.code ?? null,
          durationMs: step.durationMs,
          ...lookedUp(step),
          ...toolName(decided),
        },
      };
    case 'message_received':
    case 'plan_made':
    case 'tool_started':
    case 'context_compacted':
    case 'turn_ended':
      return undefined;
    default:
      return step satisfies never;
  }
}

/** The decision a call's later steps belong to: it names the tool. */
function decisionOf(
  step: Step,
  fresh: readonly Step[],
  recorded: readonly RecordedStep[],
): StepOf<'tool_decided'> | undefined {
  if (step.type !== 'tool_intended' && step.type !== 'tool_ended') return undefined;
  const isIt = (one: Step): one is StepOf<'tool_decided'> =>
    one.type === 'tool_decided' && one.call === step.call;
  return fresh.find(isIt) ?? recorded.map((one) => one.step).find(isIt);
}

function toolName(decided: StepOf<'tool_decided'> | undefined): AuditEvent['body'] {
  return { tool: decided?.tool ?? null, server: decided?.server ?? null, pin: decided?.pin ?? null };
}

/** The monitor's own reads for a call, by name. */
function lookedUp(
  step: StepOf<'tool_decided'> | StepOf<'tool_intended'> | StepOf<'tool_ended'>,
): AuditEvent['body'] {
  return step.lookedUp ? { lookedUp: step.lookedUp } : {};
}

function modelStarted(step: StepOf<'model_started'>): AuditEvent['body'] {
  const { call, attempt, role, model, holdMicros, promptHash, toolsHash, label } = step;
  return { call, attempt, role, model, holdMicros, promptHash, toolsHash, ...label };
}

function modelEnded(step: StepOf<'model_ended'>): AuditEvent['body'] {
  const { call, attempt, outcome, costMicros, usage, usageSource } = step;
  const error = step.error?.code ?? null;
  return {
    call,
    attempt,
    outcome,
    costMicros,
    ...usage,
    usageSource,
    reportedModel: step.reportedModel ?? null,
    error,
  };
}

function toolDecided(step: StepOf<'tool_decided'>): AuditEvent['body'] {
  const { call, tool, server, effect, digest, policyHash, verdict, label } = step;
  return {
    call,
    tool,
    server,
    effect,
    digest,
    policyHash,
    pin: step.pin ?? null,
    decision: verdict.decision,
    rules: verdict.reasons.map((reason) => reason.rule),
    ...lookedUp(step),
    ...label,
  };
}

/** With the proof of a person; how the clock or a newer message closed it is told by the decision alone. */
function approvalDecided(step: StepOf<'approval_decided'>): AuditEvent['body'] {
  const { approval, call, decision, proof, endorsed } = step;
  if (!proof) return { approval, call, decision };
  const fourEyes = step.actor !== step.onBehalfOf;
  return { approval, call, decision, ...proof, fourEyes, endorsed: endorsed?.length ?? 0 };
}

/** What happened to money, which no step tells: a hold that was refused, a use above its hold. */
export function moneyEvent(
  who: { readonly id: string; readonly at: string; readonly actor: string; readonly onBehalfOf: string },
  place: TurnPlace,
  told: { readonly type: 'budget.refused' | 'budget.overdrawn'; readonly body: AuditEvent['body'] },
): AuditEvent {
  return { v: 1, ...told, ...who, turn: place.turn, conversation: place.conversation };
}
