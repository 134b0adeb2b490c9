/**
 * Looks at text from outside for signs that it addresses the model. A detector gives no guarantee: what it finds may raise
 * taint or turn `allow` into `ask`, and it is shown to people; what it does not find means nothing. So it stands off the
 * decision path, and runs on results as they arrive. Must not throw, and must be done in time linear in a bounded text.
 */
export interface Detector {
  /** Stands before its findings: `heuristics`. */
  readonly name: string;
  /** What is suspicious, a sentence each, for people; at most 500 characters. Empty where nothing is. */
  inspect(text: string): readonly string[];
}

const MOST_FINDINGS = 20;
const LONGEST_FINDING = 500;

/** What all detectors say; one that fails is a finding itself, for it may have been made to fail. */
export function inspectAll(detectors: readonly Detector[], text: string): readonly string[] {
  const findings = detectors.flatMap((detector) => {
    try {
      return detector.inspect(text).map((finding) => `${detector.name}: ${finding}`);
    } catch {
      return [`${detector.name}: could not look at this text`];
    }
  });
  return [...new Set(findings.map((finding) => finding.slice(0, LONGEST_FINDING).toWellFormed()))].slice(
    0,
    MOST_FINDINGS,
  );
}
