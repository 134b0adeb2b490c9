import { globSync } from 'node:fs';
import { join } from 'node:path';

/** Rules that a test keeps, and what is quick to see of the whole: these say most about a change. */
export const RATCHETS = ['test/*.test.ts'];
export const UNIT = [
  'packages/*/src/**/*.test.ts',
  'services/*/src/**/*.test.ts',
  'scripts/**/*.test.ts',
  'bench/**/*.test.ts',
];
/** What spans programs: integration, crash and browser tests, each in its folder. */
export const INTEGRATION = ['test/*/**/*.test.ts'];

/** Tests that kill processes or use real models and servers: `npm test` runs them, `npm run check` does not. */
export const SLOW = /(^|[-/])(crash|real-[a-z-]+|hostile-[a-z-]+)\.test\.ts$/;

export const TYPE_CHECKS = ['tsconfig.json', 'services/ui/tsconfig.json'];

/** Absolute paths, in the order of the patterns, each once. */
export function findTestFiles(root: string, patterns: readonly string[]): string[] {
  const found = patterns.flatMap((pattern) => globSync(pattern, { cwd: root }).sort());
  return [...new Set(found.map((file) => join(root, file)))];
}
