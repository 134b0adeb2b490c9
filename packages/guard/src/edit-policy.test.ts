import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Policy, Profile, ToolPolicy } from '@bakerst/shared/policy';
import fc from 'fast-check';
import { acceptTool, setClearance, setProfile, withdrawTool } from './edit-policy.ts';
import { parsePolicy } from './parse-policy.ts';
import { proposeTool } from './propose-tool.ts';

const PIN = 'b'.repeat(64);
const BEFORE = `# Our policy. Ask Ann before changing it.
version: 1

profile: balanced # the default
servers:
  # The mail server.
  mail:
    tools:
      # Reviewed by Ann.
      send:
        effect: external # leaves the house
        arguments: { to: { slot: recipient }, body: { role: content } }

      search: { effect: read }

rules: # ours
  - name: small-sums
    when: effect == "money" &&
      args.amount > 100
    verdict: deny
    message: "Not so much."
`;

function parsed(text: string): Policy {
  const result = parsePolicy(text);
  assert.ok(result.ok, JSON.stringify(result));
  return result.policy;
}

const policy = ToolPolicy.parse({ effect: 'read', pin: PIN });

describe('an edit of a policy', () => {
  test('changes one line and leaves the others as they were', () => {
    const after = setProfile(BEFORE, 'strict');
    assert.equal(after, BEFORE.replace('balanced', 'strict'));
  });

  test('adds a tool to a server and keeps comments and layout', () => {
    const after = acceptTool(BEFORE, { server: 'mail', tool: 'list', policy });
    const added = after.split('\n').filter((line) => !BEFORE.split('\n').includes(line));
    assert.deepEqual(added, ['      list:', `        pin: ${PIN}`, '        effect: read']);
    for (const comment of [
      '# Our policy. Ask Ann',
      '# the default',
      '# The mail server.',
      '# Reviewed by Ann.',
      '# ours',
    ])
      assert.ok(after.includes(comment), comment);
  });

  test('replaces a tool and keeps what a person noted beside it', () => {
    const changed = ToolPolicy.parse({ effect: 'money', pin: PIN, arguments: { to: {} } });
    const after = acceptTool(BEFORE, { server: 'mail', tool: 'send', policy: changed });
    assert.deepEqual(parsed(after).servers.mail?.tools.send, changed);
    assert.match(after, /# Reviewed by Ann\.\n {6}send:/);
    assert.doesNotMatch(after, /leaves the house/, 'a note on a value that is another one now');
    const same = acceptTool(BEFORE, {
      server: 'mail',
      tool: 'send',
      policy: { ...changed, effect: 'external' },
    });
    assert.match(same, /effect: external # leaves the house\n/);
  });

  test('makes a server that the policy did not have, also in an empty one', () => {
    for (const text of [
      BEFORE,
      'version: 1\n',
      'version: 1\nservers: {}\n',
      '{ version: 1 }',
      'version: 1\nservers:\n',
    ]) {
      const after = acceptTool(text, { server: 'new', tool: 'a b', policy });
      assert.deepEqual(parsed(after).servers.new?.tools['a b'], policy, text);
    }
  });

  test('writes a pin that looks like a number as a text', () => {
    for (const pin of ['1'.repeat(64), `1e${'2'.repeat(62)}`, `0x${'0'.repeat(62)}`.replace('x', '1')]) {
      const after = acceptTool(BEFORE, { server: 'mail', tool: 'list', policy: { ...policy, pin } });
      assert.equal(parsed(after).servers.mail?.tools.list?.pin, pin);
    }
  });

  test('withdraws a tool, and nothing where it was never accepted', () => {
    const after = withdrawTool(BEFORE, { server: 'mail', tool: 'search' });
    assert.deepEqual(Object.keys(parsed(after).servers.mail?.tools ?? {}), ['send']);
    assert.equal(withdrawTool(BEFORE, { server: 'other', tool: 'x' }), BEFORE);
  });

  test('sets the clearance of a server and takes it back', () => {
    const after = setClearance(BEFORE, { server: 'mail', clearance: 'secret' });
    assert.equal(parsed(after).servers.mail?.clearance, 'secret');
    assert.deepEqual(parsed(setClearance(after, { server: 'mail', clearance: undefined })), parsed(BEFORE));
  });

  test('of any kind gives the expected policy and leaves the other parts unchanged', () => {
    const name = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.constantFrom('send', 'a: b', '#x', '- y', 'yes', '1', 'null', '{', "'"),
    );
    const proposal = fc
      .record({ tool: name, arg: name, server: fc.constantFrom('mail', 'files') })
      .map(({ tool, arg, server }) => ({
        server,
        tool,
        policy: proposeTool({
          name: tool,
          server,
          description: '',
          parameters: { properties: { [arg]: { type: 'string' } } },
          effect: 'external',
          idempotent: false,
          deadlineMs: 1,
          maxResultBytes: 1,
        }),
      }));
    fc.assert(
      fc.property(
        fc.array(proposal, { maxLength: 4 }),
        fc.constantFrom(...Profile.options),
        (accepted, profile) => {
          let text = BEFORE;
          const expected: Policy = structuredClone(parsed(BEFORE));
          for (const one of accepted) {
            const next = acceptTool(text, one);
            if (!parsePolicy(next).ok) continue;
            text = next;
            const server = expected.servers[one.server] ?? { tools: {} };
            expected.servers[one.server] = server;
            Object.defineProperty(server.tools, one.tool, {
              value: one.policy,
              enumerable: true,
              configurable: true,
              writable: true,
            });
          }
          text = setProfile(text, profile);
          assert.deepEqual(parsed(text), { ...expected, profile });
        },
      ),
    );
  });
});
