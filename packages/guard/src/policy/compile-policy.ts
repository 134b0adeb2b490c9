import {
  type ArgumentPolicy,
  type OperatorRule,
  type Policy,
  ResultPolicy,
  type ToolPolicy,
} from '@bakerst/shared/policy';
import { registryName } from '@bakerst/shared/registry-name';
import { defaultIntents } from '../plan/default-intents.ts';
import { compileIntent, type Intent } from '../plan/find-intents.ts';
import { compileRule, type RuleFacts } from '../rule-language.ts';
import { CORE_TOOLS } from './core-tools.ts';

/** One tool of the policy, ready for verdicts. */
export interface CompiledTool {
  readonly name: string;
  /** `core` or the server's name. */
  readonly server: string;
  readonly policy: ToolPolicy;
  readonly intents: readonly Intent[];
}

/** An operator's rule that can be asked. */
export interface ReadyRule {
  readonly rule: OperatorRule;
  readonly applies: (facts: RuleFacts) => boolean;
}

/** The policy, indexed by the registry's names. */
export interface CompiledPolicy {
  readonly policy: Policy;
  readonly tools: ReadonlyMap<string, CompiledTool>;
  readonly rules: readonly ReadyRule[];
}

/** @throws TypeError for an operator rule that does not compile: `parsePolicy` has refused such a policy before. */
export function compilePolicy(policy: Policy): CompiledPolicy {
  const core = Object.entries({ ...CORE_TOOLS, ...policy.core }).map(([name, tool]) =>
    compileTool({ name, server: 'core', policy: { ...tool, results: LABELLED_BY_THEMSELVES }, own: name }),
  );
  const servers = Object.entries(policy.servers).flatMap(([server, { tools }]) =>
    Object.entries(tools).map(([own, tool]) =>
      compileTool({ name: registryName(server, own), server, policy: tool, own }),
    ),
  );
  return {
    policy,
    tools: new Map([...core, ...servers].map((tool) => [tool.name, tool])),
    rules: policy.rules.map(requireRule),
  };
}

const LABELLED_BY_THEMSELVES = ResultPolicy.parse({});

interface NamedTool {
  readonly name: string;
  readonly own: string;
  readonly server: string;
  readonly policy: ToolPolicy;
}

function compileTool({ name, own, server, policy }: NamedTool): CompiledTool {
  const phrases = policy.intents ?? defaultIntents(own);
  return { name, server, policy, intents: phrases.map(compileIntent).filter((intent) => intent.length > 0) };
}

function requireRule(rule: OperatorRule): ReadyRule {
  const compiled = compileRule(rule);
  if (!compiled.ok)
    throw new TypeError(`The rule ${rule.name} does not compile: ${compiled.problem.message}`);
  return { rule, applies: compiled.test };
}

const CONTROL: ArgumentPolicy = { role: 'control' };

/** What the policy says of an argument; one it does not name is control, with no safe default. */
export function argumentPolicy(tool: ToolPolicy | undefined, argument: string): ArgumentPolicy {
  return tool !== undefined && Object.hasOwn(tool.arguments, argument)
    ? (tool.arguments[argument] ?? CONTROL)
    : CONTROL;
}

export function slotOf(spec: ArgumentPolicy, argument: string): string {
  return spec.slot ?? argument.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}
