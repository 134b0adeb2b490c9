import { acceptTurn } from './accept-turn.ts';
import { appendSteps } from './append-steps.ts';
import { decideApproval, expireApprovals } from './approvals.ts';
import { putAttachment } from './attachments.ts';
import { requestCancel } from './cancel-turn.ts';
import { keepContent } from './contents.ts';
import { createConversation, deleteConversation, updateConversation } from './conversations.ts';
import { revokeGrant } from './grants.ts';
import {
  consumeLoginCode,
  createCredential,
  ensurePrincipal,
  revokeCredential,
  touchCredentials,
} from './identity.ts';
import { claimRunnable, releaseLease, releaseLeasesExcept, renewLease } from './leases.ts';
import { writeNote } from './notes.ts';
import { recordPolicy } from './policies.ts';
import { liftStop, putStop } from './stops.ts';
import { ackOutbox, enqueueOutbox, probe, prune, writeRuntimeConfig } from './system.ts';

/** Everything the writer can do. Each is one complete unit: it checks and writes, or leaves no trace. */
export const UNITS = {
  acceptTurn,
  appendSteps,
  claimRunnable,
  renewLease,
  releaseLease,
  releaseLeasesExcept,
  requestCancel,
  decideApproval,
  expireApprovals,
  createConversation,
  updateConversation,
  deleteConversation,
  putAttachment,
  writeNote,
  ensurePrincipal,
  createCredential,
  consumeLoginCode,
  revokeCredential,
  touchCredentials,
  putStop,
  liftStop,
  revokeGrant,
  keepContent,
  recordPolicy,
  writeRuntimeConfig,
  ackOutbox,
  enqueueOutbox,
  prune,
  probe,
} as const;

export type Units = typeof UNITS;
export type UnitName = keyof Units;
export type UnitInput<K extends UnitName> = Parameters<Units[K]>[1] extends undefined
  ? undefined
  : Parameters<Units[K]>[1];
export type UnitAnswer<K extends UnitName> = ReturnType<Units[K]>;
