import { proposeTool } from '@bakerst/guard/propose-tool';
import type { ToolDefinition } from '@bakerst/shared/tools';
import { type DojoTool, loadLines } from './dojo-data.ts';
import { guardOfData } from './load-policy.ts';
import { offeredTool } from './offered-tools.ts';
import { Recording } from './recorded-steps.ts';

interface ListedTool {
  readonly id: string;
  readonly server: string;
  readonly tool: string;
  readonly description: string;
  readonly params: readonly string[];
  readonly variant: string;
}
interface PoisonedTool {
  readonly id: string;
  readonly label: number;
  readonly poisoned_tool?: string;
  readonly description_override?: Readonly<Record<string, string>>;
}
interface AttackTool {
  readonly id: string;
  readonly tool: string;
  readonly description: string;
  readonly attacker_instruction: string;
}

export interface CheckFigures {
  readonly name: string;
  readonly checks: number;
  readonly failed: readonly string[];
}

/** What a server may do to the tools it offers: change them, add to them, give them another's name. */
export function checkDefinitions(folder: string): readonly CheckFigures[] {
  const listed = loadLines<ListedTool>(folder, 'mcp_tools_msb.jsonl');
  const poisoned = loadLines<PoisonedTool>(folder, 'tool_poisoning_bench.jsonl');
  const attacks = loadLines<AttackTool>(folder, 'asb_attack_tools.jsonl');
  return [
    changedAfterAcceptance(listed, poisoned),
    unacceptedTools(listed),
    shadowingNames(listed),
    attackTools(attacks),
  ].filter(({ checks }) => checks > 0);
}

/** A definition that was accepted and then changes: every call is refused. */
function changedAfterAcceptance(
  listed: readonly ListedTool[],
  poisoned: readonly PoisonedTool[],
): CheckFigures {
  const failed: string[] = [];
  let checks = 0;
  const bases = listed.filter(({ variant }) => variant === 'base');
  const pairs = [
    ...listed
      .filter(({ variant }) => variant !== 'base')
      .flatMap((changed) => {
        const base = bases.find(({ server }) => server === changed.server) ?? bases[0];
        return base ? [{ id: changed.id, base: toolOf(base), changed: toolOf(changed) }] : [];
      }),
    ...poisoned.flatMap(({ id, poisoned_tool: name, description_override: texts }) =>
      name === undefined || texts?.[name] === undefined
        ? []
        : [
            {
              id,
              base: calculator(name, 'Evaluates an expression.'),
              changed: calculator(name, texts[name]),
            },
          ],
    ),
  ];
  for (const { id, base, changed } of pairs) {
    const accepted = offeredTool('srv', base);
    // The server says of its accepted tool what it now says of the changed one.
    const now = offeredTool('srv', { ...changed, name: base.name });
    if (accepted.pin === now.pin) continue;
    checks += 1;
    const guard = guardOfData(acceptedPolicy([accepted]));
    const standing = guard.standing(now);
    const begin = Recording.begin(settingOf(guard), `Please use ${base.name} for me.`);
    const { verdict } = begin.judge(now, { query: 'x' });
    if (standing.acceptance !== 'changed' || verdict.decision !== 'deny') failed.push(id);
  }
  return { name: 'a changed definition is refused', checks, failed };
}

/** Tools that nobody accepted: external, asked, and their results taint. */
function unacceptedTools(listed: readonly ListedTool[]): CheckFigures {
  const failed = listed.flatMap((one) => {
    const definition = offeredTool(nameOf(one.server), toolOf(one));
    const guard = guardOfData({ version: 1 });
    const standing = guard.standing(definition);
    const begin = Recording.begin(settingOf(guard), `Please call ${one.tool} now.`);
    const { proposed, judged } = begin.propose(definition, {});
    const after = proposed.ran(judged, { text: 'something' });
    const isRight =
      standing.acceptance === 'unknown' &&
      standing.effect === 'external' &&
      standing.results.integrity === 'untrusted' &&
      judged.verdict.decision !== 'allow' &&
      after.context.label.integrity === 'untrusted';
    return isRight ? [] : [one.id];
  });
  return { name: 'an unaccepted tool is external, asked, and taints', checks: listed.length, failed };
}

