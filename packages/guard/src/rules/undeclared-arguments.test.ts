import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Conversation } from '../testing/conversation.ts';
import { guardOf, OFFICE, PIN } from '../testing/office-policy.ts';

const search = {
  pin: PIN,
  effect: 'read',
  arguments: { q: {}, filter: {}, exact: {}, near: {} },
};
const guard = guardOf({ ...OFFICE, servers: { ...OFFICE.servers, pub: { tools: { search } } } });

describe('an argument that the policy does not describe', () => {
  const mail = { to: ['ann@example.com'], subject: 's', body: 'b', forward_all_to: 'bob@example.com' };
  const words = 'Send an email to ann@example.com and bob@example.com.';
  const call = { tool: 'office__send_mail', effect: 'external', arguments: mail } as const;

  test('is asked about, though the person named its value', () => {
    assert.equal(Conversation.of(guard, words).reads('x').decides(call), 'ask: undeclared-argument');
  });

  test('is asked about before anything untrusted was read', () => {
    assert.equal(Conversation.of(guard, words).decides(call), 'ask: undeclared-argument');
  });

  test('is said with the place to describe it at', () => {
    const { reasons } = Conversation.of(guard, words).verdict(call);
    assert.match(reasons[0]?.message ?? '', /"forward_all_to"/);
    assert.match(reasons[0]?.remedy ?? '', /servers\.office\.tools/);
  });

  test('is asked about in a private write only once something untrusted was read', () => {
    const event = {
      tool: 'office__create_event',
      effect: 'write-private',
      arguments: { title: 'Lunch', start: '2026-01-06', end: '2026-01-06', color: '7' },
    } as const;
    const asks = Conversation.of(guard, 'Create an event "Lunch" on 2026-01-06.');
    assert.equal(asks.decides(event), 'allow');
    assert.match(asks.reads('x').decides(event), /undeclared-argument/);
  });

  test('is asked about in a read outside, which its name tells the outside, once something untrusted was read', () => {
    const web = { clearance: 'internal', ...OFFICE.servers.web };
    const fetches = {
      tool: 'web__fetch',
      effect: 'read-open',
      arguments: { url: 'https://a.example/x', 'code-991823': 'blue green' },
    } as const;
    const asks = Conversation.of(
      guardOf({ ...OFFICE, servers: { ...OFFICE.servers, web } }),
      'Look at https://a.example/x and tell the colour "blue green".',
    );
    assert.equal(asks.decides(fetches), 'allow');
    assert.equal(asks.reads('code 991823').decides(fetches), 'ask: undeclared-argument');
  });
});

describe('a read of a server that may not learn what was read', () => {
  const reading = Conversation.of(guard, 'Search the web for "Budget plan" and "Other thing".').reads(
    'reset code 991823',
  );
  const decides = (args: Readonly<Record<string, unknown>>) =>
    reading.decides({ tool: 'pub__search', arguments: args });

  test('is a read where its arguments stand in the words, with a flag or two', () => {
    assert.equal(decides({ q: 'Budget plan', exact: true }), 'allow');
    assert.equal(decides({ q: ['Budget plan', 'Other thing'] }), 'allow');
  });

  test('leaves the house where names of properties or arguments could say something', () => {
    assert.match(decides({ q: { 'reset code 991823': 'Budget plan' } }), /^ask/);
    assert.match(decides({ 'reset code 991823': true }), /^ask: undeclared-argument/);
  });

  test('leaves the house where a list of flags or a word said often could spell something', () => {
    assert.match(decides({ q: 'Budget plan', filter: [true, false, true] }), /^ask/);
    assert.match(decides({ q: ['Budget plan', 'Other thing', 'Budget plan', 'Budget plan'] }), /^ask/);
  });
});
