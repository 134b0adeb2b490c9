import { createHash } from 'node:crypto';
import type {
  ConfigStore,
  ContentStore,
  IdentityStore,
  OutboxStore,
  PolicyStore,
  StoreLifecycle,
} from '@bakerst/shared/store/system-store';
import { callerOf } from '../caller.ts';
import { misuse } from '../errors.ts';
import { toMs } from '../row.ts';
import { toEventRows } from '../units/step-rows.ts';
import type { WriteClient } from '../writer/write-client.ts';

type SystemWrites = Pick<
  IdentityStore,
  'ensurePrincipal' | 'createCredential' | 'consumeLoginCode' | 'revokeCredential'
> &
  Pick<ConfigStore, 'writeRuntimeConfig'> &
  Pick<ContentStore, 'keepContent'> &
  Pick<PolicyStore, 'recordPolicy'> &
  Pick<OutboxStore, 'ackOutbox' | 'enqueueOutbox'> &
  Pick<StoreLifecycle, 'prune'>;

export function systemWrites(writer: WriteClient): SystemWrites {
  return {
    ensurePrincipal: (input, outbox = []) =>
      writer.run('ensurePrincipal', { ...input, outbox: toEventRows(outbox) }),
    createCredential: (record, secretHash, outbox) =>
      writer.run('createCredential', { record, secretHash, outbox: toEventRows(outbox) }),
    consumeLoginCode: (id, outbox) => writer.run('consumeLoginCode', { id, outbox: toEventRows(outbox) }),
    revokeCredential: (access, id, outbox) =>
      writer.run('revokeCredential', { caller: callerOf(access), id, outbox: toEventRows(outbox) }),
    writeRuntimeConfig: async (record, expectedVersion, outbox) =>
      writer.run('writeRuntimeConfig', {
        record: { ...record, value: JSON.stringify(record.value ?? null) },
        expectedVersion,
        outbox: toEventRows(outbox),
      }),
    keepContent: async (content) => {
      const hash = createHash('sha256').update(content.text).digest('hex');
      if (hash !== content.hash) throw misuse(`A ${content.kind} is kept under the hash of its own text.`);
      return writer.run('keepContent', content);
    },
    recordPolicy: async ({ text, ...record }, outbox) => {
      const hash = createHash('sha256').update(text).digest('hex');
      if (hash !== record.hash) throw misuse('A policy is recorded under the hash of its own text.');
      return writer.run('recordPolicy', { record, text, outbox: toEventRows(outbox) });
    },
    ackOutbox: (position) => writer.run('ackOutbox', { position }),
    enqueueOutbox: (events) => writer.run('enqueueOutbox', { outbox: toEventRows(events) }),
    prune: async (now) => writer.run('prune', { now: toMs(now) }),
  };
}
