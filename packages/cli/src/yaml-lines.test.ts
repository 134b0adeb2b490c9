import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePolicy } from '@bakerst/guard/parse-policy';
import { yamlLines } from './yaml-lines.ts';

test('writes what the policy reader reads as the same', () => {
  const policy = {
    version: 1,
    servers: {
      mail: {
        clearance: 'public',
        tools: {
          'null: x\n"': {
            effect: 'external',
            intents: ['send * mail', 'no', 'a: b # c'],
            arguments: {
              'to[]': { role: 'control', slot: 'recipient', safe: [true, 1, 'yes', null] },
              on: {},
            },
          },
        },
      },
    },
  };
  const parsed = parsePolicy(yamlLines(policy));
  assert.ok(parsed.ok, JSON.stringify(parsed));
  const tool = parsed.policy.servers.mail?.tools['null: x\n"'];
  assert.deepEqual(tool?.intents, ['send * mail', 'no', 'a: b # c']);
  assert.deepEqual(tool?.arguments['to[]']?.safe, [true, 1, 'yes', null]);
  assert.deepEqual(Object.keys(tool?.arguments ?? {}), ['to[]', 'on']);
});
