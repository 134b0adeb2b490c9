import { buildContext } from '@bakerst/agent/build-context';
import { canonicalDigest } from '@bakerst/agent/call-digest';
import type { LabelledContext } from '@bakerst/agent/labelled-context';
import type { LoadAttachment } from '@bakerst/agent/render-message';
import type { Label } from '@bakerst/shared/labels';
import type { ToolSpec } from '@bakerst/shared/models';
import type { StepOf } from '@bakerst/shared/steps';
import { historyOf, type TurnRun } from './turn-run.ts';

export interface AssembledContext {
  readonly context: LabelledContext;
  readonly toolsHash: string;
}

const OWN_TOOLS: Label = { integrity: 'trusted', confidentiality: 'internal' };
const FOREIGN_TOOLS: Label = { integrity: 'untrusted', confidentiality: 'internal' };

/** The prompt of the turn's next model call. `withTools: false` for a model that cannot call any. */
export function assembleContext(run: TurnRun, options: { readonly withTools: boolean }): AssembledContext {
  const history = historyOf(run);
  const message = messageOf(run);
  const definitions = options.withTools ? run.parts.registry.definitions() : [];
  const own: readonly ToolSpec[] = definitions.map(({ name, description, parameters }) => ({
    name,
    description,
    parameters,
  }));
  const client = options.withTools ? clientTools(message, new Set(own.map((tool) => tool.name))) : [];
  const isForeign = client.length > 0 || definitions.some((definition) => definition.server !== 'core');
  const context = buildContext({
    system: run.parts.prompts().brain,
    tools: [...own, ...client],
    toolsLabel: isForeign ? FOREIGN_TOOLS : OWN_TOOLS,
    ...(history.summary && { summary: history.summary }),
    history: history.turns.map((turn) => turn.steps),
    current: run.journal.steps,
    trimmedCalls: history.trimmedCalls,
    loadAttachment: attachmentLoader(run),
  });
  return { context, toolsHash: canonicalDigest([...own, ...client]) };
}

export function attachmentLoader(run: TurnRun): LoadAttachment {
  return (id) => run.parts.store.readAttachment(run.access, id).data;
}

export function messageOf(run: TurnRun): StepOf<'message_received'> {
  const first = run.journal.steps[0]?.step;
  if (first?.type !== 'message_received') throw new TypeError('A turn begins with its message.');
  return first;
}

/** A client's tools never shadow ours. */
function clientTools(message: StepOf<'message_received'>, taken: ReadonlySet<string>): readonly ToolSpec[] {
  return (message.options.clientTools ?? []).flatMap(({ name, description, parameters }) =>
    taken.has(name) || !isObject(parameters) ? [] : [{ name, description, parameters }],
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
