import type { ASTNode } from '@marcbachmann/cel-js';
import { childrenOf } from './rule-nodes.ts';

export interface RuleProblem {
  readonly message: string;
  /** Place in the expression, from 0; absent where the whole of it is meant. */
  readonly at?: number;
}

const LOOPS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/**
 * A loop in a loop may walk a literal list, or a part of the item at hand; anything else would take time that grows
 * with the square of what a model wrote.
 */
export function quadraticPart(ast: ASTNode): RuleProblem | undefined {
  return inspect(ast, []);
}

function inspect(node: ASTNode, items: readonly string[]): RuleProblem | undefined {
  const loop = loopOf(node);
  if (!loop) return firstProblem(childrenOf(node), items);
  const { over, item, rest } = loop;
  if (items.length > 0 && over.op !== 'list' && !isPartOf(over, items)) {
    return {
      message: 'A loop within a loop may only walk a list written here, or a part of the item.',
      at: over.start,
    };
  }
  return inspect(over, items) ?? firstProblem(rest, [...items, item]);
}

function firstProblem(nodes: readonly ASTNode[], items: readonly string[]): RuleProblem | undefined {
  for (const node of nodes) {
    const problem = inspect(node, items);
    if (problem) return problem;
  }
  return undefined;
}

function loopOf(node: ASTNode): { over: ASTNode; item: string; rest: readonly ASTNode[] } | undefined {
  if (node.op !== 'rcall') return undefined;
  const [name, over, [item, ...rest]] = node.args;
  if (!LOOPS.has(name) || item?.op !== 'id') return undefined;
  return { over, item: item.args, rest };
}

/** `item.attendees`, `item["a"].b`: its size is part of what the outer loop walks. */
function isPartOf(node: ASTNode, items: readonly string[]): boolean {
  if (node.op === 'id') return items.includes(node.args);
  return node.op === '.' || node.op === '[]' ? isPartOf(node.args[0], items) : false;
}
