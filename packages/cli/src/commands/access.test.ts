import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { describe, test } from 'node:test';
import type { Approval } from '@bakerst/shared/api/conversations';
import type { ApprovalCard } from '@bakerst/shared/guard';
import { ApiClient } from '../api-client.ts';
import { type CliParts, CommandInput } from '../command.ts';
import type { ApiRequest } from '../http-door.ts';
import { accessCommands } from './access.ts';

const AT = '2026-01-02T03:04:05.006Z';
const card: ApprovalCard = {
  title: 'Send a mail\u{e0041}?',
  tool: 'mail__send',
  server: 'mail',
  effect: 'external',
  values: [
    { name: 'to', value: 'm\u200bary\u{e0101}\u00ad\u202e@example.org\u001b[2K', origin: 'your words' },
  ],
};
const turn = {
  id: 'turn_1',
  conversation: 'conv_1',
  status: 'queued',
  position: 1,
  createdAt: AT,
  seq: 7,
  costMicros: 0,
};
const approval: Approval = {
  id: 'apr_1',
  turn: 'turn_1',
  conversation: 'conv_1',
  call: 'call_1',
  digest: 'd'.repeat(64),
  requestedAt: AT,
  expiresAt: AT,
  status: 'open',
  decided: {
    v: 1,
    id: 'step_1',
    at: AT,
    actor: 'brain_1',
    onBehalfOf: 'prn_1',
    type: 'tool_decided',
    call: 'call_1',
    tool: 'mail__send',
    server: 'mail',
    effect: 'external',
    digest: 'd'.repeat(64),
    sameCallDigest: 's'.repeat(64),
    idempotent: false,
    verdict: { decision: 'ask', reasons: [{ rule: 'always', message: 'Ask.' }], card },
    label: { integrity: 'trusted', confidentiality: 'internal' },
    policyHash: 'p'.repeat(64),
  },
};

/** Runs one command against a brain that answers from a script. */
async function run(path: string, args: readonly string[], answer: (request: ApiRequest) => unknown) {
  const asked: ApiRequest[] = [];
  let out = '';
  let notes = '';
  const api = new ApiClient(
    {
      json: async (request) => {
        asked.push(request);
        return answer(request);
      },
      open: () => Promise.reject(new Error('nothing streams here')),
    },
    'http://127.0.0.1:1',
  );
  const parts: CliParts = {
    terminal: {
      out: (text) => {
        out += text;
      },
      note: (text) => {
        notes += text;
      },
      paint: (_style, text) => text,
      interactive: false,
      columns: 100,
    },
    stdin: new PassThrough(),
    env: {},
    now: () => Date.parse(AT),
    newKey: () => 'key',
    signal: new AbortController().signal,
    version: '0.0.0',
    profile: {
      kind: 'remote',
      home: '/nowhere',
      baseUrl: 'http://127.0.0.1:1',
      token: () => 'bst_x',
    } as never,
    api: () => api,
  };
  const command = accessCommands.find((one) => one.path.join(' ') === path);
  assert.ok(command);
  const code = await command.run(new CommandInput(args, {}), parts);
  return { code, out, notes, asked };
}

describe('approving from the terminal', () => {
  test('shows the card with all that a terminal would hide or obey, and decides about its digest', async () => {
    const { code, notes, asked } = await run('approvals approve', ['apr_1'], (request) =>
      request.method === 'GET' ? { items: [approval] } : turn,
    );
    assert.equal(code, 0);
    assert.match(
      notes,
      /^Send a mail<U\+E0041>\?\n {2}to m<U\+200B>ary<U\+E0101><U\+00AD><U\+202E>@example\.org<U\+001B>\[2K \(your words\)\n/,
    );
    assert.deepEqual(asked.at(-1)?.body, { decision: 'approved', digest: approval.digest });
  });
});

describe('a login link', () => {
  const url = 'http://127.0.0.1:1/login#code=bsl_x';
  const link = (scopes: readonly string[]) => ({ url, expiresAt: AT, scopes });

  test('stands alone on stdout, and what it does not give beside it', async () => {
    const { out, notes } = await run('login-link', [], () => link(['chat', 'admin']));
    assert.equal(out, `${url}\n`);
    assert.match(notes, /Without config, approve, .*which this token lacks/);
  });

  test('of a token with every scope says nothing of that', async () => {
    const all = ['chat', 'config', 'admin', 'approve', 'speaks-for-user', 'operator-prompt', 'metrics'];
    assert.doesNotMatch((await run('login-link', [], () => link(all))).notes, /Without/);
  });
});
