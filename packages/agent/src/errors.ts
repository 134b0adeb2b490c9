import { CodedError, type CodedErrorFields } from '@bakerst/shared/coded-error';

export type AgentErrorCode =
  /** A tool was asked to run without a verdict, an approval or a matching receipt. Always a defect or an attack. */
  | 'tool_not_permitted'
  /** A turn's recorded steps contradict each other. */
  | 'turn_inconsistent';

export function agentError(fields: CodedErrorFields<AgentErrorCode>): CodedError<AgentErrorCode> {
  return new CodedError(fields);
}
