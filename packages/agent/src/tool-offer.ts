import type { ToolSpec } from '@bakerst/shared/models';
import type { ToolDefinition } from '@bakerst/shared/tools';
import { canonicalDigest } from './call-digest.ts';
import { estimateTokens, MESSAGE_OVERHEAD_TOKENS } from './estimate-tokens.ts';

/** A list of tools as a model is shown it. */
export interface ToolOffer {
  readonly specs: readonly ToolSpec[];
  /** SHA-256 (hex) of the RFC 8785 JSON of `specs`: recorded with every model call. */
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
  return { specs, hash: canonicalDigest(specs), tokens, isForeign };
}

export const NO_TOOLS: ToolOffer = offerOf([]);
