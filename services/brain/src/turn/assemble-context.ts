import { buildContext } from '@bakerst/agent/build-context';
import type { LabelledContext } from '@bakerst/agent/labelled-context';
import type { LoadAttachment } from '@bakerst/agent/render-message';
import { NO_TOOLS, offerOfSpecs, type ToolOffer } from '@bakerst/agent/tool-offer';
import type { ToolSpec } from '@bakerst/shared/models';
import type { StepOf } from '@bakerst/shared/steps';
import { historyOf, type TurnRun } from './turn-run.ts';

export interface AssembledContext {
  readonly context: LabelledContext;
  readonly tools: ToolOffer;
}

/** The prompt of the turn's next model call. `withTools: false` for a model that cannot call any. */
export function assembleContext(run: TurnRun, options: { readonly withTools: boolean }): AssembledContext {
  const history = historyOf(run);
  const tools = options.withTools ? offeredTools(run) : NO_TOOLS;
  const context = buildContext({
    system: run.parts.prompts().brain,
    tools,
    ...(history.summary && { summary: history.summary }),
    history: history.turns.map((turn) => turn.steps),
    current: run.journal.steps,
    trimmedCalls: history.trimmedCalls,
    loadAttachment: attachmentLoader(run),
  });
  return { context, tools };
}

/** Ours, and the client's own where it brought some. */
function offeredTools(run: TurnRun): ToolOffer {
  const own = run.parts.registry.offer();
  const client = clientTools(messageOf(run), new Set(own.specs.map((tool) => tool.name)));
  return client.length === 0
    ? own
    : offerOfSpecs([...own.specs, ...client], { isForeign: true, prose: own.prose });
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
