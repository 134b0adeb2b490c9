import type { ASTNode } from '@marcbachmann/cel-js';
import { childrenOf } from './rule-nodes.ts';

export interface RuleProblem {
  readonly message: string;
  /** Place in the expression, from 0; absent where the whole of it is meant. */
  readonly at?: number;
}

const LOOPS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

/**
 * A loop in a loop, and an `in` there, may walk a literal list, or a part of the item at hand; anything else would take
 * time that grows with the square of what a model wrote.
 */
export function quadraticPart(ast: ASTNode): RuleProblem | undefined {
  return inspect(ast, undefined);
}

/** What inner loops may walk; undefined outside of every loop. */
type Items = readonly string[] | undefined;

function inspect(node: ASTNode, items: Items): RuleProblem | undefined {
  const loop = loopOf(node);
  const over = loop?.over ?? (node.op === 'in' ? node.args[1] : undefined);
  if (over && items && over.op !== 'list' && !isPartOf(over, items)) {
    return {
      message:
        'A loop within a loop, and an `in` there, may only walk a list written here, or a part of the item.',
      at: over.start,
    };
  }
  if (!loop) return firstProblem(childrenOf(node), items);
  return inspect(loop.over, items) ?? firstProblem(loop.rest, itemsWithin(loop, items));
}

/** An item whose parts are walked already is not walked again; one of a list that is written here may be anything. */
function itemsWithin({ over, item }: Loop, items: Items): Items {
  return over.op === 'list' && items ? items.filter((name) => name !== item) : [item];
}

function firstProblem(nodes: readonly ASTNode[], items: Items): RuleProblem | undefined {
  for (const node of nodes) {
    const problem = inspect(node, items);
    if (problem) return problem;
  }
  return undefined;
}

interface Loop {
  readonly over: ASTNode;
  readonly item: string;
  readonly rest: readonly ASTNode[];
}

function loopOf(node: ASTNode): Loop | undefined {
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
