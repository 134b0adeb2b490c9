import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import type { PolicyView, TestPolicyResult } from '@bakerst/shared/api/guard';
import { isCoded } from '@bakerst/shared/coded-error';
import { ApiRefusal } from '../errors.ts';
import { AT, commandNamed, type Line, runCommand } from '../rig/scripted-brain.ts';
import { policyCommands } from './policy.ts';

const TEXT = 'version: 1\n# ours\nprofile: balanced # for now\nasksPerRequest: 3\n';
const inForce: PolicyView = {
  hash: 'a'.repeat(64),
  text: TEXT,
  profile: 'balanced',
  source: 'file',
  path: '/home/x/policy.yaml',
  writable: true,
  loadedAt: AT,
  problems: [],
  words: [{ title: 'Money', lines: ['Is always asked\u001b[2J.'] }],
};
const tested: TestPolicyResult = {
  conversations: 2,
  calls: 9,
  changed: [
    {
      conversation: 'conv_1',
      turn: 'turn_1',
      call: 'call_1',
      tool: 'mail__send',
      at: AT,
      before: 'allow',
      after: 'ask',
      reasons: [{ rule: 'provenance', message: 'Nobody said so.' }],
    },
  ],
  counts: { before: { allow: 9, ask: 0, deny: 0 }, after: { allow: 8, ask: 1, deny: 0 } },
};

const run = (verb: string, line: Line, policy: PolicyView = inForce) =>
  runCommand(commandNamed(policyCommands, `policy ${verb}`), line, (request) => {
    if (request.path === '/api/v1/policy/test') return tested;
    if (request.method === 'PUT') return { ...policy, hash: 'b'.repeat(64), profile: 'strict' };
    return policy;
  });

function file(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'bakerst-policy-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'policy.yaml'), text);
  return join(folder, 'policy.yaml');
}

