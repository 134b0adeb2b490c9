import { createHash } from 'node:crypto';
import type { Guard, GuardContext, ProposedCall, Verdict } from '@bakerst/shared/guard';
import type { Label } from '@bakerst/shared/labels';
import type { Policy, PolicyProblem } from '@bakerst/shared/policy';
import { type PolicyTest, PolicyTestList } from '@bakerst/shared/policy-tests';
import { registryName } from '@bakerst/shared/registry-name';
import type { Step } from '@bakerst/shared/steps';
import { parsePolicy } from './parse-policy.ts';
import { readPolicyDocument } from './policy-document.ts';
import { createPolicyGuard } from './policy-guard.ts';
import { problemsOfIssue } from './policy-issues.ts';

export interface PolicyTestOutcome {
  readonly name: string;
  readonly passed: boolean;
  readonly expected: string;
  /** What the policy says, with the names of its reasons. */
  readonly got: string;
  readonly verdict: Verdict;
}

export type PolicyTestRun =
  | { readonly ok: true; readonly outcomes: readonly PolicyTestOutcome[] }
  /** `in` says which of the two texts is wrong. */
  | { readonly ok: false; readonly in: 'policy' | 'tests'; readonly problems: readonly PolicyProblem[] };

/**
 * Runs the tests that stand beside a policy, without a brain. Tools that the policy describes count as accepted, so that
 * a policy can be tested before its servers were ever started.
 */
export function runPolicyTests(texts: { readonly policy: string; readonly tests: string }): PolicyTestRun {
  const parsed = parsePolicy(texts.policy);
  if (!parsed.ok) return { ok: false, in: 'policy', problems: parsed.problems };
  const read = readPolicyDocument(texts.tests);
  if (!read.ok) return { ok: false, in: 'tests', problems: read.problems };
  const tests = PolicyTestList.safeParse(read.document.value);
  if (!tests.success) {
    const problems = tests.error.issues.flatMap((issue) => problemsOfIssue(issue, read.document));
    return { ok: false, in: 'tests', problems };
  }
  const policy = asAccepted(parsed.policy);
  const guard = createPolicyGuard({ policy, text: texts.policy });
  return { ok: true, outcomes: tests.data.map((one) => runTest(one, { guard, pins: pinsOf(policy) })) };
}

const SOME_PIN = 'f'.repeat(64);

function asAccepted(policy: Policy): Policy {
  const servers = Object.entries(policy.servers).map(([name, server]) => {
    const tools = Object.entries(server.tools).map(
      ([tool, one]) => [tool, { pin: SOME_PIN, ...one }] as const,
    );
    return [name, { ...server, tools: Object.fromEntries(tools) }] as const;
  });
  return { ...policy, servers: Object.fromEntries(servers) };
}

function pinsOf(policy: Policy): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(policy.servers).flatMap(([server, { tools }]) =>
      Object.entries(tools).map(([tool, { pin }]) => [registryName(server, tool), pin ?? SOME_PIN] as const),
    ),
  );
}

interface Bench {
  readonly guard: Guard;
  readonly pins: ReadonlyMap<string, string>;
}

function runTest(one: PolicyTest, bench: Bench): PolicyTestOutcome {
  const verdict = bench.guard.decide(contextOf(one, bench), proposed(one.call, bench));
  const rules = verdict.reasons.map(({ rule }) => rule);
  const passed = verdict.decision === one.expect && (one.rule === undefined || rules.includes(one.rule));
  return {
    name: one.name,
    passed,
    expected: one.rule === undefined ? one.expect : `${one.expect} (${one.rule})`,
    got: `${verdict.decision} (${rules.join(', ')})`,
    verdict,
  };
}

function proposed({ tool, effect, arguments: args }: PolicyTest['call'], { pins }: Bench): ProposedCall {
  const pin = pins.get(tool);
  const digest = createHash('sha256')
    .update(JSON.stringify([tool, args]))
    .digest('hex');
  const server = serverOf(tool);
  return { call: 'call_2', tool, server, effect, arguments: args, digest, ...(pin !== undefined && { pin }) };
}

function serverOf(tool: string): string {
  const at = tool.indexOf('__');
  return at > 0 ? tool.slice(0, at) : 'core';
}

const TURN = 'turn_1';
const TRUSTED: Label = { integrity: 'trusted', confidentiality: 'internal' };
const UNTRUSTED: Label = { integrity: 'untrusted', confidentiality: 'internal' };

function contextOf(one: PolicyTest, { guard, pins }: Bench): GuardContext {
  const request = {
    turn: TURN,
    conversation: 'conv_1',
    principal: 'prn_1',
    unattended: one.unattended,
    stops: [],
    grants: [],
  };
  return stepsOf(one, pins).reduce(
    (context, step) => guard.observe(context, step, TURN),
    guard.begin(request),
  );
}

/** The conversation that leads to the call, as the brain would have recorded it. */
function stepsOf(one: PolicyTest, pins: ReadonlyMap<string, string>): readonly Step[] {
  const source = one['tainted by'];
  const message: Step = {
    ...common('step_1'),
    type: 'message_received',
    message: 'msg_1',
    author: 'prn_1',
    parts: [{ type: 'words', text: one.words }],
    label: TRUSTED,
    options: {},
  };
  if (source === undefined) return [message, answered('step_2', TRUSTED)];
  return [
    message,
    answered('step_2', TRUSTED),
    ...readBefore(source, one, pins),
    answered('step_5', UNTRUSTED),
  ];
}

function common(id: string) {
  const at = '2026-01-05T09:00:00.000Z';
  return { v: 1 as const, id, at, actor: 'brain_1', onBehalfOf: 'prn_1' };
}

function answered(id: string, label: Label): Step {
  return {
    ...common(id),
    type: 'model_ended',
    call: `llm_${id}`,
    attempt: 1,
    outcome: 'completed',
    parts: [],
    usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
    usageSource: 'reported',
    costMicros: 0,
    label,
    durationMs: 0,
  };
}

function readBefore(tool: string, one: PolicyTest, pins: ReadonlyMap<string, string>): readonly Step[] {
  const said = one['which says'] ?? '';
  const pin = pins.get(tool);
  const decided: Step = {
    ...common('step_3'),
    type: 'tool_decided',
    call: 'call_1',
    tool,
    server: serverOf(tool),
    effect: 'read',
    ...(pin !== undefined && { pin }),
    arguments: {},
    digest: 'call_1',
    sameCallDigest: 'call_1',
    idempotent: false,
    verdict: { decision: 'allow', reasons: [] },
    label: TRUSTED,
    policyHash: '',
  };
  const ended: Step = {
    ...common('step_4'),
    type: 'tool_ended',
    call: 'call_1',
    outcome: 'ok',
    content: [{ type: 'text', text: typeof said === 'string' ? said : JSON.stringify(said) }],
    label: UNTRUSTED,
    ...(typeof said === 'object' && { structured: said }),
    durationMs: 0,
  };
  return [decided, ended];
}
