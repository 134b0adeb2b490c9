import type { OperatorRule } from '@bakerst/shared/policy';
import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { RE2JS } from 're2js';
import { quadraticPart, type RuleProblem } from './rule-cost.ts';
import { nodesOf } from './rule-nodes.ts';

/** What an operator's rule may look at. */
export interface RuleFacts {
  readonly principal: string;
  /** Registry name. */
  readonly tool: string;
  readonly server: string;
  readonly effect: string;
  readonly integrity: string;
  readonly confidentiality: string;
  readonly unattended: boolean;
  readonly args: Readonly<Record<string, unknown>>;
}

export type CompiledRule =
  /** `test` is true where the rule applies. It never throws: what cannot be evaluated applies. */
  | { readonly ok: true; readonly test: (facts: RuleFacts) => boolean }
  | { readonly ok: false; readonly problem: RuleProblem };

/** Reads a rule's CEL expression and checks its types, so that a mistyped name fails when the policy is loaded. */
export function compileRule(rule: Pick<OperatorRule, 'when'>): CompiledRule {
  const cel = ruleEnvironment();
  try {
    const source = onLinearPatterns(rule.when, cel.parse(rule.when).ast);
    const parsed = cel.parse(source);
    const badPattern = findPatternProblem(parsed.ast);
    if (badPattern) return { ok: false, problem: badPattern };
    const costly = quadraticPart(parsed.ast);
    if (costly) return { ok: false, problem: costly };
    const checked = parsed.check();
    if (!checked.valid) return { ok: false, problem: problemOf(checked.error) };
    if (checked.type !== 'bool' && checked.type !== 'dyn') {
      return { ok: false, problem: { message: `It gives a ${checked.type}, not true or false.` } };
    }
    return { ok: true, test: (facts) => applies(parsed, facts) };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}

/** A rule only ever tightens, so an error inside of it counts as a match. */
function applies(parsed: (facts: Record<string, unknown>) => unknown, facts: RuleFacts): boolean {
  try {
    return parsed({ ...facts }) !== false;
  } catch {
    return true;
  }
}

function ruleEnvironment(): Environment {
  const limits = {
    maxAstNodes: 1_000,
    maxDepth: 40,
    maxListElements: 500,
    maxMapEntries: 100,
    maxCallArguments: 8,
  };
  const cel = new Environment({ homogeneousAggregateLiterals: false, limits });
  for (const name of ['principal', 'tool', 'server', 'effect', 'integrity', 'confidentiality']) {
    cel.registerVariable(name, 'string');
  }
  cel.registerVariable('unattended', 'bool');
  cel.registerVariable('args', 'map<string, dyn>');
  cel.registerFunction(`string.${LINEAR}(string): bool`, (text: string, pattern: string) =>
    RE2JS.compile(pattern).matcher(text).find(),
  );
  return cel;
}

/** As long as `matches`, so that places in the text stay what they are. */
const LINEAR = 're2find';

/** The library's `matches` runs on a backtracking engine, which an argument could stall; this one is linear in time. */
function onLinearPatterns(source: string, ast: ASTNode): string {
  let rewritten = source;
  for (const node of nodesOf(ast)) {
    if (node.op !== 'rcall' || node.args[0] !== 'matches') continue;
    const from = node.args[1].range.end;
    const name = rewritten.slice(from).match(/^[\s)]*\.\s*matches/);
    if (!name) throw new Error('Write `.matches(` right behind the text that it looks at.');
    const end = from + name[0].length;
    rewritten = rewritten.slice(0, end - LINEAR.length) + LINEAR + rewritten.slice(end);
  }
  return rewritten;
}

function findPatternProblem(ast: ASTNode): RuleProblem | undefined {
  for (const node of nodesOf(ast)) {
    if (node.op !== 'rcall') continue;
    const [name, , [pattern]] = node.args;
    if (name === 'matches') return { message: '`matches` cannot be used in this place.', at: node.start };
    if (name !== LINEAR || pattern?.op !== 'value' || typeof pattern.args !== 'string') continue;
    try {
      RE2JS.compile(pattern.args);
    } catch (error) {
      return { message: `Not a pattern of RE2: ${messageOf(error)}`, at: pattern.start };
    }
  }
  return undefined;
}

function problemOf(error: unknown): RuleProblem {
  const at = startOf(error);
  return { message: messageOf(error), ...(at !== undefined && { at }) };
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return 'It cannot be read.';
  const summary = 'summary' in error && typeof error.summary === 'string' ? error.summary : error.message;
  return summary.replaceAll(LINEAR, 'matches').slice(0, 500);
}

function startOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('range' in error)) return undefined;
  const { range } = error;
  if (typeof range !== 'object' || range === null || !('start' in range)) return undefined;
  return typeof range.start === 'number' ? range.start : undefined;
}
