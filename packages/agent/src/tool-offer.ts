import type { ToolStanding } from '@bakerst/shared/guard';
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
  /** True as soon as one of them was described by somebody whom nobody accepted: it taints whatever is read with it. */
  readonly isForeign: boolean;
  /** Servers whose accepted descriptions are among them: they may lead to calls of their own server only. */
  readonly prose: readonly string[];
}

/** A tool with what the policy says of it. */
export interface OfferedTool {
  readonly definition: ToolDefinition;
  readonly standing: ToolStanding;
}

/** What a changed tool says now is not shown to anybody's model; a call of it is refused by name. */
export function offerOf(tools: readonly OfferedTool[]): ToolOffer {
  const offered = tools.filter(({ standing }) => standing.acceptance !== 'changed');
  const specs = offered.map(({ definition: { name, description, parameters } }) => ({
    name,
    description,
    parameters,
  }));
  const accepted = offered.filter(({ standing }) => standing.acceptance === 'accepted');
  return offerOfSpecs(specs, {
    isForeign: offered.some(({ standing }) => standing.acceptance === 'unknown'),
    prose: [...new Set(accepted.map(({ definition }) => definition.server))],
  });
}

export function offerOfSpecs(
  specs: readonly ToolSpec[],
  described: Pick<ToolOffer, 'isForeign' | 'prose'>,
): ToolOffer {
  const tokens = estimateTokens(JSON.stringify(specs)) + specs.length * MESSAGE_OVERHEAD_TOKENS;
  const text = canonicalText(specs);
  return { specs, text, hash: digestOf(text), tokens, ...described };
}

export const NO_TOOLS: ToolOffer = offerOf([]);
