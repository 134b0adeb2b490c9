import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEvent } from '@bakerst/shared/audit';
import { isCoded } from '@bakerst/shared/coded-error';
import { sealEvent } from './event-digest.ts';

const event: AuditEvent = {
  v: 1,
  type: 'system.started',
  id: 'evt_1',
  at: '2026-01-01T00:00:00.000Z',
  actor: 'brain',
  onBehalfOf: 'brain',
  body: { b: 1, a: 'é' },
};

test('an event has the same bytes and digest whatever the order of its keys', () => {
  const reordered = {
    body: { a: 'é', b: 1 },
    onBehalfOf: 'brain',
    actor: 'brain',
    at: event.at,
    id: 'evt_1',
    type: 'system.started',
    v: 1,
  } as const;
  assert.equal(sealEvent(event).digest, sealEvent(reordered).digest);
  assert.match(sealEvent(event).bytes.toString(), /^\{"actor":"brain","at":/);
});

test('any change of an event changes its digest', () => {
  assert.notEqual(sealEvent(event).digest, sealEvent({ ...event, body: { b: 2, a: 'é' } }).digest);
});

test('an event above the leaf limit is refused with a remedy', () => {
  assert.throws(
    () => sealEvent({ ...event, body: { text: 'x'.repeat(70_000) } }),
    (error) => isCoded(error, 'audit_event_too_large') && error.remedy.length > 0,
  );
});

test('an event that JSON cannot express is refused', () => {
  assert.throws(
    () => sealEvent({ ...event, body: { n: Number.NaN } }),
    (error) => isCoded(error, 'audit_event_invalid'),
  );
});
