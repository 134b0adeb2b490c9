import type { ResultInspector } from '@bakerst/agent/inspect-result';
import { isInert } from '@bakerst/guard/inert-result';
import { createRedaction, type Redaction } from '@bakerst/guard/redaction';
import { scanOutgoing } from '@bakerst/guard/redaction/scan-outgoing';
import type { Policy } from '@bakerst/shared/policy';

export interface InspectorParts {
  /** Secrets this process has read. */
  readonly knownValues: () => readonly string[];
  /** What secrets are called: nothing but the settings has a reason to name one. */
  readonly knownNames: () => readonly string[];
  /** The operator's patterns of the policy in force. */
  readonly patterns: () => Policy['redaction']['patterns'];
  /** Suspicious traits of a text, in words; empty where the policy has the detector off. */
  readonly detect: (text: string) => readonly string[];
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
}

/** What every argument and result passes before a model, a log or a screen reads it. */
export function createResultInspector(parts: InspectorParts): ResultInspector {
  const { knownValues, knownNames, clock, detect } = parts;
  let kept: { readonly patterns: Policy['redaction']['patterns']; readonly redaction: Redaction } | undefined;
  const redaction = (): Redaction => {
    const patterns = parts.patterns();
    // Patterns are compiled once for a policy.
    if (kept?.patterns !== patterns) {
      kept = { patterns, redaction: createRedaction({ knownValues, patterns, clock, use: 'model' }) };
    }
    return kept.redaction;
  };
  return {
    redact: (text) => redaction().redactText(text),
    redactData: (value) => redaction().redactValue(value),
    detect,
    isInert,
    findLeaks: (args) => [
      ...scanOutgoing(args, knownValues()).map(({ path, kind }) => ({
        path,
        kind,
        isKnown: kind === 'known secret',
      })),
      ...namedSecrets(args, knownNames()),
    ],
  };
}

/** An argument that is, or holds, the name of a secret: `env:NAME`, or the path of its file. */
function namedSecrets(args: Readonly<Record<string, unknown>>, names: readonly string[]) {
  const text = JSON.stringify(args);
  return names
    .filter((name) => name.length >= 4 && text.includes(JSON.stringify(name).slice(1, -1)))
    .map(() => ({ path: '', kind: 'name of a secret', isKnown: true }));
}
