import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sealEvent } from '@bakerst/audit/event-digest';
import { RuntimeConfig } from '@bakerst/shared/settings';
import { configChanged } from './config-change.ts';

const access = { principal: 'prn_1', scopes: new Set([]), via: 'session', credential: 'ses_1' } as const;
const empty = RuntimeConfig.parse({});

function withNames(names: readonly string[]): RuntimeConfig {
  const headers = Object.fromEntries(names.map((name) => [name, 'x']));
  return RuntimeConfig.parse({ mcpServers: { s: { transport: 'http', url: 'http://a/', headers } } });
}

function sealed(after: RuntimeConfig): number {
  const event = configChanged(access, { before: empty, after, version: 1 });
  return sealEvent({ ...event, v: 1, id: 'evt_1', at: '2026-11-23T00:00:00.000Z' }).bytes.length;
}

test('whatever names a configuration holds, the audit log takes the event of its change', () => {
  const many = Array.from({ length: 400 }, (_, index) => index);
  const kinds = ['\u0001', '\u{1f600}', '€', 'x'];
  for (const kind of kinds) {
    const names = many.map((index) => `${index}${kind.repeat(300)}`);
    assert.doesNotThrow(() => sealed(withNames(names)));
  }
  // Every place at which a name can be cut.
  for (let length = 0; length < 4; length += 1) {
    assert.doesNotThrow(() => sealed(withNames([`${'x'.repeat(length)}${'\u{1f600}'.repeat(200)}`])));
  }
});
