import type { ASTNode } from '@marcbachmann/cel-js';

/** Every node of an expression, outermost first. */
export function* nodesOf(ast: ASTNode): Generator<ASTNode> {
  yield ast;
  for (const child of childrenOf(ast)) yield* nodesOf(child);
}

export function childrenOf(node: ASTNode): readonly ASTNode[] {
  const found: ASTNode[] = [];
  const collect = (value: unknown): void => {
    if (isNode(value)) found.push(value);
    else if (Array.isArray(value)) value.forEach(collect);
  };
  collect(node.args);
  return found;
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value && 'range' in value;
}
