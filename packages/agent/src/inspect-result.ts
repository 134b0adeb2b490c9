import type { ToolResultPart } from '@bakerst/shared/content';
import type { ToolStanding } from '@bakerst/shared/guard';
import { joinLabels, type Label } from '@bakerst/shared/labels';
import type { ToolDefinition, ToolOutput } from '@bakerst/shared/tools';

/** What looks at results before a model, a log or a screen does. Pure; must not throw. */
export interface ResultInspector {
  /** Takes secrets out of a text. */
  redact(text: string): { readonly text: string; readonly count: number };
  redactData(value: unknown): { readonly value: unknown; readonly count: number };
  /** Suspicious traits of a text, in words. They may only tighten. */
  detect(text: string): readonly string[];
  /** Whether a result consists of typed values alone that cannot carry an instruction. */
  isInert(schema: Readonly<Record<string, unknown>>, structured: unknown, text: string): boolean;
  /** Secrets that arguments would carry out of the house, and names of secrets. Never the secret itself. */
  findLeaks(args: Readonly<Record<string, unknown>>): readonly Leak[];
}

export interface Leak {
  /** Path of the argument's leaf; empty for the arguments as a whole. */
  readonly path: string;
  readonly kind: string;
  /** True for a secret of this house, or its name; false for what only looks like one. */
  readonly isKnown: boolean;
}

export interface InspectedResult {
  readonly content: readonly ToolResultPart[];
  /** Set where it differs from what the tool's results are worth. */
  readonly label?: Label;
  readonly structured?: unknown;
  readonly redacted?: number;
  readonly findings?: string[];
}

interface Inspection {
  readonly inspector: ResultInspector;
  readonly definition?: ToolDefinition;
  readonly standing?: ToolStanding;
}

const MOST_FINDINGS = 20;

/** Redacts a result, looks for what is suspicious, and finds out whether it is inert. */
export function inspectResult(
  { inspector, definition, standing }: Inspection,
  output: ToolOutput,
): InspectedResult {
  const texts = output.content.map((part) =>
    part.type === 'text' ? inspector.redact(part.text) : undefined,
  );
  const content = output.content.map((part, at) => {
    const redacted = texts[at];
    return part.type === 'text' && redacted ? { ...part, text: redacted.text } : part;
  });
  const data = output.structured === undefined ? undefined : inspector.redactData(output.structured);
  const count = texts.reduce((sum, one) => sum + (one?.count ?? 0), data?.count ?? 0);
  const whole = texts.map((one) => one?.text ?? '').join('\n');
  const findings = definition?.server === 'core' ? [] : inspector.detect(whole).slice(0, MOST_FINDINGS);
  const label = labelOf({ inspector, definition, standing, findings, text: whole }, output);
  return {
    content,
    ...(label && { label }),
    ...(data && { structured: data.value }),
    ...(count > 0 && { redacted: count }),
    ...(findings.length > 0 && { findings: [...findings] }),
  };
}

interface Labelled {
  readonly inspector: ResultInspector;
  readonly definition: ToolDefinition | undefined;
  readonly standing: ToolStanding | undefined;
  readonly findings: readonly string[];
  readonly text: string;
}

/** Suspicion only ever raises; typed values of an accepted tool carry no instruction, so they do not taint. */
function labelOf(
  { inspector, definition, standing, findings, text }: Labelled,
  output: ToolOutput,
): Label | undefined {
  const worth = output.label ?? standing?.results;
  if (!worth) return undefined;
  if (findings.length > 0) return joinLabels(worth, { integrity: 'untrusted', confidentiality: 'public' });
  const schema = definition?.resultSchema;
  const canBeInert = standing?.acceptance === 'accepted' && !output.isError && schema !== undefined;
  if (!canBeInert || output.content.some((part) => part.type !== 'text')) return undefined;
  return inspector.isInert(schema, output.structured, text) ? { ...worth, integrity: 'trusted' } : undefined;
}
