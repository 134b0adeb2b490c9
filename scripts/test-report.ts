import { relative } from 'node:path';
import type { TestOutcome } from './run-tests.ts';

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export function countOutcomes(outcomes: readonly TestOutcome[]): Totals {
  const count = (kind: TestOutcome['kind']) => outcomes.filter((outcome) => outcome.kind === kind).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
}

/** One line for a finished file, and its failures in full. */
export function fileLines(
  root: string,
  file: { readonly file: string; readonly outcomes: readonly TestOutcome[]; readonly durationMs: number },
): string[] {
  const { passed, failed, skipped } = countOutcomes(file.outcomes);
  const mark = failed > 0 ? 'FAIL' : 'ok  ';
  const counts = [`${passed} passed`];
  if (failed > 0) counts.push(`${failed} failed`);
  if (skipped > 0) counts.push(`${skipped} skipped`);
  const seconds = (file.durationMs / 1000).toFixed(1);
  return [`${mark} ${relative(root, file.file)}  ${counts.join(', ')}  ${seconds} s`];
}

/** Skips with their reasons, failures in full, and last the line that scripts read. */
export function closingLines(root: string, outcomes: readonly TestOutcome[]): string[] {
  const lines: string[] = [];
  for (const reason of groupSkips(outcomes)) {
    lines.push(`skipped: ${reason.reason}`);
    for (const test of reason.tests) lines.push(`  ${relative(root, test.file)}: ${test.name}`);
  }
  for (const outcome of outcomes) {
    if (outcome.kind !== 'failed') continue;
    lines.push('', `FAILED ${relative(root, outcome.file)}`, `  ${outcome.name}`, indent(outcome.detail));
  }
  const { passed, failed, skipped } = countOutcomes(outcomes);
  lines.push('', `${passed} passed, ${failed} failed, ${skipped} skipped`);
  return lines;
}

interface SkipGroup {
  readonly reason: string;
  readonly tests: { readonly file: string; readonly name: string }[];
}

function groupSkips(outcomes: readonly TestOutcome[]): SkipGroup[] {
  const groups = new Map<string, SkipGroup>();
  for (const outcome of outcomes) {
    if (outcome.kind !== 'skipped') continue;
    const group = groups.get(outcome.reason) ?? { reason: outcome.reason, tests: [] };
    group.tests.push({ file: outcome.file, name: outcome.name });
    groups.set(outcome.reason, group);
  }
  return [...groups.values()];
}

function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
}
