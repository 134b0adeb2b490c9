import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { CreatedToken } from '@bakerst/shared/api/auth';
import { CreatedStop, PolicyView } from '@bakerst/shared/api/guard';
import { AuditEvent, AuditEventType } from '@bakerst/shared/audit';
import { type BrainProcess, startBrainProcess } from './running/brain-process.ts';
import { openConsole } from './running/console-session.ts';
import { ask } from './running/talk.ts';
import { ROOT, sourceFiles } from './source-files.ts';

const page = readFileSync(join(ROOT, 'docs/audit-events.md'), 'utf8');
const rows = [...page.matchAll(/^\| `([a-z_.]+)`\s*\| ([^|]*) \|([^|]*)\|$/gm)].map((match) => ({
  type: match[1] ?? '',
  when: (match[2] ?? '').trim(),
  body: [...(match[3] ?? '').matchAll(/`(\w+)(\??)`/g)].map((field) => ({
    name: field[1] ?? '',
    always: field[2] === '',
  })),
}));

describe('audit events', () => {
  test('docs/audit-events.md names every type once, and no other', () => {
    assert.deepEqual(rows.map((row) => row.type).sort(), [...AuditEventType.options].sort());
    assert.deepEqual(
      rows.filter((row) => row.when.length < 10),
      [],
    );
  });

  test('each type is written by some part of the product', () => {
    const code = sourceFiles().filter(
      (file) =>
        !file.isTest && file.path !== 'packages/shared/src/audit.ts' && !/\/testing\//.test(file.path),
    );
    const unused = AuditEventType.options.filter(
      (type) => !code.some((file) => file.text.includes(`'${type}'`)),
    );
    assert.deepEqual(unused, []);
  });

  test('a running brain writes them with the fields that the page names', async (t) => {
    const events = await liveThrough(t);
    const wrong = events.flatMap((event) => {
      const fields = rows.find((row) => row.type === event.type)?.body ?? [];
      const has = Object.keys(event.body);
      const missing = fields.filter((field) => field.always && !has.includes(field.name));
      const unknown = has.filter((name) => !fields.some((field) => field.name === name));
      return missing.length + unknown.length === 0 ? [] : [{ type: event.type, missing, unknown }];
    });
    assert.deepEqual(wrong, []);
    const seen = new Set<string>(events.map((event) => event.type));
    // These need a person who is asked, money that runs out, or a key: the tests of turns and secrets write them.
    const elsewhere = [
      'approval.requested',
      'approval.decided',
      'grant.created',
      'grant.revoked',
      'budget.refused',
      'budget.overdrawn',
      'secret.read',
    ];
    assert.deepEqual(
      AuditEventType.options.filter((type) => !seen.has(type) && !elsewhere.includes(type)),
      [],
    );
  });
});

/** A day in the life of a brain, as its audit log tells it. */
async function liveThrough(t: TestContext): Promise<readonly AuditEvent[]> {
  const mcpServers = { spare: { transport: 'stdio', command: 'true', enabled: false } };
  const brain = await startBrainProcess(t, { config: { mcpServers } });
  const said = await ask(brain, 'Write a note called milk: buy it');
  const console = await openConsole(brain);
  await expect(console.call('/api/v1/auth/logout', { method: 'POST' }), 204);
  await expect(console.call('/api/v1/me'), 401);
  await expect(logIn(brain, 'bsl_wrong_but_long_enough'), 401);
  await expect(brain.call('/api/v1/auth/login-code', { method: 'POST' }), 201);
  const body = JSON.stringify({ name: 'phone', scopes: ['chat'] });
  const made = await expect(brain.call('/api/v1/tokens', { method: 'POST', body }), 201);
  const token = CreatedToken.parse(await made.json());
  await expect(brain.call(`/api/v1/tokens/${token.id}`, { method: 'DELETE' }), 204);
  const person = JSON.stringify({ name: 'Ann' });
  await expect(brain.call('/api/v1/people', { method: 'POST', body: person }), 201);
  const everything = JSON.stringify({ scope: 'everything' });
  const pulled = await expect(brain.call('/api/v1/stops', { method: 'POST', body: everything }), 201);
  const stop = CreatedStop.parse(await pulled.json());
  await expect(brain.call(`/api/v1/stops/${stop.id}`, { method: 'DELETE' }), 204);
  const config = JSON.stringify({ expectedVersion: 0, value: { agentName: 'Watson' } });
  await expect(brain.call('/api/v1/config/runtime', { method: 'PUT', body: config }), 200);
  const conversation = `/api/v1/conversations/${said.conversation}`;
  await expect(brain.call(`${conversation}/export?format=markdown`), 200);
  await expect(brain.call(conversation, { method: 'DELETE' }), 204);
  await changePolicy(brain);
  assert.equal(await brain.end(), 0);
  const log = readFileSync(join(brain.home, 'audit.jsonl'), 'utf8').trimEnd();
  return log.split('\n').map((line) => AuditEvent.parse(JSON.parse(line).event));
}

/** Says what a server may learn, which writes the policy file, and then breaks that file. */
async function changePolicy(brain: BrainProcess): Promise<void> {
  const read = async () => PolicyView.parse(await (await brain.call('/api/v1/policy')).json());
  const accepted = JSON.stringify({ expectedHash: (await read()).hash, clearance: 'public' });
  await expect(brain.call('/api/v1/mcp-servers/spare/accept', { method: 'POST', body: accepted }), 200);
  writeFileSync(join(brain.home, 'policy.yaml'), 'version: 2\n');
  while ((await read()).problems.length === 0) await new Promise((wake) => setTimeout(wake, 20));
}

function logIn(brain: BrainProcess, code: string): Promise<Response> {
  return fetch(`${brain.origin}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: brain.origin },
    body: JSON.stringify({ code }),
  });
}

async function expect(answer: Promise<Response>, status: number): Promise<Response> {
  const response = await answer;
  assert.equal(response.status, status, await response.clone().text());
  return response;
}
