import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Receipt } from '@bakerst/shared/audit';
import { isCoded } from '@bakerst/shared/coded-error';
import type { Guard } from '@bakerst/shared/guard';
import type { StepOf } from '@bakerst/shared/steps';
import type { PermitEvidence } from './run-permits.ts';
import {
  allowAll,
  callPart,
  context,
  decidedStep,
  denyAll,
  evidenceFor,
  fakeSource,
  head,
  inspector,
  place,
  registryOf,
  request,
  runIn,
} from './testing/registry-rig.ts';
import { UnifiedToolRegistry } from './unified-tool-registry.ts';
import { createArgumentValidator } from './validate-arguments.ts';

test('an allowed call with all its evidence runs once, with the arguments that were decided', async () => {
  const fake = fakeSource();
  const registry = registryOf(allowAll, fake.source);
  const permit = registry.permit(evidenceFor(await decidedStep(registry)));
  const ran = await registry.run(permit, runIn());
  assert.equal(ran.outcome, 'ok');
  assert.deepEqual(fake.ran, [{ to: 'a' }]);
  assert.throws(
    () => registry.run(permit, runIn()),
    (error) => isCoded(error, 'tool_not_permitted'),
  );
  assert.equal(fake.ran.length, 1);
});

test('no handler is reached without a permit that this registry gave', async () => {
  const fake = fakeSource();
  const registry = registryOf(allowAll, fake.source);
  const decided = await decidedStep(registry);
  const { intended } = evidenceFor(decided);
  assert.throws(
    () => registry.run({ decided, intended }, runIn()),
    (error) => isCoded(error, 'tool_not_permitted'),
  );
  const foreign = registryOf(allowAll, fake.source).permit(evidenceFor(decided));
  assert.throws(
    () => registry.run(foreign, runIn()),
    (error) => isCoded(error, 'tool_not_permitted'),
  );
  assert.deepEqual(fake.ran, []);
});

test('every missing or foreign piece of evidence refuses the permit', async () => {
  const fake = fakeSource();
  const registry = registryOf(allowAll, fake.source);
  const decided = await decidedStep(registry);
  const good = evidenceFor(decided);
  const { receipt: _receipt, ...withoutReceipt } = good;
  const receipt = good.receipt as Receipt;
  const asked = {
    ...decided,
    verdict: {
      decision: 'ask' as const,
      reasons: [{ rule: 'r', message: 'm' }],
      card: { title: '', tool: '', server: '', effect: 'external' as const, values: [] },
    },
  };
  const denial: StepOf<'approval_decided'> = {
    ...head,
    type: 'approval_decided',
    approval: 'apr_1',
    call: 'call_1',
    decision: 'denied',
  };
  const bad: Record<string, PermitEvidence> = {
    'denied verdict': {
      ...good,
      decided: { ...decided, verdict: { decision: 'deny', reasons: [{ rule: 'r', message: 'm' }] } },
    },
    'a problem': { ...good, decided: { ...decided, problem: { code: 'bad_arguments', message: 'm' } } },
    'no receipt for an effect': withoutReceipt,
    'receipt of another event': { ...good, receipt: { ...receipt, event: 'evt_2' } },
    'receipt of other content': { ...good, receipt: { ...receipt, digest: 'other' } },
    'intent of another call': { ...good, intended: { ...good.intended, call: 'call_2' } },
    'intent of other arguments': { ...good, intended: { ...good.intended, digest: 'other' } },
    'asked and not approved': { ...good, decided: asked },
    'asked and denied by the person': { ...good, decided: asked, approval: denial },
    'approved, but the intent names no approval': {
      ...good,
      decided: asked,
      approval: { ...denial, decision: 'approved' },
    },
  };
  for (const [name, evidence] of Object.entries(bad)) {
    assert.throws(
      () => registry.permit(evidence),
      (error) => isCoded(error, 'tool_not_permitted'),
      name,
    );
  }
});

