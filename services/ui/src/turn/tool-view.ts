import type { ToolCallPart, ToolResultPart } from '@bakerst/shared/content';
import type { Effect, Verdict } from '@bakerst/shared/guard';
import type { StepOf } from '@bakerst/shared/steps';

/** One tool call as a person sees it: from what the model asked to how it ended. */
export interface ToolView {
  readonly call: string;
  readonly name: string;
  readonly server?: string;
  readonly effect?: Effect;
  /** As the model wrote it; `arguments` is what was checked. */
  readonly rawArguments: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
  readonly verdict?: Verdict;
  /** Id of the principal the agent acts for. */
  readonly onBehalfOf?: string;
  readonly problem?: NonNullable<StepOf<'tool_decided'>['problem']>;
  readonly state: ToolState;
  readonly approval?: ToolApproval;
  readonly content: readonly ToolResultPart[];
  readonly error?: NonNullable<StepOf<'tool_ended'>['error']>;
  readonly truncated?: NonNullable<StepOf<'tool_ended'>['truncated']>;
  readonly durationMs?: number;
  readonly startedAt?: string;
  /** Id of the audit event that stands for the intent. */
  readonly auditEvent?: string;
}

export type ToolState = 'proposed' | 'waiting' | 'running' | 'ok' | 'error' | 'denied' | 'unknown';

export interface ToolApproval {
  readonly id: string;
  readonly digest: string;
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly decision?: StepOf<'approval_decided'>['decision'];
  readonly reason?: string;
  readonly by?: string;
}

type ToolStep = StepOf<
  'tool_decided' | 'approval_requested' | 'approval_decided' | 'tool_intended' | 'tool_started' | 'tool_ended'
>;

export function newTool(part: ToolCallPart): ToolView {
  return { call: part.call, name: part.name, rawArguments: part.arguments, state: 'proposed', content: [] };
}

export function foldTool(tool: ToolView, step: ToolStep): ToolView {
  switch (step.type) {
    case 'tool_decided':
      return decided(tool, step);
    case 'approval_requested': {
      const { approval: id, digest, expiresAt, at } = step;
      return { ...tool, state: 'waiting', approval: { id, digest, expiresAt, requestedAt: at } };
    }
    case 'approval_decided':
      return approvalDecided(tool, step);
    case 'tool_intended':
      return { ...tool, auditEvent: step.event };
    case 'tool_started':
      return { ...tool, state: 'running', startedAt: step.at };
    case 'tool_ended':
      return ended(tool, step);
    default:
      return tool;
  }
}

function decided(tool: ToolView, step: StepOf<'tool_decided'>): ToolView {
  const { server, effect, verdict, problem } = step;
  return {
    ...tool,
    server,
    effect,
    verdict,
    onBehalfOf: step.onBehalfOf,
    ...(step.arguments === undefined ? {} : { arguments: step.arguments }),
    ...(problem === undefined ? {} : { problem }),
  };
}

function approvalDecided(tool: ToolView, step: StepOf<'approval_decided'>): ToolView {
  if (tool.approval === undefined) return tool;
  const { decision, reason, actor } = step;
  const approval = { ...tool.approval, decision, by: actor, ...(reason === undefined ? {} : { reason }) };
  return { ...tool, approval, state: decision === 'approved' ? 'proposed' : 'denied' };
}

function ended(tool: ToolView, step: StepOf<'tool_ended'>): ToolView {
  const { outcome, content, error, truncated, durationMs } = step;
  return {
    ...tool,
    state: outcome,
    content,
    durationMs,
    ...(error === undefined ? {} : { error }),
    ...(truncated === undefined ? {} : { truncated }),
  };
}
