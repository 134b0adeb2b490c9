import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import type { Status } from '@bakerst/shared/api/system';
import { ApiClient } from '../api-client.ts';
import type { CliParts } from '../command.ts';
import { ApiRefusal } from '../errors.ts';
import type { Check } from './check.ts';
import { checkPolicyInForce, checkStops, checkToolPins } from './guard-checks.ts';

const AT = '2026-01-02T03:04:05.006Z';
const policy = {
  hash: 'a'.repeat(64),
  text: 'version: 1\n',
  profile: 'balanced',
  source: 'file',
  path: '/home/x/policy.yaml',
  writable: true,
  loadedAt: AT,
  problems: [],
  words: [],
};
const proposal = { effect: 'external' };

/** One check against a brain with one server, that answers from a table. */
async function look(check: Check, answers: Readonly<Record<string, unknown>>) {
  const door = {
    json: async ({ path }: { readonly path: string }) => {
      const answer = answers[path.replace('/api/v1/', '')];
      if (answer instanceof Error) throw answer;
      return answer;
    },
    open: () => Promise.reject(new Error('nothing streams here')),
  };
  const api = new ApiClient(door, 'http://127.0.0.1:1');
  const parts: Pick<CliParts, 'api' | 'stdin'> = { api: () => api, stdin: Readable.from([]) };
  const toolServers = [
    { server: 'core', transport: 'core', toolCount: 9 },
    { server: 'mail', transport: 'stdio', toolCount: 2 },
  ];
  const status = { toolServers } as never as Status;
  return check({ parts: parts as CliParts, status, unreachable: undefined, clockSkewMs: undefined });
}

describe('what doctor says of the guard', () => {
  test('a policy in force is fine; one that is missing or refused fails with the place', async () => {
    const fine = await look(checkPolicyInForce, { policy });
    assert.deepEqual(
      fine.map(({ status }) => status),
      ['ok'],
    );
    const missing = await look(checkPolicyInForce, { policy: { ...policy, source: 'missing' } });
    assert.equal(missing[0]?.status, 'fail');
    const problems = [{ line: 7, column: 1, path: 'rules', message: 'Not a rule.', remedy: 'Write one.' }];
    const refused = await look(checkPolicyInForce, { policy: { ...policy, problems } });
    assert.match(
      `${refused[1]?.detail} ${refused[1]?.remedy}`,
      /line 7: Not a rule\. Write one\..*policy check/,
    );
  });

  test('a profile that asks less is warned of', async () => {
    for (const profile of ['observe', 'autonomous']) {
      const [, warned] = await look(checkPolicyInForce, { policy: { ...policy, profile } });
      assert.equal(warned?.status, 'warn');
      assert.match(warned?.remedy ?? '', /policy profile balanced/);
    }
  });

  test('tools that changed or that nobody accepted are named', async () => {
    const tool = (name: string, state: string) => ({ name, tool: name, state, description: '', proposal });
    const review = { server: 'mail', clearance: 'public', clearanceSet: false, gone: [] };
    const tools = [tool('send', 'changed'), tool('search', 'unknown'), tool('odd', 'unpinnable')];
    const found = await look(checkToolPins, { 'mcp-servers/mail/review': { ...review, tools } });
    assert.match(found[0]?.detail ?? '', /every call is refused: send$/);
    assert.match(found[1]?.detail ?? '', /Nobody has accepted: search, odd$/);
    const accepted = { ...review, tools: [tool('send', 'accepted')] };
    const fine = await look(checkToolPins, { 'mcp-servers/mail/review': accepted });
    assert.deepEqual(
      fine.map(({ status }) => status),
      ['ok'],
    );
  });

  test('whatever is stopped is told, with the command that lets it go on', async () => {
    const stop = { id: 'stop_1', scope: 'server', target: 'mail', by: 'prn_1', at: AT, reason: 'spam' };
    const [found] = await look(checkStops, { stops: { items: [stop] } });
    assert.match(found?.detail ?? '', /server mail since .*: spam/);
    assert.equal(found?.remedy, 'bakerst stop lift stop_1');
  });

  test('what this token may not read is said, not passed over', async () => {
    const refusal = new ApiRefusal({ status: 403, code: 'forbidden', message: 'No.', remedy: 'Ask.' });
    const [found] = await look(checkStops, { stops: refusal });
    assert.deepEqual([found?.status, found?.detail], ['warn', 'Not looked at: No.']);
  });
});
