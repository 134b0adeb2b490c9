import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEvent, AuditLog, Receipt } from '@bakerst/shared/audit';
import { CodedError, isCoded } from '@bakerst/shared/coded-error';
import { pino } from 'pino';
import { OutboxRelay } from './outbox-relay.ts';

const eventOf = (type: AuditEvent['type'], turn: string): AuditEvent => ({
  v: 1,
  type,
  id: `evt_${type}_${turn}`,
  at: '2026-01-01T00:00:00.000Z',
  actor: 'b',
  onBehalfOf: 'p',
  turn,
  body: {},
});

/** A relay over a fixed outbox, and a log that keeps the ids it was given, each once, in their order. */
function relayOver(outbox: readonly AuditEvent[], refuses?: AuditEvent) {
  const written: string[] = [];
  const audit: AuditLog = {
    assurance: 'not tamper-evident',
    append: async ({ id }): Promise<Receipt> => {
      if (id === refuses?.id)
        throw new CodedError({ code: 'audit_conflict', message: 'Other content.', remedy: 'Compare.' });
      if (!written.includes(id)) written.push(id);
      return { event: id, digest: 'd', index: written.indexOf(id), assurance: 'not tamper-evident' };
    },
    close: async () => undefined,
  };
  const store = {
    readOutbox: (limit: number) => outbox.slice(0, limit).map((event, at) => ({ position: at + 1, event })),
    outboxDepth: () => outbox.length,
    ackOutbox: async () => undefined,
    enqueueOutbox: async () => undefined,
  };
  return { relay: new OutboxRelay({ store, audit, log: pino({ level: 'silent' }) }), written };
}

const decided = eventOf('tool.decided', 'turn_1');
const intended = eventOf('tool.intended', 'turn_1');
const other = eventOf('tool.decided', 'turn_2');

test('an intent follows the verdict of its call into the log, and waits for no other turn', async () => {
  const { relay, written } = relayOver([other, decided, intended]);
  assert.equal((await relay.receipt(intended)).event, intended.id);
  assert.deepEqual(written, [decided.id, intended.id]);
});

test('an intent that left the outbox long ago has its receipt all the same', async () => {
  const { relay, written } = relayOver([other]);
  assert.equal((await relay.receipt(intended)).event, intended.id);
  assert.deepEqual(written, [intended.id]);
});

test('there is no receipt for an intent whose verdict the log refuses', async () => {
  const { relay } = relayOver([decided, intended], decided);
  await assert.rejects(relay.receipt(intended), (error) => isCoded(error, 'audit_conflict'));
});
