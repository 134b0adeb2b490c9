import type { Access } from '@bakerst/shared/identity';
import { HIGHEST_LABEL, type Label } from '@bakerst/shared/labels';
import type { TurnStore } from '@bakerst/shared/store/turn-store';
import type { ToolCallContext } from '@bakerst/shared/tools';

/** A core tool reaches what its person may reach, and nothing else. */
export function callerOf(context: ToolCallContext): Access {
  return { principal: context.principal, scopes: new Set(['chat']), via: 'token', credential: context.call };
}

/** What the model had read when it made this call; the top of the lattice where that is not recorded. */
export function turnLabel(store: Pick<TurnStore, 'readSteps'>, context: ToolCallContext): Label {
  const decided = store
    .readSteps(callerOf(context), context.turn)
    .find(({ step }) => step.type === 'tool_decided' && step.call === context.call)?.step;
  return decided?.type === 'tool_decided' ? decided.label : HIGHEST_LABEL;
}
