import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

export interface DigestedCall {
  readonly principal: string;
  readonly conversation: string;
  readonly turn: string;
  readonly call: string;
  readonly server: string;
  readonly tool: string;
  readonly pin?: string;
  readonly arguments: unknown;
  /** What the arguments refer to, as the monitor found it. */
  readonly referents?: unknown;
}

/** RFC 8785 canonical JSON. */
export function canonicalText(value: unknown): string {
  return canonicalize(value) ?? 'null';
}

/** SHA-256 (hex) of UTF-8 text. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** SHA-256 (hex) of RFC 8785 canonical JSON. */
export function canonicalDigest(value: unknown): string {
  return digestOf(canonicalText(value));
}

/** What an approval and an intent are bound to: this very call of this very turn, and what it refers to. */
export function callDigest(call: DigestedCall): string {
  return canonicalDigest({ v: 1, ...call });
}

/** Recognises "the same call again" of any turn: same tool, same pin, same arguments. */
export function sameCallDigest({
  server,
  tool,
  pin,
  arguments: args,
}: Pick<DigestedCall, 'server' | 'tool' | 'pin' | 'arguments'>): string {
  return canonicalDigest({ v: 1, server, tool, ...(pin !== undefined && { pin }), arguments: args });
}
