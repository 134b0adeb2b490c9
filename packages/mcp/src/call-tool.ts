import type { ToolOutput } from '@bakerst/shared/tools';
import type { Progress } from '@modelcontextprotocol/sdk/types.js';
import { describeError, mcpError } from './errors.ts';
import type { McpSession } from './mcp-session.ts';
import { errorOutput, type ResultLimits, readToolResult } from './tool-result.ts';
import { oneLine } from './visible-text.ts';

export interface ToolCall {
  readonly server: string;
  /** As the server knows it. */
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly deadlineMs: number;
  readonly limits: ResultLimits;
  readonly signal: AbortSignal;
}

/**
 * One `tools/call`. An answer of the server, also "no", resolves; where there was none (deadline, abort, death) it
 * rejects, because then nobody knows whether the call had its effect.
 */
export async function callTool(session: McpSession, call: ToolCall): Promise<ToolOutput> {
  const progress = new LastProgress();
  try {
    const result = await session.request(
      'tools/call',
      { name: call.tool, arguments: call.args },
      {
        signal: call.signal,
        timeout: call.deadlineMs,
        onprogress: (report) => progress.note(report),
      },
    );
    return readToolResult(result, call.limits);
  } catch (error) {
    if (call.signal.aborted) throw cancelled(call, progress.text);
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (session.isOver() || code === CONNECTION_CLOSED) throw unknownOutcome(call, progress.text, error);
    if (code === REQUEST_TIMEOUT) throw late(call, progress.text);
    if (typeof code === 'number' && code < CONNECTION_CLOSED) return errorOutput(refusal(call, error));
    throw unknownOutcome(call, progress.text, error);
  }
}

const CONNECTION_CLOSED = -32_000;
const REQUEST_TIMEOUT = -32_001;

/** What the server said last about how far it was; a flood of reports costs nothing but the last one. */
class LastProgress {
  text = '';

  note(report: Progress): void {
    const { progress, total, message } = report;
    const of = typeof total === 'number' ? ` of ${total}` : '';
    const words = typeof message === 'string' ? ` (${oneLine(message, 200)})` : '';
    this.text = ` The server's last report was ${Number(progress)}${of}${words}.`;
  }
}

function refusal(call: ToolCall, error: unknown): string {
  return `${call.server} refused the call of ${oneLine(call.tool, 100)}: ${oneLine(describeError(error), 2_000)}`;
}

function unknownOutcome(call: ToolCall, progress: string, cause: unknown) {
  return mcpError({
    code: 'mcp_outcome_unknown',
    message: `The connection to ${call.server} ended while ${oneLine(call.tool, 100)} was running; its outcome is unknown.${progress}`,
    remedy: 'Check by other means whether it took effect before trying again.',
    cause,
  });
}

function late(call: ToolCall, progress: string) {
  return mcpError({
    code: 'mcp_call_timeout',
    message: `${call.server} did not answer ${oneLine(call.tool, 100)} within ${call.deadlineMs} ms; its outcome is unknown.${progress}`,
    remedy: 'Raise `deadlineMs` of this server if its work takes longer.',
  });
}

function cancelled(call: ToolCall, progress: string) {
  return mcpError({
    code: 'mcp_call_cancelled',
    message: `${oneLine(call.tool, 100)} of ${call.server} was cancelled; its outcome is unknown.${progress}`,
    remedy: 'Check by other means whether it took effect before trying again.',
  });
}
