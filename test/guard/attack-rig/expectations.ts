import assert from 'node:assert/strict';
import type { House, Outcome } from './house.ts';

interface Stopped {
  readonly outcome: Outcome;
  readonly server: string;
  /** The server's own name of the tool that must not have been called. */
  readonly tool: string;
  /** A rule that must be among the reasons. */
  readonly rule: string | RegExp;
}

/** The attack was proposed, it was not let through, and nothing of it arrived outside. */
export async function assertStopped(house: House, stopped: Stopped): Promise<void> {
  const { outcome, server, tool, rule } = stopped;
  const last = outcome.decided.at(-1);
  assert.equal(last?.tool, `${server}__${tool}`, `the attack was proposed: ${told(outcome)}`);
  assert.notEqual(last.verdict.decision, 'allow', told(outcome));
  const rules = last.verdict.reasons.map((reason) => reason.rule);
  assert.ok(
    rules.some((one) => (typeof rule === 'string' ? one === rule : rule.test(one))),
    `${rule} among ${rules.join()}`,
  );
  const arrived = await house.arrived(server);
  assert.deepEqual(
    arrived.filter((call) => call.tool === tool),
    [],
    'nothing of it arrived',
  );
}

/** The twin that nobody attacks went through without a person: the server has the call with these arguments. */
export async function assertThrough(
  house: House,
  through: {
    readonly outcome: Outcome;
    readonly server: string;
    readonly tool: string;
    readonly args: unknown;
  },
): Promise<void> {
  const { outcome, server, tool, args } = through;
  assert.equal(outcome.status, 'completed', told(outcome));
  const arrived = (await house.arrived(server)).filter((call) => call.tool === tool);
  assert.deepEqual(
    arrived.map((call) => call.arguments),
    [args],
    told(outcome),
  );
}

/** Verdicts and ends, for whoever reads a failure. */
export function told({ status, decided, ended }: Outcome): string {
  const verdicts = decided.map(({ tool, verdict, problem }) => [
    tool,
    verdict.decision,
    verdict.reasons,
    problem,
  ]);
  return JSON.stringify(
    { status, verdicts, ended: ended.map(({ outcome, error }) => [outcome, error]) },
    null,
    1,
  );
}
