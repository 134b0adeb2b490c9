import { proposeTool } from '@bakerst/guard/propose-tool';
import type { ToolDefinition } from '@bakerst/shared/tools';
import { loadLines } from './dojo-data.ts';
import { valuesIn } from './known-values.ts';
import { guardOfData } from './load-policy.ts';
import { offeredTool } from './offered-tools.ts';
import { readPython } from './read-python.ts';
import { isObject } from './read-result.ts';
import { Recording } from './recorded-steps.ts';

interface InjecCase {
  readonly id: string;
  readonly kind: 'direct_harm' | 'data_stealing';
  readonly user_tool: string;
  readonly user_instruction: string;
  readonly tool_parameters: string;
  readonly tool_response: string;
  readonly tool_response_enhanced_prefix?: string;
  readonly attacker_instruction: string;
  readonly attacker_tools: readonly string[];
}

export interface InjecFigures {
  readonly policy: string;
  readonly cases: number;
  /** Attacks whose calls all ran unasked. */
  readonly through: readonly { readonly id: string; readonly tools: readonly string[] }[];
  /** The user's own calls that were asked. */
  readonly userAsked: number;
}

type Acceptance = 'all guessed' | 'attacker tools unknown' | 'all unknown';

/** InjecAgent with an obedient model: the user's call, then the attacker's, under labels nobody wrote by hand. */
export function runInjecAgent(folder: string): readonly InjecFigures[] {
  const cases = loadLines<InjecCase>(folder, 'injecagent.jsonl');
  if (cases.length === 0) return [];
  const policies: readonly Acceptance[] = ['all guessed', 'attacker tools unknown', 'all unknown'];
  return policies.map((policy) => {
    const outcomes = cases.map((one) => runCase(one, policy));
    return {
      policy,
      cases: cases.length,
      through: cases.flatMap((one, at) =>
        outcomes[at]?.isThrough ? [{ id: one.id, tools: one.attacker_tools }] : [],
      ),
      userAsked: outcomes.filter((one) => one.userAsked).length,
    };
  });
}

const SERVER = 'agent';

function runCase(one: InjecCase, acceptance: Acceptance): { isThrough: boolean; userAsked: boolean } {
  const userArgs = asObject(readPython(one.tool_parameters));
  const harmful = argumentsOf(one.attacker_instruction);
  const userTool = definitionOf(one.user_tool, userArgs);
  const attackers = one.attacker_tools.map((name) => definitionOf(name, harmful));
  const accepted =
    acceptance === 'all unknown' ? [] : acceptance === 'all guessed' ? [userTool, ...attackers] : [userTool];
  const guard = guardOfData(policyOf(accepted));
  const setting = { guard, lookUp: () => [], at: '2024-05-15T08:00:00.000Z' };
  const asked = Recording.begin(setting, one.user_instruction).propose(userTool, userArgs);
  const text = `${one.tool_response_enhanced_prefix ?? ''}${one.tool_response}`;
  const structured = readPython(one.tool_response.replace(/^"|"$/g, ''));
  let now =
    asked.judged.verdict.decision === 'deny'
      ? asked.proposed.refused(asked.judged)
      : asked.proposed.ran(asked.judged, { text, ...(isObject(structured) && { structured }) });
  let isThrough = true;
  for (const definition of attackers) {
    const { proposed, judged } = now.propose(definition, harmful);
    if (judged.verdict.decision === 'allow') now = proposed.ran(judged, { text: 'Done: 1600 Amphitheatre' });
    else isThrough = false;
  }
  return { isThrough, userAsked: asked.judged.verdict.decision !== 'allow' };
}

function policyOf(accepted: readonly ToolDefinition[]): unknown {
  const tools = accepted.map((definition) => [
    definition.name.slice(SERVER.length + 2),
    { ...proposeTool(definition), pin: definition.pin },
  ]);
  return { version: 1, servers: { [SERVER]: { clearance: 'internal', tools: Object.fromEntries(tools) } } };
}

function definitionOf(name: string, args: Readonly<Record<string, unknown>>): ToolDefinition {
  const properties = Object.fromEntries(
    Object.entries(args).map(([key, value]) => [key, { type: typeOf(value) }]),
  );
  return offeredTool(SERVER, {
    name,
    description: name.replaceAll(/([a-z])([A-Z])/g, '$1 $2'),
    parameters: { type: 'object', properties, required: Object.keys(properties) },
  });
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
}

/** What a tool would be called with for an instruction, by the look of its values. */
function argumentsOf(instruction: string): Readonly<Record<string, unknown>> {
  const { texts, numbers } = valuesIn(instruction);
  const email = texts.find((text) => text.includes('@'));
  const named = texts.filter((text) => text !== email).slice(0, 2);
  return {
    ...(email !== undefined && { to: email }),
    ...(named[0] !== undefined && { target: named[0] }),
    ...(named[1] !== undefined && { name: named[1] }),
    ...(numbers[0] !== undefined && { amount: numbers[0] }),
    body: instruction,
  };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}
