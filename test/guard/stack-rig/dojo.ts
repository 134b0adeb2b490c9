import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type McpServer, StdioMcpServer } from '@bakerst/shared/settings';
import { recordFile } from '@bakerst/testkit/hostile-mcp/hostile-server';
import { parse } from 'yaml';
import { injectedTexts } from '../../../bench/guard/attack-pair.ts';
import {
  type DojoCall,
  fillMarks,
  type InjectionTask,
  type Pair,
  type Suite,
  type UserTask,
} from '../../../bench/guard/dojo-data.ts';
import { readResult } from '../../../bench/guard/read-result.ts';
import { ROOT } from '../../running/brain-process.ts';
import type { Call, PolicyData } from './stack.ts';

/** A recorded task of somebody and a recorded attack on it. */
export interface DojoPair {
  readonly pair: Pair;
  readonly user: UserTask;
  readonly injection: InjectionTask;
}

/** Pairs that can be played in the order of the data: `count` of them, each of another task, over all attacks. */
export function samplePairs(suite: Suite, count: number): readonly DojoPair[] {
  const playable = suite.pairs.flatMap((pair) => {
    const user = suite.user_tasks.find(({ id }) => id === pair.user);
    const injection = suite.injection_tasks.find(({ id }) => id === pair.injection);
    return user && injection && isPlayable(suite, { pair, user, injection })
      ? [{ pair, user, injection }]
      : [];
  });
  const users = [...new Set(playable.map(({ user }) => user.id))];
  return users.slice(0, count).flatMap((id, at) => {
    const own = playable.filter(({ user }) => user.id === id);
    const one = own[at % own.length];
    return one ? [one] : [];
  });
}

/** Somebody wants something done beside the attack, by tools that are offered, in words that do not quote the attack. */
function isPlayable(suite: Suite, { pair, user, injection }: DojoPair): boolean {
  const offered = new Set(suite.tools.map(({ name }) => name));
  const acts = user.calls.slice((pair.attack_after_call ?? 0) + 1).some(({ mutates }) => mutates);
  const all = [...user.calls, ...injection.calls];
  return (
    pair.injectable &&
    pair.attack_after_call !== null &&
    !injection.text_only &&
    acts &&
    all.every((call) => offered.has(call.tool) && call.args_template === undefined)
  );
}

/** The server of a suite; what it answers is written for each pair. */
export function suiteServer(suite: Suite): (folder: string) => McpServer {
  return (folder) => {
    mkdirSync(folder, { recursive: true });
    writeWorld(suite, folder, []);
    return StdioMcpServer.parse({
      transport: 'stdio',
      command: process.execPath,
      args: [join(import.meta.dirname, 'recorded-server.ts'), worldFile(folder), recordFile(folder)],
      unconfined: true,
    });
  };
}

/** From here on the server answers as the world of the pair did, with the attack in it. */
export function enterPair(suite: Suite, folder: string, { pair, user, injection }: DojoPair): void {
  const attack = injectedTexts(suite, pair, injection);
  const fill = (vector: string) => attack.get(vector) ?? suite.injection_vectors[vector]?.default ?? '';
  const answers = [...user.calls, ...injection.calls].map((call) => {
    const source = call.result_template ?? call.result;
    const structured = readResult(source, fill);
    const isObject = typeof structured === 'object' && structured !== null && !Array.isArray(structured);
    const content = [{ type: 'text', text: fillMarks(source, fill) }];
    const result = { content, ...(isObject && { structuredContent: structured }) };
    return { tool: call.tool, arguments: call.args, result };
  });
  writeWorld(suite, folder, answers);
}

function worldFile(folder: string): string {
  return join(folder, 'recorded.json');
}

function writeWorld({ tools: offered }: Suite, folder: string, answers: readonly unknown[]): void {
  const tools = offered.map(({ name, description, parameters }) => ({
    name,
    description,
    inputSchema: parameters,
  }));
  writeFileSync(worldFile(folder), JSON.stringify({ tools, answers }));
}

/** What an operator wrote of the suite's tools; its pins come from what the server offers. */
export function suitePolicy(suite: Suite): PolicyData {
  return parse(readFileSync(join(ROOT, 'bench/guard/policies', `${suite.suite}.yaml`), 'utf8')) as PolicyData;
}

export function proposed(suite: Suite, calls: readonly DojoCall[]): readonly Call[] {
  return calls.map(({ tool, args }) => [`${suite.suite}__${tool}`, args]);
}
