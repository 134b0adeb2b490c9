import type { ToolResultPart } from '@bakerst/shared/content';
import type { Effect, ToolStanding } from '@bakerst/shared/guard';
import { HIGHEST_LABEL, type Label } from '@bakerst/shared/labels';
import type { ToolCallContext, ToolDefinition, ToolOutput, ToolSource } from '@bakerst/shared/tools';
import { inspectResult, type ResultInspector } from './inspect-result.ts';
import { truncateContent } from './truncate-content.ts';

export interface RanCall {
  readonly outcome: 'ok' | 'error' | 'unknown';
  readonly content: readonly ToolResultPart[];
  readonly label: Label;
  readonly truncated?: { readonly bytes: number; readonly keptBytes: number };
  /** The result as data, where its source gave it so. */
  readonly structured?: unknown;
  /** Secrets that were taken out of it. */
  readonly redacted?: number;
  /** What looked suspicious in it, in words. */
  readonly findings?: string[];
  readonly error?: { readonly code: string; readonly message: string };
  readonly durationMs: number;
}

export interface BoundedRun {
  /** Absent where the tool is gone or has changed since the verdict. */
  readonly source?: ToolSource;
  readonly definition?: ToolDefinition;
  readonly standing?: ToolStanding;
  readonly inspector: ResultInspector;
  readonly tool: string;
  readonly effect: Effect;
  readonly args: Readonly<Record<string, unknown>>;
  readonly context: ToolCallContext;
  readonly clock: () => number;
}

const CORE_LABEL: Label = { integrity: 'trusted', confidentiality: 'internal' };

/**
 * Runs a handler with a deadline and an abort signal and turns everything that can go wrong into a result. A call
 * with an effect that was cut off (deadline, abort, a connection that died) may have happened: its outcome is
 * `unknown`, never `error`.
 */
export async function runBounded(run: BoundedRun): Promise<RanCall> {
  const from = run.clock();
  const { source, definition } = run;
  if (!source || !definition) {
    return failed(run, from, {
      code: 'tool_unavailable',
      message: `${run.tool} is not available any more.`,
      mayHaveRun: false,
    });
  }
  const deadline = AbortSignal.timeout(definition.deadlineMs);
  const signal = AbortSignal.any([run.context.signal, deadline]);
  if (signal.aborted) return failed(run, from, { ...stopped(run), mayHaveRun: false });
  try {
    const output = await settleOnAbort(source.call(run.tool, run.args, { ...run.context, signal }), signal);
    return finished(run, from, output);
  } catch (error) {
    return failed(run, from, describeFailure(run, error, deadline));
  }
}

/** A handler that ignores its signal must not hold the turn. */
function settleOnAbort(work: Promise<ToolOutput>, signal: AbortSignal): Promise<ToolOutput> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function finished(run: BoundedRun, from: number, output: ToolOutput): RanCall {
  const { definition, standing } = run;
  const { content: read, ...inspected } = inspectResult(run, output);
  const { content, truncated } = truncateContent(read, definition?.maxResultBytes ?? 0);
  const label = inspected.label ?? output.label ?? standing?.results ?? HIGHEST_LABEL;
  const error = { code: 'tool_reported_error', message: `${run.tool} reported an error.` };
  return {
    outcome: output.isError ? 'error' : 'ok',
    content,
    ...inspected,
    label,
    durationMs: run.clock() - from,
    ...(truncated && { truncated }),
    ...(output.isError && { error }),
  };
}

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly mayHaveRun: boolean;
}

function stopped(run: BoundedRun): Omit<Failure, 'mayHaveRun'> {
  return { code: 'tool_cancelled', message: `${run.tool} was stopped.` };
}

function describeFailure(run: BoundedRun, error: unknown, deadline: AbortSignal): Failure {
  if (run.context.signal.aborted) return { ...stopped(run), mayHaveRun: true };
  if (deadline.aborted) {
    const seconds = (run.definition?.deadlineMs ?? 0) / 1_000;
    return {
      code: 'tool_deadline',
      message: `${run.tool} did not answer within ${seconds} s.`,
      mayHaveRun: true,
    };
  }
  const message = error instanceof Error ? error.message.slice(0, 1_000) : 'no reason given';
  return { code: 'tool_crashed', message: `${run.tool} failed: ${message}`, mayHaveRun: !didNotStart(error) };
}

/** A door says with `code: 'tool_not_started'` that nothing was sent, so that nothing can have happened. */
function didNotStart(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'tool_not_started';
}

function failed(run: BoundedRun, from: number, failure: Failure): RanCall {
  const isUnknown = failure.mayHaveRun && run.effect !== 'read';
  const advice = isUnknown
    ? ' Whether it took effect is UNKNOWN. Do not call it again; tell the person what is unknown.'
    : '';
  return {
    outcome: isUnknown ? 'unknown' : 'error',
    content: [{ type: 'text', text: run.inspector.redact(`${failure.message}${advice}`).text }],
    // A failure's text may quote the server: it is worth no more than the server's results.
    label: run.definition?.server === 'core' ? CORE_LABEL : HIGHEST_LABEL,
    error: { code: failure.code, message: run.inspector.redact(failure.message).text },
    durationMs: run.clock() - from,
  };
}
