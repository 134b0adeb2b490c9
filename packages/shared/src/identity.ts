import { z } from 'zod';

export const PrincipalKind = z.enum(['human', 'service', 'schedule', 'webhook', 'system']);
export type PrincipalKind = z.infer<typeof PrincipalKind>;

/**
 * What a credential may do. `approve`, `speaks-for-user` and `operator-prompt` are never implied by another scope:
 * - `chat`: own conversations, turns, attachments, the tool list; also the OpenAI-compatible API
 * - `config`: read and change runtime configuration (models, MCP servers)
 * - `admin`: tokens, backups, everything an operator does besides approving
 * - `approve`: decide approvals
 * - `speaks-for-user`: its last user message counts as the user's own words (else untrusted)
 * - `operator-prompt`: its `system` message counts as the operator's prompt (else untrusted)
 * - `metrics`: read `/metrics`
 */
export const Scope = z.enum([
  'chat',
  'config',
  'admin',
  'approve',
  'speaks-for-user',
  'operator-prompt',
  'metrics',
]);
export type Scope = z.infer<typeof Scope>;
export const ALL_SCOPES: readonly Scope[] = Scope.options;

/** Who is asking. Every store operation on owned rows takes one; there is no read by bare id. */
export interface Access {
  readonly principal: string;
  readonly scopes: ReadonlySet<Scope>;
  /** How the caller proved itself: an API token, a browser session, or the brain acting for itself. */
  readonly via: 'token' | 'session' | 'system';
  /** Id of the token or session (`tok_...`, `ses_...`), or the brain's instance id. */
  readonly credential: string;
}
