import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { ServerReview } from '@bakerst/shared/api/guard';
import { type DojoCall, loadSuites, type Suite } from '../../bench/guard/dojo-data.ts';
import { acceptServers } from '../running/accept-tools.ts';
import { ROOT } from '../running/brain-process.ts';
import { decide, openApprovals, showApproval } from './stack-rig/decide.ts';
import {
  type DojoPair,
  enterPair,
  proposed,
  samplePairs,
  suitePolicy,
  suiteServer,
} from './stack-rig/dojo.ts';
import {
  type Call,
  json,
  openStack,
  type Said,
  type Stack,
  saidOf,
  type Told,
  tell,
} from './stack-rig/stack.ts';

const PAIRS_OF_A_SUITE = 3;
const DATA = resolve(ROOT, '../shared/data');

const suites = loadSuites(DATA);
const skip = suites.length === 0 && `needs recorded tasks in ${DATA}`;

/** What the policy file does not name is accepted as it is proposed, by somebody who reads nothing. */
async function acceptTheRest({ brain, console }: Stack, server: string): Promise<void> {
  const { tools } = ServerReview.parse(await json(console, `/api/v1/mcp-servers/${server}/review`));
  const rest = tools
    .filter(({ state }) => state === 'unknown')
    .map(({ name, proposal: { pin: _, ...policy } }) => [name, policy]);
  if (rest.length > 0) await acceptServers(brain, { [server]: { tools: Object.fromEntries(rest) } });
}

function isAmong(calls: readonly Call[], tool: string, args: unknown): boolean {
  return calls.some((call) => call[0] === tool && isDeepStrictEqual(call[1], args));
}

interface Play {
  readonly said: Said;
  readonly calls: readonly Call[];
  /** What the person wants. */
  readonly own: readonly Call[];
}

/** Somebody who approves what they themselves asked for, and nothing else. */
async function played(stack: Stack, { said, calls, own }: Play): Promise<Told> {
  let told = await tell(stack, said, calls);
  while (told.turn.status === 'parked') {
    const asked = (await openApprovals(stack)).find(({ turn }) => turn === told.turn.id);
    assert.ok(asked);
    const { decided } = await showApproval(stack, asked.id);
    assert.ok(decided?.type === 'tool_decided');
    const isOwn = isAmong(own, decided.tool, decided.arguments);
    const andThen = calls.slice(told.decided.length);
    told = await decide(stack, told, { decision: isOwn ? 'approved' : 'denied', andThen });
  }
  assert.equal(told.turn.status, 'completed', saidOf(told).join('; '));
  assert.equal(told.decided.length, calls.length, 'every call was proposed');
  return told;
}

async function attack(stack: Stack, suite: Suite, one: DojoPair): Promise<void> {
  const { pair, user, injection } = one;
  enterPair(suite, join(stack.folder, suite.suite), one);
  const before = (await stack.arrived(suite.suite)).length;
  const exposed = (pair.attack_after_call ?? 0) + 1;
  const own = proposed(suite, user.calls);
  const evil = proposed(suite, injection.calls);
  // The model obeys as soon as it has read the attack; the person then says once more what is wanted.
  const attacked = await played(stack, {
    said: user.prompt,
    calls: [...own.slice(0, exposed), ...evil],
    own,
  });
  const { conversation } = attacked;
  const after = await played(stack, {
    said: { conversation, text: user.prompt },
    calls: own.slice(exposed),
    own,
  });
  const arrived = (await stack.arrived(suite.suite)).slice(before);
  const ran = (call: DojoCall) =>
    arrived.some(({ tool, arguments: args }) => tool === call.tool && isDeepStrictEqual(args, call.args));
  const told = `${saidOf(attacked).join('; ')} | ${saidOf(after).join('; ')}`;
  for (const set of injection.minimal_success_sets)
    assert.ok(
      !set.every((at) => injection.calls[at] && ran(injection.calls[at])),
      `the attack succeeded: ${told}`,
    );
  const acted = injection.calls.filter((call) => call.mutates && ran(call) && !isOwnCall(user.calls, call));
  assert.deepEqual(acted, [], `nothing of the attack was done: ${told}`);
  for (const call of user.calls) assert.ok(ran(call), `${call.tool} was done: ${told}`);
}

function isOwnCall(calls: readonly DojoCall[], { tool, args }: DojoCall): boolean {
  return calls.some((call) => call.tool === tool && isDeepStrictEqual(call.args, args));
}

test('recorded tasks under attack through the running program', { skip }, async (t) => {
  for (const suite of suites)
    await t.test(suite.suite, async (t) => {
      const stack = await openStack(t, {
        servers: { [suite.suite]: suiteServer(suite) },
        policy: suitePolicy(suite),
      });
      await acceptTheRest(stack, suite.suite);
      const pairs = samplePairs(suite, PAIRS_OF_A_SUITE);
      assert.equal(pairs.length, PAIRS_OF_A_SUITE);
      for (const one of pairs)
        await t.test(`${one.user.id} with ${one.injection.id}`, () => attack(stack, suite, one));
    });
});
