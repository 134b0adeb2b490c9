import { modelText } from '@bakerst/shared/content';
import type { Label } from '@bakerst/shared/labels';
import type { Step, StepOf } from '@bakerst/shared/steps';
import { foldCase, plainText } from '../words/fold-text.ts';
import { skeletonsOf } from '../words/skeleton.ts';
import { typedWords } from '../words/typed-words.ts';

/** A text the model has read or written that is nobody's words. */
export interface HeardText {
  readonly kind: 'result' | 'model' | 'brought' | 'summary';
  /** For people: `result of mail__read (call_1)`. */
  readonly source: string;
  readonly label: Label;
  readonly server?: string;
  /** Place among everything observed. */
  readonly order: number;
  /** Normalised and without case; made when it is first asked for. */
  readonly text: () => string;
  /** Letters and digits alone, however they are written; made when it is first asked for. */
  readonly skeleton: () => string;
  /** What no reader here can look into: an attachment. */
  readonly isOpaque?: boolean;
  /** A good result as data: as its source gave it, or its text where that is JSON. */
  readonly data?: () => unknown;
  readonly tool?: string;
  /** Of the definition that was called. */
  readonly pin?: string;
  /** Id of the call that it is the result of. */
  readonly call?: string;
}

const BROUGHT: Label = { integrity: 'untrusted', confidentiality: 'internal' };

interface Decided {
  readonly decided: StepOf<'tool_decided'>;
}

/** Texts that a step adds to what was heard. */
export function heardIn(
  step: Step,
  calls: ReadonlyMap<string, Decided>,
): readonly Omit<HeardText, 'order'>[] {
  switch (step.type) {
    case 'message_received':
      return broughtAlong(step);
    case 'model_ended':
      return step.outcome === 'failed'
        ? []
        : [
            lazy({ kind: 'model', source: "the agent's own answer", label: step.label }, () =>
              modelText(step.parts),
            ),
          ];
    case 'tool_ended':
      return [resultOf(step, calls.get(step.call)?.decided)];
    case 'context_compacted':
      return step.summary === undefined
        ? []
        : [
            lazy(
              { kind: 'summary', source: 'the summary of earlier turns', label: step.label },
              () => step.summary ?? '',
            ),
          ];
    default:
      return [];
  }
}

function broughtAlong(step: StepOf<'message_received'>): readonly Omit<HeardText, 'order'>[] {
  const isTyped = step.label.integrity === 'trusted';
  const { brought } = typedWords(step);
  const shown = lazy({ kind: 'brought', source: 'text quoted in a message', label: BROUGHT }, () => brought);
  const others = step.parts.flatMap((part) => {
    if (part.type === 'attachment')
      return [
        {
          ...lazy({ kind: 'brought' as const, source: 'an attachment', label: BROUGHT }, () => ''),
          isOpaque: true,
        },
      ];
    if (part.type === 'words' && isTyped) return [];
    const source =
      part.type === 'quoted' ? `quoted text (${part.source})` : 'a message that nobody vouched for';
    return [lazy({ kind: 'brought', source, label: BROUGHT }, () => part.text)];
  });
  return brought === '' ? others : [shown, ...others];
}

function resultOf(
  step: StepOf<'tool_ended'>,
  decided: StepOf<'tool_decided'> | undefined,
): Omit<HeardText, 'order'> {
  const text = () => step.content.map((part) => (part.type === 'text' ? part.text : '')).join('\n');
  return {
    ...lazy(
      { kind: 'result', source: `the result of ${decided?.tool ?? 'a tool'}`, label: step.label },
      text,
    ),
    ...(step.content.some((part) => part.type !== 'text') && { isOpaque: true }),
    // Error text may repeat anything; it is no field of anybody.
    data: once(() => (step.outcome === 'ok' ? (step.structured ?? parsed(text())) : undefined)),
    call: step.call,
    ...(decided && { server: decided.server, tool: decided.tool }),
    ...(decided?.pin !== undefined && { pin: decided.pin }),
  };
}

type Named = Pick<HeardText, 'kind' | 'source' | 'label'>;

function lazy(named: Named, text: () => string): Omit<HeardText, 'order'> {
  return {
    ...named,
    text: once(() => foldCase(plainText(text()))),
    skeleton: once(() => skeletonsOf(text())),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function parsed(text: string): unknown {
  if (!/^\s*[[{]/u.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
