import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { CompletedMessage, type TurnWithSteps } from '@bakerst/shared/api/conversations';
import { PolicyView, ServerReview } from '@bakerst/shared/api/guard';
import type { Verdict } from '@bakerst/shared/guard';
import type { McpServer } from '@bakerst/shared/settings';
import type { StepOf } from '@bakerst/shared/steps';
import { type RecordedCall, recordedCalls } from '@bakerst/testkit/hostile-mcp/recorded-messages';
import { callTool, type Script, say } from '@bakerst/testkit/model-servers/script';
import { stringify } from 'yaml';
import { type BrainProcess, startBrainProcess, temporaryFolder } from '../../running/brain-process.ts';
import { type ConsoleSession, openConsole } from '../../running/console-session.ts';
import { untilServer } from '../../running/mcp-servers.ts';
import { type ScriptedModel, scriptedModel } from '../../running/scripted-models.ts';
import { message, readTurn, stepsOf, type Words } from '../../running/talk.ts';

/** A policy as data, without pins: they are computed from what the servers really offer. */
export interface PolicyData {
  readonly servers?: Readonly<
    Record<string, { readonly tools?: Readonly<Record<string, object>>; readonly [more: string]: unknown }>
  >;
  readonly [more: string]: unknown;
}

export interface StackOptions {
  /** By name; each records into the folder it is given. */
  readonly servers: Readonly<Record<string, (folder: string) => McpServer>>;
  readonly policy?: PolicyData;
  readonly env?: Readonly<Record<string, string>>;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** One proposed call of the model: the registry's name and its arguments. */
export type Call = readonly [tool: string, args?: unknown];

/** The real program with an obedient model, real MCP servers and somebody in the console. */
export interface Stack {
  brain: BrainProcess;
  readonly model: ScriptedModel;
  console: ConsoleSession;
  readonly folder: string;
  /** What really arrived at a server so far. */
  arrived(server: string): Promise<readonly RecordedCall[]>;
}

/** Starts all of it and accepts what the policy names, pinned as it is offered. */
export async function openStack(t: TestContext, options: StackOptions): Promise<Stack> {
  const folder = await temporaryFolder(t);
  const model = await scriptedModel(t);
  const servers = Object.entries(options.servers).map(([name, make]) => [name, make(join(folder, name))]);
  const brain = await startBrainProcess(t, {
    config: {
      ...model.config,
      mcpServers: Object.fromEntries(servers),
      limits: { requestsPerMinute: 100_000 },
      ...options.config,
    },
    ...(options.env && { env: options.env }),
  });
  for (const name of Object.keys(options.servers)) await untilServer(brain, name, 'ready');
  const stack: Stack = {
    brain,
    model,
    console: await openConsole(brain),
    folder,
    arrived: (server) => recordedCalls(join(folder, server)),
  };
  if (options.policy) await putPolicy(stack, options.policy);
  return stack;
}

/** Puts a policy in force whose pins are those of the tools that are offered now. */
export async function putPolicy({ console }: Stack, policy: PolicyData): Promise<void> {
  const { hash: expectedHash } = PolicyView.parse(await json(console, '/api/v1/policy'));
  const servers = await Promise.all(
    Object.entries(policy.servers ?? {}).map(async ([name, server]) => {
      const review = ServerReview.parse(await json(console, `/api/v1/mcp-servers/${name}/review`));
      const pins = new Map(review.tools.map((tool) => [tool.name, tool.pin]));
      const tools = Object.entries(server.tools ?? {}).map(([own, tool]) => [
        own,
        { pin: pins.get(own), ...tool },
      ]);
      return [name, { ...server, tools: Object.fromEntries(tools) }] as const;
    }),
  );
  const whole = { version: 1, ...policy, servers: Object.fromEntries(servers) };
  const text = stringify(whole, { aliasDuplicateObjects: false });
  await json(console, '/api/v1/policy', { method: 'PUT', body: JSON.stringify({ expectedHash, text }) });
}

export async function json(session: ConsoleSession, path: string, init?: RequestInit): Promise<unknown> {
  const answer = await session.call(path, init);
  assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer.json();
}

/** What became of one message. */
export interface Told {
  readonly conversation: string;
  readonly turn: TurnWithSteps;
  /** Verdicts in the order of the calls. */
  readonly verdicts: readonly Verdict[];
  readonly decided: readonly StepOf<'tool_decided'>[];
}

/** What somebody types, in a conversation of its own or going on in one. */
export type Said = string | (Words & { readonly text: string });

/** Somebody says something, and the model makes these calls one after another. */
export function tell(stack: Stack, said: Said, calls: readonly Call[]): Promise<Told> {
  return play(stack, said, obeying(calls));
}

/** One call an answer, then some words. */
export function obeying(calls: readonly Call[]): Script {
  return ({ number }) => {
    const call = calls[number];
    return call ? callTool(call[0], call[1] ?? {}) : say('That is all.');
  };
}

/** Waits until the turn is over, or waits for a person. */
export async function play(stack: Stack, said: Said, script: Script): Promise<Told> {
  const { text, ...words } = typeof said === 'string' ? { text: said } : said;
  const { brain, model, console } = stack;
  model.play(script);
  const request = message(text, words);
  const headers = { ...(request.headers as Record<string, string>), prefer: 'wait=30' };
  const answer = await console.call('/api/v1/messages', { ...request, headers });
  assert.ok(answer.status === 200 || answer.status === 202, await answer.clone().text());
  const { turn, conversation } = CompletedMessage.parse(await answer.json());
  return toldBy(brain, turn.id, conversation);
}

export async function toldBy(brain: BrainProcess, id: string, conversation: string): Promise<Told> {
  const turn = await readTurn(brain, id);
  const decided = stepsOf(turn, 'tool_decided');
  return { conversation, turn, decided, verdicts: decided.map((step) => step.verdict) };
}

/** `deny leak`, `ask unproven-value not-planned`, `allow`. */
export function saidOf(told: Told): readonly string[] {
  return told.verdicts.map(({ decision, reasons }) =>
    decision === 'allow'
      ? decision
      : `${decision} ${[...new Set(reasons.map((reason) => reason.rule))].join(' ')}`,
  );
}
