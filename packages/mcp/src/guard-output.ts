import { CodedError } from '@bakerst/shared/coded-error';
import type { ToolResultPart } from '@bakerst/shared/content';
import type { ToolOutput } from '@bakerst/shared/tools';
import { isRecord } from './bounded-schema.ts';
import { describeError, type McpErrorCode, mcpError } from './errors.ts';

export type Redact = (text: string) => string;

/**
 * A result without the secrets that its server was given, should it repeat them. Only what the registry can keep is
 * looked through: it cuts after `maxResultBytes`, and a byte never holds more than one character. Where something was
 * taken out the rest goes: it would move up into what is kept.
 */
export function redactOutput(output: ToolOutput, redact: Redact, maxResultBytes: number): ToolOutput {
  // A secret that begins before the cut is recognised by what follows it.
  const reach = maxResultBytes + 4_096;
  const content = output.content.map((part): ToolResultPart => {
    if (part.type !== 'text') return part;
    const head = part.text.slice(0, reach);
    const text = redact(head);
    if (text === head) return part;
    const left = part.text.length - reach;
    return { ...part, text: left > 0 ? `${text}[${left} more characters were left out]` : text };
  });
  const { structured } = output;
  return {
    ...output,
    content,
    ...(structured !== undefined && { structured: redactValues(structured, redact) }),
  };
}

/** Bounded in depth and size by whoever read it. */
function redactValues(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((member) => redactValues(member, redact));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [redact(name), redactValues(member, redact)]),
  );
}

/** The same error without secrets; its cause may hold them, so it goes. */
export function redactError(error: unknown, redact: Redact): Error {
  if (!(error instanceof CodedError)) return new Error(redact(describeError(error)));
  return mcpError({
    code: error.code as McpErrorCode,
    message: redact(error.message),
    remedy: error.remedy,
  });
}