describe('bakerst policy show', () => {
  test('tells in words what is in force, and obeys none of it', async () => {
    const { out, code } = await run('show', {});
    assert.equal(code, 0);
    assert.match(out, /^profile +balanced\n/);
    assert.match(out, /\nMoney\n {2}Is always asked<U\+001B>\[2J\.\n/);
    assert.equal((await run('show', { options: { text: true } })).out, TEXT);
  });

  test('ends with 1 where there is none, or a newer text was refused', async () => {
    const problems = [
      { line: 3, column: 1, path: 'profile', message: 'No such profile.', remedy: 'Say strict.' },
    ];
    const { out, code } = await run('show', {}, { ...inForce, problems });
    assert.equal(code, 1);
    assert.match(out, /policy\.yaml:3:1: No such profile\. \(profile\)\n {2}remedy: Say strict\./);
    assert.equal((await run('show', {}, { ...inForce, source: 'missing' })).code, 1);
  });
});

describe('bakerst policy check', () => {
  test('says what is wrong like a compiler, without asking any brain', async (t) => {
    const path = file(t, 'version: 1\nprofile: lenient\n');
    const { out, code, asked } = await run('check', { args: [path] });
    assert.equal(code, 1);
    assert.match(out, new RegExp(`^${path}:2:\\d+: .*\\n {2}remedy: `));
    assert.equal(asked.length, 0);
    const json = JSON.parse((await run('check', { args: [path], options: { json: true } })).out);
    assert.equal(json.problems[0].line, 2);
  });

  test('ends with 0 where all is right', async (t) => {
    const { out, code } = await run('check', { args: [file(t, TEXT)] });
    assert.equal(code, 0);
    assert.match(out, /right\. profile balanced/);
  });

  test('a file that is not there has a remedy', async () => {
    await assert.rejects(run('check', { args: ['/nowhere/p.yaml'] }), (error) =>
      isCoded(error, 'cli_local_problem'),
    );
  });
});

describe('bakerst policy test', () => {
  test('lists calls that would get another verdict, and fails on them where that was asked for', async () => {
    const { out, code } = await run('test', {});
    assert.equal(code, 0);
    assert.match(out, /call_1 +just now +allow -> ask +mail__send +Nobody said so/);
    assert.match(out, /1 verdict changes, of 9 calls in 2 conversations/);
    assert.equal((await run('test', { options: { 'fail-on-change': true } })).code, 1);
  });

  test('sends the file, and how many conversations', async (t) => {
    const { asked } = await run('test', { args: [file(t, TEXT)], options: { conversations: '7' } });
    assert.deepEqual(asked.at(-1)?.body, { conversations: 7, text: TEXT });
    for (const conversations of ['0', '1001', 'x']) {
      await assert.rejects(run('test', { options: { conversations } }), (error) =>
        isCoded(error, 'cli_usage'),
      );
    }
  });
});

describe('the tests beside a policy', () => {
  const TESTS = `- name: NAME
  words: Send an e-mail to ann@example.com
  call: {tool: nothing__here, effect: external, arguments: {to: eve@evil.example}}
  expect: EXPECT
`;
  const write = (t: TestContext, expect: string) => {
    const path = file(t, TEXT);
    const tests = TESTS.replace('NAME', 'strangers are not mailed').replace('EXPECT', expect);
    writeFileSync(path.replace('.yaml', '.test.yaml'), tests);
    return path;
  };

  test('run without a brain, and one that fails ends with 1', async (t) => {
    const good = await run('test', { args: [write(t, 'ask')], options: { offline: true } });
    assert.equal(good.code, 0, good.out);
    assert.match(good.out, /ok {4}strangers are not mailed\n1 of 1 tests pass/);
    assert.equal(good.asked.length, 0);
    const bad = await run('test', { args: [write(t, 'allow')] });
    assert.equal(bad.code, 1);
    assert.match(bad.out, /FAIL {2}strangers are not mailed\n +expected allow, got ask/);
    assert.equal(bad.asked.length, 0, 'nothing is replayed under a policy that fails its own tests');
  });

  test('say what is wrong with themselves, like the policy', async (t) => {
    const { out, code } = await run('test', { args: [write(t, 'maybe')], options: { offline: true } });
    assert.equal(code, 1);
    assert.match(out, /policy\.test\.yaml:4:\d+: /);
    const json = await run('test', { args: [write(t, 'maybe')], options: { offline: true, json: true } });
    assert.deepEqual(JSON.parse(json.out), { ok: false, tests: [] });
    assert.match(json.notes, /policy\.test\.yaml:4:\d+: /);
  });

  test('offline without any is a mistake', async (t) => {
    const lines = [{ args: [file(t, TEXT)], options: { offline: true } }, { options: { offline: true } }];
    for (const line of lines) {
      await assert.rejects(run('test', line), (error) => isCoded(error, 'cli_usage'));
    }
  });
});

describe('changing the policy', () => {
  test('shows what changes and asks; the answer goes with the hash that was shown', async (t) => {
    const path = file(t, TEXT.replace('asksPerRequest: 3', 'asksPerRequest: 5'));
    const no = await run('set', { args: [path], types: ['n'] });
    assert.equal(no.code, 1);
    assert.match(no.notes, /- asksPerRequest: 3\n\+ asksPerRequest: 5/);
    assert.ok(no.asked.every(({ method }) => method === 'GET'));
    const yes = await run('set', { args: [path], types: ['y'] });
    assert.equal(yes.code, 0);
    assert.deepEqual(Object.keys(Object(yes.asked.at(-1)?.body)).sort(), ['expectedHash', 'text']);
    assert.equal(Object(yes.asked.at(-1)?.body).expectedHash, inForce.hash);
  });

  test('a file that is wrong never reaches the brain', async (t) => {
    const { code, notes, asked } = await run('set', {
      args: [file(t, 'version: 2\n')],
      options: { yes: true },
    });
    assert.equal(code, 1);
    assert.match(notes, /:1:\d+: /);
    assert.ok(asked.every(({ method }) => method === 'GET'));
  });

  test('where the file cannot be changed from here it says where to', async (t) => {
    const path = file(t, 'version: 1\n');
    const fixed = { ...inForce, writable: false };
    await assert.rejects(run('set', { args: [path], options: { yes: true } }, fixed), (error) =>
      isCoded(error, 'cli_local_problem'),
    );
  });

  test('an edited text that the brain refuses is kept, and said where', async (t) => {
    let notes = '';
    const line: Line = {
      types: ['y'],
      env: { EDITOR: "printf 'version: 1\\n' >" },
      onNote: (text) => {
        notes += text;
      },
    };
    const running = runCommand(commandNamed(policyCommands, 'policy edit'), line, ({ method }) => {
      if (method === 'GET') return inForce;
      throw new ApiRefusal({ code: 'policy_conflict', message: 'm', remedy: 'r', status: 409 });
    });
    await assert.rejects(running, (error) => isCoded(error, 'policy_conflict'));
    const kept = /Your text is kept: (\S+)/.exec(notes)?.[1] ?? '';
    t.after(() => rmSync(dirname(kept), { recursive: true }));
    assert.equal(readFileSync(kept, 'utf8'), 'version: 1\n');
  });

  test('a profile that asks less is warned of before it is asked', async () => {
    const { notes, code } = await run('profile', { args: ['observe'], types: [''] });
    assert.equal(code, 1);
    assert.match(notes, /\+ profile: observe # for now\n[\s\S]*observe: RUNS what would/);
  });

  test('the profile changes alone: comments and the rest stay', async () => {
    const { asked } = await run('profile', { args: ['strict'], options: { yes: true } });
    assert.equal(Object(asked.at(-1)?.body).text, TEXT.replace('balanced', 'strict'));
    await assert.rejects(run('profile', { args: ['lenient'] }), (error) => isCoded(error, 'cli_usage'));
    const broken = { ...inForce, text: '', source: 'missing' } as const;
    await assert.rejects(run('profile', { args: ['strict'] }, broken), (error) =>
      isCoded(error, 'cli_local_problem'),
    );
  });
});
