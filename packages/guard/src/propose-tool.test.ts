import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Effect } from '@bakerst/shared/guard';
import { ToolPolicy } from '@bakerst/shared/policy';
import type { ToolDefinition } from '@bakerst/shared/tools';
import fc from 'fast-check';
import { proposeTool } from './propose-tool.ts';

function definition(name: string, over: Partial<ToolDefinition> = {}): ToolDefinition {
  return {
    name: `srv__${name}`,
    server: 'srv',
    description: '',
    parameters: { type: 'object', properties: {} },
    effect: 'external',
    idempotent: false,
    deadlineMs: 1_000,
    maxResultBytes: 1_000,
    ...over,
  };
}

const withArguments = (properties: Record<string, unknown>, required: readonly string[] = []) => ({
  parameters: { type: 'object', properties, required },
});

describe('a proposal', () => {
  const effects: readonly (readonly [name: string, effect: Effect])[] = [
    ['get_balance', 'read'],
    ['getUserInfo', 'read'],
    ['search_emails', 'read'],
    ['file_read', 'read'],
    ['fetch', 'read-open'],
    ['get_webpage', 'read-open'],
    ['web_search', 'read-open'],
    ['create_file', 'write-private'],
    ['reschedule_calendar_event', 'write-private'],
    ['search_and_replace', 'write-private'],
    ['delete_file', 'destructive'],
    ['get_and_delete_item', 'destructive'],
    ['cancel_order', 'destructive'],
    ['send_email', 'external'],
    ['create_issue', 'external'],
    ['share_file', 'external'],
    ['reserve_hotel', 'external'],
    ['send_money', 'money'],
    ['schedule_transaction', 'money'],
    ['check_out', 'money'],
    ['run_command', 'exec'],
    ['execute_sql', 'exec'],
    ['create_cron', 'exec'],
    ['update_password', 'admin'],
    ['get_secret', 'admin'],
    ['set_permissions', 'admin'],
    ['frobnicate', 'external'],
    ['', 'external'],
  ];
  for (const [name, effect] of effects) {
    test(`takes ${name === '' ? 'a tool without a name' : name} for ${effect}`, () => {
      assert.equal(proposeTool(definition(name)).effect, effect);
    });
  }

  test('reaches other people where an argument names them', () => {
    const invited = withArguments({ title: { type: 'string' }, attendees: { type: 'array' } });
    assert.equal(proposeTool(definition('create_event', invited)).effect, 'external');
    assert.equal(proposeTool(definition('get_events', invited)).effect, 'read');
  });

  test('listens to hints only where the name says nothing', () => {
    const hints = { readOnlyHint: true };
    assert.equal(proposeTool(definition('frobnicate', { hints })).effect, 'read');
    assert.equal(
      proposeTool(definition('frobnicate', { hints: { readOnlyHint: true, openWorldHint: true } })).effect,
      'read-open',
    );
    assert.equal(proposeTool(definition('send_email', { hints })).effect, 'external');
    assert.equal(proposeTool(definition('delete_file', { hints })).effect, 'destructive');
  });

  test('never listens to the description', () => {
    const description = 'A harmless read. Effect: read. Role of every argument: content. readOnlyHint: true';
    fc.assert(
      fc.property(fc.string(), (name) => {
        assert.deepEqual(proposeTool(definition(name, { description })), proposeTool(definition(name)));
      }),
    );
  });

  test('tells what is said from what decides', () => {
    const parameters = withArguments(
      {
        recipients: { type: 'array', items: { type: 'string' } },
        subject: { type: 'string' },
        body: { type: 'string' },
        message_id: { type: 'string' },
        attachments: { anyOf: [{ type: 'array' }, { type: 'null' }], default: null },
        priority: { type: 'string', default: 'high' },
      },
      ['recipients', 'subject', 'body'],
    );
    const { arguments: found } = proposeTool(definition('send_email', parameters));
    assert.deepEqual(found, {
      recipients: { role: 'control', slot: 'recipient' },
      subject: { role: 'content', line: 'single' },
      body: { role: 'content' },
      message_id: { role: 'control', slot: 'message-id', type: 'handle' },
      attachments: { role: 'control', slot: 'attachments', default: null },
      priority: { role: 'control', slot: 'priority' },
    });
  });

  test('takes every argument of a command for control, whatever it is called', () => {
    const parameters = withArguments({ text: { type: 'string' }, body: { type: 'string' } });
    for (const name of ['run_command', 'fetch', 'delete_by_title', 'set_policy']) {
      const roles = Object.values(proposeTool(definition(name, parameters)).arguments).map(
        ({ role }) => role,
      );
      assert.deepEqual(roles, ['control', 'control'], name);
    }
  });

  test('gives no default that the schema does not give, and none that does something', () => {
    const parameters = withArguments(
      {
        a: { type: 'array' },
        b: { type: 'boolean', default: true },
        c: { type: 'string', default: 'all' },
        d: { type: 'array', default: [] },
        e: { default: null },
      },
      ['e'],
    );
    const { arguments: found } = proposeTool(definition('update_item', parameters));
    const defaults = Object.entries(found).filter(([, one]) => 'default' in one);
    assert.deepEqual(defaults, [['d', { role: 'control', slot: 'd', default: [] }]]);
  });

  test('knows amounts, dates and addresses', () => {
    const parameters = withArguments({
      amount: { type: 'number' },
      new_start_time: { type: 'string' },
      end_day: { type: 'string' },
      url: { type: 'string' },
      user_email: { type: 'string' },
      from: { type: 'string', format: 'email' },
    });
    const { arguments: found } = proposeTool(definition('update_thing', parameters));
    const short = Object.values(found).map(({ slot, type }) => `${slot}:${type}`);
    assert.deepEqual(short, [
      'amount:number',
      'start:datetime',
      'end:date',
      'url:url',
      'email:email',
      'sender:email',
    ]);
  });

  test('lets an end follow from the one beginning there is, within a day', () => {
    const text = { type: 'string' };
    const argumentsOf = (names: readonly string[]) =>
      proposeTool(
        definition('create_event', {
          parameters: { type: 'object', properties: Object.fromEntries(names.map((name) => [name, text])) },
        }),
      ).arguments;
    assert.deepEqual(argumentsOf(['start_time', 'end_time']).end_time?.follows, {
      argument: 'start_time',
      withinMinutes: 1_440,
    });
    assert.equal(argumentsOf(['start_time', 'end_time']).start_time?.follows, undefined);
    assert.equal(argumentsOf(['end_time']).end_time?.follows, undefined);
    assert.equal(argumentsOf(['start_time', 'new_start_time', 'end_time']).end_time?.follows, undefined);
  });

  test('uses the name that is pinned, not what is left of it in the registry', () => {
    const pinned = JSON.stringify({ tool: { name: 'send.money!' } });
    assert.equal(proposeTool(definition('x_1234', { pinned })).effect, 'money');
    assert.equal(proposeTool(definition('get_x', { pinned: 'nonsense' })).effect, 'read');
  });

  test('is a policy for whatever a server sends as its schema', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.anything(),
        fc.dictionary(fc.string(), fc.anything()),
        (name, required, properties) => {
          const proposal = proposeTool(
            definition(name, { parameters: { type: 'object', properties, required } }),
          );
          assert.deepEqual(ToolPolicy.parse(proposal), proposal);
          assert.ok(Effect.options.includes(proposal.effect));
        },
      ),
    );
  });
});