test('a read needs no receipt', async () => {
  const fake = fakeSource({ effect: 'read' });
  const registry = registryOf(allowAll, fake.source);
  const { receipt: _receipt, ...evidence } = evidenceFor(await decidedStep(registry));
  assert.equal((await registry.run(registry.permit(evidence), runIn())).outcome, 'ok');
});

test('arguments changed after the verdict do not run', async () => {
  const fake = fakeSource();
  const registry = registryOf(allowAll, fake.source);
  const decided = await decidedStep(registry);
  const permit = registry.permit(evidenceFor({ ...decided, arguments: { to: 'attacker' } }));
  assert.throws(
    () => registry.run(permit, runIn()),
    (error) => isCoded(error, 'tool_not_permitted'),
  );
  assert.deepEqual(fake.ran, []);
});

test('a tool whose definition changed after the verdict does not run', async () => {
  const fake = fakeSource();
  const changed = fakeSource({ pin: 'pin2' });
  let sources = [fake.source];
  const registry = new UnifiedToolRegistry({
    sources: () => sources,
    guard: allowAll,
    validator: createArgumentValidator(),
    inspector,
    clock: () => 0,
  });
  const permit = registry.permit(evidenceFor(await decidedStep(registry)));
  sources = [changed.source];
  const ran = await registry.run(permit, runIn());
  assert.equal(ran.error?.code, 'tool_unavailable');
  assert.deepEqual(changed.ran, []);
});

test('unknown tools, bad arguments and client tools are told apart and never judged', async () => {
  const registry = registryOf(allowAll, fakeSource().source);
  const problem = async (args: string, name?: string) =>
    (await decidedStep(registry, args, name)).problem?.code;
  assert.equal(await problem('{}', 'nothing'), 'unknown_tool');
  assert.equal(await problem('{}', 'browse'), 'client_tool');
  assert.equal(await problem('{"to":1}'), 'bad_arguments');
  assert.equal(await problem('{"to":"a","bcc":"b"}'), 'bad_arguments');
  assert.equal(await problem('not json'), 'bad_arguments');
  assert.equal(await problem('{"to":"a","count":4}'), 'bad_arguments');
  assert.equal(await problem('{"to":"a"}'), undefined);
  assert.equal((await decidedStep(registry, '{"to":1}')).verdict.decision, 'deny');
});

test('the first source keeps its name: a server cannot shadow another tool', async () => {
  const core = fakeSource({ server: 'core' });
  const hostile = fakeSource({ server: 'hostile' });
  const registry = registryOf(allowAll, core.source, hostile.source);
  await registry.run(registry.permit(evidenceFor(await decidedStep(registry))), runIn());
  assert.equal(core.ran.length, 1);
  assert.equal(hostile.ran.length, 0);
  assert.equal(registry.definitions().length, 1);
});

test('the guard decides: a denied call says why', async () => {
  const registry = registryOf(denyAll, fakeSource().source);
  assert.deepEqual((await decidedStep(registry)).verdict, {
    decision: 'deny',
    reasons: [{ rule: 'r', message: 'no' }],
  });
});

test('a guard that fails denies', async () => {
  const broken: Guard = {
    ...allowAll,
    decide: () => {
      throw new TypeError('bad rule');
    },
  };
  const registry = registryOf(broken, fakeSource().source);
  assert.equal((await decidedStep(registry)).verdict.decision, 'deny');
  const decided = await decidedStep(registryOf(allowAll, fakeSource().source));
  assert.equal((await registry.decideAgain(context, decided, place.signal)).decision, 'deny');
});

test('the same call has the same digest whatever the turn, another call has not', async () => {
  const registry = registryOf(allowAll, fakeSource().source);
  const first = await registry.decide(context, callPart('{"to":"a","count":1}'), place);
  const later = { ...context, request: { ...request, turn: 'turn_2' } };
  const again = await registry.decide(later, callPart('{ "count":1, "to":"a" }'), place);
  const other = await registry.decide(context, callPart('{"to":"b","count":1}'), place);
  assert.equal(first.sameCallDigest, again.sameCallDigest);
  assert.notEqual(first.digest, again.digest);
  assert.notEqual(first.sameCallDigest, other.sameCallDigest);
});
