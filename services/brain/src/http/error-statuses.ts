import type { AgentErrorCode } from '@bakerst/agent/errors';
import type { AuditErrorCode } from '@bakerst/audit/errors';
import type { AuditStorageErrorCode } from '@bakerst/audit-storage/errors';
import type { BusErrorCode } from '@bakerst/bus/errors';
import type { McpErrorCode } from '@bakerst/mcp/errors';
import type { ModelsErrorCode } from '@bakerst/models/errors';
import type { SharedErrorCode } from '@bakerst/shared/errors';
import type { ProviderErrorCode } from '@bakerst/shared/models';
import type { StoreErrorCode } from '@bakerst/store/errors';
import type { TaskExecutorErrorCode } from '@bakerst/task-executor/errors';
import type { ApprovalErrorCode } from '../approvals/errors.ts';
import type { ConfigurationErrorCode } from '../configuration/errors.ts';
import type { IdentityErrorCode } from '../identity/errors.ts';
import type { PolicyErrorCode } from '../policy/errors.ts';
import type { PromptsErrorCode } from '../prompts/errors.ts';
import type { StopErrorCode } from '../stops/errors.ts';
import type { TurnErrorCode } from '../turn/errors.ts';
import type { HttpErrorCode } from './errors.ts';

type Statuses<Code extends string> = Readonly<Record<Code, number>>;

const EDGE: Statuses<HttpErrorCode> = {
  unauthenticated: 401,
  credential_invalid: 401,
  credential_expired: 401,
  credential_revoked: 401,
  scope_missing: 403,
  scope_not_held: 403,
  fresh_login_required: 403,
  login_failed: 401,
  login_throttled: 429,
  rate_limited: 429,
  too_many_streams: 429,
  host_refused: 421,
  origin_refused: 403,
  route_not_found: 404,
  method_not_allowed: 405,
  not_found: 404,
  request_malformed: 400,
  body_missing: 400,
  body_too_large: 413,
  body_incomplete: 400,
  media_type_refused: 415,
  malformed_json: 400,
  invalid_request: 400,
  unsupported_parameter: 400,
  attachment_type_refused: 415,
  turn_failed: 502,
  stream_unavailable: 500,
  brain_not_ready: 503,
  internal: 500,
  port_in_use: 500,
  address_unavailable: 500,
  trusted_proxy_invalid: 500,
};

const BRAIN: Statuses<TurnErrorCode | ConfigurationErrorCode | IdentityErrorCode | PromptsErrorCode> = {
  turn_model_call_limit: 422,
  turn_deadline: 504,
  message_too_long: 413,
  budget_exceeded: 402,
  turn_internal_error: 500,
  brain_stopping: 503,
  home_unusable: 500,
  config_unreadable: 500,
  config_malformed: 500,
  config_invalid: 422,
  runtime_config_refused: 422,
  mcp_server_unknown: 404,
  secret_unavailable: 500,
  cli_token_file: 500,
  person_exists: 409,
  person_name_invalid: 422,
  person_unknown: 404,
  prompt_file_unreadable: 500,
};

const GUARDING: Statuses<ApprovalErrorCode | StopErrorCode | PolicyErrorCode> = {
  approval_not_open: 409,
  approval_digest_mismatch: 409,
  approval_not_permitted: 403,
  approval_nonce_invalid: 409,
  approval_typing_required: 422,
  approval_step_up_required: 403,
  approval_needs_second_person: 403,
  approval_endorsement_refused: 422,
  policy_invalid: 422,
  policy_conflict: 409,
  policy_not_writable: 409,
  policy_call_unknown: 404,
  stop_target_unknown: 404,
  stop_target_invalid: 400,
  call_stopped: 409,
};

const STORE: Statuses<StoreErrorCode> = {
  store_not_found: 404,
  store_conflict: 409,
  store_second_person: 403,
  store_fenced: 409,
  store_idempotency_mismatch: 422,
  store_misuse: 500,
  store_full: 507,
  store_io: 500,
  store_busy: 503,
  store_corrupt: 500,
  store_locked: 503,
  store_newer_release: 500,
  store_foreign_file: 500,
  store_backup_refused: 409,
  store_closed: 503,
  store_internal: 500,
};

/** A provider's refusal is an answer from behind us; what the operator or the client can mend is theirs. */
const MODELS: Statuses<ModelsErrorCode | ProviderErrorCode> = {
  no_model_configured: 409,
  model_unknown: 422,
  model_lacks_ability: 422,
  model_without_price: 422,
  provider_unauthorized: 502,
  provider_rate_limited: 503,
  provider_overloaded: 503,
  provider_context_exceeded: 413,
  provider_bad_request: 502,
  provider_unknown_model: 422,
  provider_unreachable: 502,
  provider_timeout: 504,
  provider_malformed: 502,
  provider_not_configured: 422,
};

const TOOLS: Statuses<McpErrorCode | TaskExecutorErrorCode | AgentErrorCode> = {
  mcp_connection_failed: 502,
  mcp_server_misbehaved: 502,
  mcp_outcome_unknown: 502,
  mcp_call_timeout: 504,
  mcp_call_cancelled: 503,
  mcp_secret_unavailable: 500,
  mcp_address_forbidden: 422,
  mcp_unconfined_forbidden: 422,
  mcp_unknown_server: 404,
  sandbox_unavailable: 503,
  sandbox_path_forbidden: 422,
  sandbox_start_failed: 500,
  tool_not_permitted: 500,
  turn_inconsistent: 500,
};

const GROUND: Statuses<SharedErrorCode | BusErrorCode | AuditErrorCode | AuditStorageErrorCode> = {
  unknown_record_version: 500,
  malformed_record: 500,
  bus_forbidden: 500,
  audit_event_too_large: 500,
  audit_event_invalid: 500,
  audit_unavailable: 503,
  audit_conflict: 500,
  audit_file_damaged: 500,
};

const STATUSES: ReadonlyMap<string, number> = new Map(
  [EDGE, BRAIN, GUARDING, STORE, MODELS, TOOLS, GROUND].flatMap((table) => Object.entries(table)),
);

/**
 * The HTTP status of a code, or nothing where the code is not ours. The tables are complete by their types: a new code
 * does not compile until somebody has thought about its status.
 */
export function statusOfCode(code: string): number | undefined {
  return STATUSES.get(code);
}
