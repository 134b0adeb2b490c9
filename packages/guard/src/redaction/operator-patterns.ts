import { RE2JS } from 're2js';
import type { Scan, Scanner } from './scanner.ts';

/** An operator's own pattern, in RE2 syntax, as `redaction.patterns` of the policy has it. */
export interface RedactionPattern {
  readonly name: string;
  readonly pattern: string;
}

/** Parts of a text are searched one by one, so that the clock is asked in between. */
const PART = 32_768;
/** A match longer than this may be found in part only. */
const LONGEST_OPERATOR_MATCH = 4_096;
const MOST_PROGRAM = 10_000;

/** What is wrong with a pattern, or undefined. For the policy's reader: what is wrong here is refused there. */
export function patternProblem(pattern: string): string | undefined {
  try {
    const compiled = RE2JS.compile(pattern);
    if (compiled.matcher('').find()) return 'it matches the empty text';
    return compiled.programSize() > MOST_PROGRAM ? 'it repeats too much' : undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** `pattern` must have no problem. Linear in time: RE2 never backtracks. */
export function operatorScanner({ name, pattern }: RedactionPattern): Scanner {
  const compiled = RE2JS.compile(pattern);
  return (text) => {
    let from = 0;
    const scan: Scan = (to, found) => {
      while (from < Math.min(to, text.length)) {
        const begin = Math.max(0, from - LONGEST_OPERATOR_MATCH);
        const matcher = compiled.matcher(text.slice(begin, from + PART + LONGEST_OPERATOR_MATCH));
        while (matcher.find()) {
          const [start, end] = [begin + matcher.start(), begin + matcher.end()];
          if (end > start) found({ start, end, kind: name });
        }
        from += PART;
      }
    };
    return scan;
  };
}
