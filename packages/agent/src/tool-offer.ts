import type { ToolSpec } from '@bakerst/shared/models';
import type { ToolDefinition } from '@bakerst/shared/tools';
import { canonicalText, digestOf } from './call-digest.ts';
import { estimateTokens, MESSAGE_OVERHEAD_TOKENS } from './estimate-tokens.ts';

/** A list of tools as a model is shown it. */
export interface ToolOffer {
  readonly specs: readonly ToolSpec[];
  /** RFC 8785 JSON of `specs`, kept under its hash. */
  readonly text: string;
  /** SHA-256 (hex) of `text`: recorded with every model call. */
  readonly hash: string;
  /** Estimated, upwards. */
  readonly tokens: number;
  /** True as soon as one of them was described by somebody else than the house. */
  readonly isForeign: boolean;
}

export function offerOf(definitions: readonly ToolDefinition[]): ToolOffer {
  const specs = definitions.map(({ name, description, parameters }) => ({ name, description, parameters }));
  return offerOfSpecs(
    specs,
    definitions.some((definition) => definition.server !== 'core'),
  );
}

export function offerOfSpecs(specs: readonly ToolSpec[], isForeign: boolean): ToolOffer {
  const tokens = estimateTokens(JSON.stringify(specs)) + specs.length * MESSAGE_OVERHEAD_TOKENS;
  const text = canonicalText(specs);
  return { specs, text, hash: digestOf(text), tokens, isForeign };
}

export const NO_TOOLS: ToolOffer = offerOf([]);
