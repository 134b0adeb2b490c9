import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { CompletedMessage } from '@bakerst/shared/api/conversations';
import type { ToolPolicyInput } from '@bakerst/shared/policy';
import type { StepOf } from '@bakerst/shared/steps';
import { attackingServer, worldServer } from '@bakerst/testkit/hostile-mcp/hostile-server';
import { type RecordedCall, recordedCalls } from '@bakerst/testkit/hostile-mcp/recorded-messages';
import { type AcceptedServers, acceptServers, changePolicy } from '../../running/accept-tools.ts';
import { type BrainProcess, startBrainProcess, temporaryFolder } from '../../running/brain-process.ts';
import { untilServer } from '../../running/mcp-servers.ts';
import { catalogued, type ScriptedModel, scriptedModel } from '../../running/scripted-models.ts';
import { readTurn, stepsOf } from '../../running/talk.ts';
import { Actors, type Line } from './actors.ts';
import { callWith } from './person.ts';

type World = Parameters<typeof worldServer>[0];

/** One server: a world that the test writes down, or the hostile server in one of its modes. */
export type Outsider =
  | { readonly world: World }
  | { readonly mode: string; readonly flags?: Readonly<Record<string, string>> };

export interface HouseSetup {
  readonly servers: Readonly<Record<string, Outsider>>;
  /** What a person has accepted of them, by the servers' own names. */
  readonly accepted?: AcceptedServers;
  /** The rest of the policy: constants, urls, referents, rules. */
  readonly policy?: Readonly<Record<string, unknown>>;
  readonly contextWindow?: number;
  /** Servers as an operator writes them, beside the hostile ones. */
  readonly others?: Readonly<Record<string, unknown>>;
}

/** How one message ended. */
export interface Outcome {
  readonly status: string;
  readonly turn: string;
  readonly conversation: string;
  readonly approval: string | undefined;
  readonly decided: readonly StepOf<'tool_decided'>[];
  readonly ended: readonly StepOf<'tool_ended'>[];
}

/** What a client sends: words, or parts as the API takes them. */
export type Said = string | readonly Readonly<Record<string, unknown>>[];

/**
 * A real brain with real MCP servers and a model that obeys: it plays the lines of the test, and what an injection
 * orders only once it has really read it.
 */
export class House {
  readonly brain: BrainProcess;
  readonly model: ScriptedModel;
  readonly #folder: string;
  readonly #actors: Actors;
  readonly #seen = new Map<string, number>();

  constructor(
    brain: BrainProcess,
    model: ScriptedModel,
    made: { readonly folder: string; readonly actors: Actors },
  ) {
    this.brain = brain;
    this.model = model;
    this.#folder = made.folder;
    this.#actors = made.actors;
  }

  /** The agent's next answers. */
  play(...lines: readonly Line[]): void {
    this.#actors.agent = [...lines];
  }

  /** What the planner, and what the writer of summaries, answer from here on. */
  cast(role: 'planner' | 'observer', line: Line): void {
    this.#actors[role] = line;
  }

  /** Says something as the owner, or with a token of its own, and waits until nothing goes on any more. */
  async say(said: Said, more: Readonly<Record<string, unknown>> & { readonly token?: string } = {}) {
    const { token = await this.brain.token(), ...fields } = more;
    const parts = typeof said === 'string' ? [{ type: 'words', text: said }] : said;
    const answer = await callWith(this.brain, token, {
      path: '/api/v1/messages',
      init: {
        method: 'POST',
        body: JSON.stringify({ ...fields, parts }),
        headers: { prefer: 'wait=30' },
      },
    });
    assert.ok(answer.status === 200 || answer.status === 202, await answer.clone().text());
    return this.outcome(CompletedMessage.parse(await answer.json()).turn.id);
  }

  /** What has become of a turn. */
  async outcome(id: string): Promise<Outcome> {
    const turn = await readTurn(this.brain, id);
    const asked = stepsOf(turn, 'approval_requested').at(-1)?.approval;
    return {
      status: turn.status,
      turn: id,
      conversation: turn.conversation,
      approval: turn.status === 'parked' ? asked : undefined,
      decided: stepsOf(turn, 'tool_decided'),
      ended: stepsOf(turn, 'tool_ended'),
    };
  }

  /** Calls that arrived at a server since the last look. */
  async arrived(server: string): Promise<readonly RecordedCall[]> {
    const all = await recordedCalls(join(this.#folder, server));
    const from = this.#seen.get(server) ?? 0;
    this.#seen.set(server, all.length);
    return all.slice(from);
  }

  /** Folder of a server: its record, and whatever it reads again. */
  folderOf(server: string): string {
    return join(this.#folder, server);
  }
}

export async function openHouse(t: TestContext, setup: HouseSetup): Promise<House> {
  const actors = new Actors();
  const model = await scriptedModel(t, actors.reply);
  const folder = await temporaryFolder(t);
  const home = await temporaryFolder(t);
  await writeFile(join(home, 'policy.yaml'), 'version: 1\nprofile: balanced\n', { mode: 0o600 });
  const brain = await startBrainProcess(t, { home, config: configOf(model, folder, setup) });
  const named = { ...setup.servers, ...setup.others };
  for (const name of Object.keys(named)) await untilServer(brain, name, 'ready');
  const { accepted = {}, policy = {} } = setup;
  // The rest of the policy names accepted tools, and what it says of stored things is named by further ones.
  await acceptServers(
    brain,
    onlyThose(accepted, (tool) => !refersTo(tool)),
  );
  const more = Object.entries(policy).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
  if (more.length > 0) await changePolicy(brain, (text) => `${text}${more.join('')}`);
  await acceptServers(brain, onlyThose(accepted, refersTo));
  return new House(brain, model, { folder, actors });
}

/** Servers with some tool of that kind, and these tools of theirs. */
function onlyThose(accepted: AcceptedServers, isWanted: (tool: ToolPolicyInput) => boolean): AcceptedServers {
  const servers = Object.entries(accepted).map(([name, server]) => {
    const tools = Object.entries(server.tools).filter(([, tool]) => isWanted(tool));
    return [name, { ...server, tools: Object.fromEntries(tools) }] as const;
  });
  return Object.fromEntries(servers.filter(([, { tools }]) => Object.keys(tools).length > 0));
}

/** Whether an argument is a handle that the monitor looks up. */
function refersTo({ arguments: args = {} }: ToolPolicyInput): boolean {
  return Object.values(args).some(({ refers }) => refers !== undefined);
}

function configOf(model: ScriptedModel, folder: string, setup: HouseSetup) {
  const about = { ...catalogued(), ...(setup.contextWindow && { contextWindow: setup.contextWindow }) };
  const servers = Object.entries(setup.servers).map(([name, outsider]) => {
    const own = join(folder, name);
    return [name, { ...serverOf(outsider, own), unconfined: true }] as const;
  });
  return {
    providers: model.config.providers,
    models: {
      roles: { agent: ['test/agent'], planner: ['test/planner'], observer: ['test/observer'] },
      catalog: { 'test/agent': about, 'test/planner': catalogued(), 'test/observer': catalogued() },
    },
    mcpServers: { ...Object.fromEntries(servers), ...setup.others },
  };
}

function serverOf(outsider: Outsider, folder: string) {
  if ('world' in outsider) return worldServer(outsider.world, folder);
  worldServer({ tools: [] }, folder);
  return attackingServer(outsider.mode, { folder, ...(outsider.flags && { flags: outsider.flags }) });
}
