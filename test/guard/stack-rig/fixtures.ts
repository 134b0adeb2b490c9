import assert from 'node:assert/strict';
import type { Verdict } from '@bakerst/shared/guard';
import type { RecordedCall } from '@bakerst/testkit/hostile-mcp/recorded-messages';
import { type Call, type Said, type Stack, saidOf, type Told, tell } from './stack.ts';

/** What somebody said, and the calls of the model. */
export interface Fixture {
  readonly words: Said;
  readonly calls: readonly Call[];
  /** The server that would be harmed; default: `office`. */
  readonly server?: string;
}

/** The calls before the last one run, the last one does not: nothing arrives. Returns its verdict and the turn. */
export async function stops(
  stack: Stack,
  { words, calls, server = 'office' }: Fixture,
): Promise<{ readonly told: Told; readonly verdict: Verdict; readonly rules: readonly string[] }> {
  const before = (await stack.arrived(server)).length;
  const told = await tell(stack, words, calls);
  const verdict = told.verdicts.at(-1);
  assert.ok(verdict && told.verdicts.length === calls.length, `${saidOf(told)} in ${told.turn.status}`);
  assert.notEqual(verdict.decision, 'allow', `${JSON.stringify(words)}: ${JSON.stringify(verdict.reasons)}`);
  const arrived = (await stack.arrived(server)).slice(before);
  assert.deepEqual(
    named(arrived, server),
    calls
      .slice(0, -1)
      .filter(isOf(server))
      .map(([tool]) => tool),
  );
  return { told, verdict, rules: [...new Set(verdict.reasons.map((reason) => reason.rule))] };
}

/** All of it runs without a question, and arrives with the very arguments. */
export async function passes(stack: Stack, { words, calls, server = 'office' }: Fixture): Promise<Told> {
  const before = (await stack.arrived(server)).length;
  const told = await tell(stack, words, calls);
  assert.deepEqual(
    saidOf(told),
    calls.map(() => 'allow'),
    `${JSON.stringify(words)} ${reasonsOf(told)}`,
  );
  assert.equal(told.turn.status, 'completed');
  const arrived = (await stack.arrived(server)).slice(before);
  const expected = calls
    .filter(isOf(server))
    .map(([tool, args = {}]) => ({ tool: tool.slice(server.length + 2), arguments: args }));
  assert.deepEqual(arrived, expected);
  return told;
}

function isOf(server: string): (call: Call) => boolean {
  return ([tool]) => tool.startsWith(`${server}__`);
}

function named(arrived: readonly RecordedCall[], server: string): readonly string[] {
  return arrived.map(({ tool }) => `${server}__${tool}`);
}

function reasonsOf({ verdicts }: Told): string {
  return verdicts.flatMap(({ reasons }) => reasons.map((reason) => reason.message)).join(' ');
}
