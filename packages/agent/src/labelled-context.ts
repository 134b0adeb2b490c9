import { joinAllLabels, type Label, type Origin } from '@bakerst/shared/labels';
import type { ModelRequest, PromptMessage, ToolSpec } from '@bakerst/shared/models';

/** One piece of a prompt with its label and origin. There is no way to put bytes into a prompt without them. */
export type ContextPart = { readonly label: Label; readonly origin: Origin; readonly tokens: number } & (
  | { readonly kind: 'system'; readonly text: string }
  | { readonly kind: 'tools'; readonly tools: readonly ToolSpec[] }
  | {
      readonly kind: 'message';
      readonly message: PromptMessage;
      /** Part of the history before this turn, which the next call sends again unchanged. */
      readonly stable: boolean;
    }
);

/**
 * A prompt as labelled parts, stable prefix first. The only maker of a `ModelRequest`: what a model writes carries the
 * `label` of the context it was asked with.
 */
export class LabelledContext {
  readonly parts: readonly ContextPart[];
  readonly label: Label;
  /** Estimated, upwards. */
  readonly tokens: number;

  constructor(parts: readonly ContextPart[]) {
    this.parts = parts;
    this.label = joinAllLabels(parts.map((part) => part.label));
    this.tokens = parts.reduce((sum, part) => sum + part.tokens, 0);
  }

  toRequest(options: { readonly model: string; readonly maxOutputTokens: number }): ModelRequest {
    const messages = this.parts.flatMap((part) => (part.kind === 'message' ? [part.message] : []));
    return {
      model: options.model,
      maxOutputTokens: options.maxOutputTokens,
      system: this.parts.flatMap((part) => (part.kind === 'system' ? [part.text] : [])),
      tools: this.parts.flatMap((part) => (part.kind === 'tools' ? part.tools : [])),
      messages,
      stablePrefix: this.parts.filter((part) => part.kind === 'message' && part.stable).length,
    };
  }
}