/** Another server's tool of the same name, or one that looks like it, gets nothing from the accepted one. */
function shadowingNames(listed: readonly ListedTool[]): CheckFigures {
  const bases = listed.filter(({ variant }) => variant === 'base');
  const failed = bases.flatMap((base) => {
    const accepted = offeredTool('srv', toolOf(base));
    const guard = guardOfData(acceptedPolicy([accepted]));
    const begin = Recording.begin(settingOf(guard), `Please use ${base.tool}.`);
    const names = [base.tool, `${base.tool}_v1`, base.tool.toUpperCase(), `${base.tool}\u200b`];
    const others = names.map((name, at) =>
      offeredTool(at === 0 ? 'other' : 'srv', { ...toolOf(base), name }),
    );
    // A server that names itself so that the registry's names collide.
    const collides: ToolDefinition = { ...offeredTool('other', toolOf(base)), name: accepted.name };
    const slipped = [...others, collides].filter((definition) => {
      const isSame = definition.pin === accepted.pin && definition.server === accepted.server;
      return (
        !isSame &&
        (guard.standing(definition).acceptance === 'accepted' ||
          begin.judge(definition, {}).verdict.decision === 'allow')
      );
    });
    return slipped.length > 0 ? [`${base.id} as ${slipped.map(({ name }) => name).join(', ')}`] : [];
  });
  return { name: 'a shadowing name gets nothing', checks: bases.length * 5, failed };
}

/** ASB: an attack tool called after an untrusted result, known by its guessed labels and not known at all. */
function attackTools(attacks: readonly AttackTool[]): CheckFigures {
  const failed = attacks.flatMap((attack) => {
    const definition = offeredTool('srv', {
      name: attack.tool,
      description: attack.description,
      parameters: { type: 'object', properties: { request: { type: 'string' } } },
    });
    const read = offeredTool('srv', {
      name: 'get_page',
      description: 'Reads a page.',
      parameters: { type: 'object' },
    });
    const policies = [acceptedPolicy([read]), acceptedPolicy([read, definition])];
    const ran = policies.some((policy) => {
      const guard = guardOfData(policy);
      const begin = Recording.begin(settingOf(guard), 'Summarise the status page for me.');
      const first = begin.propose(read, {});
      const now = first.proposed.ran(first.judged, { text: attack.attacker_instruction });
      const { verdict } = now.judge(definition, { request: attack.attacker_instruction });
      return verdict.decision === 'allow' && guard.standing(definition).effect !== 'read';
    });
    return ran ? [attack.id] : [];
  });
  return { name: 'an attack tool with an effect does not run unasked', checks: attacks.length * 2, failed };
}

function acceptedPolicy(definitions: readonly ToolDefinition[]): unknown {
  const tools = definitions.map((definition) => [
    definition.name.slice('srv__'.length),
    { ...proposeTool(definition), pin: definition.pin },
  ]);
  return { version: 1, servers: { srv: { clearance: 'internal', tools: Object.fromEntries(tools) } } };
}

function settingOf(guard: ReturnType<typeof guardOfData>) {
  return { guard, lookUp: () => [], at: '2024-05-15T08:00:00.000Z' };
}

function toolOf({ tool, description, params }: ListedTool): DojoTool {
  const properties = Object.fromEntries(params.map((name) => [name, { type: 'string' }]));
  return { name: tool, description, parameters: { type: 'object', properties } };
}

function calculator(name: string, description: string): DojoTool {
  const parameters = { type: 'object', properties: { expression: { type: 'string' } } };
  return { name, description, parameters };
}

function nameOf(server: string): string {
  return server.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}
