import type { Detector } from './detector.ts';
import { FLAT_RULES, type InjectionRule, LINE_RULES } from './injection-rules.ts';
import { type Reading, readingsOf } from './readings.ts';
import { userRequest } from './user-requests.ts';

const ENOUGH = 2;
const EXCERPT = 120;

/**
 * Signs of injected instructions in text: orders to drop instructions in sixteen languages, markers of turns and roles,
 * words to the model, requests to hide, to call tools or to fill addresses with data, and what only the user may order; also
 * behind invisible or look-alike letters, digits for letters, base64, hex, binary, URL and HTML encoding. Reads the first and
 * last 64 kB. Who knows the rules can word around them: see `Detector`.
 */
export function createHeuristicDetector(): Detector {
  return {
    name: 'heuristics',
    inspect: (text) => [...new Set(readingsOf(text).flatMap(inspectReading))],
  };
}

interface Sign {
  readonly says: string;
  readonly points: number;
  readonly excerpt: string;
}

function inspectReading(reading: Reading): readonly string[] {
  const signs = [
    ...signsOf(LINE_RULES, reading.lines),
    ...signsOf(FLAT_RULES, reading.flat),
    ...requestsOf(reading.flat),
  ];
  const kinds = new Map<string, Sign>();
  for (const sign of signs) if ((kinds.get(sign.says)?.points ?? 0) < sign.points) kinds.set(sign.says, sign);
  const points = [...kinds.values()].reduce((sum, sign) => sum + sign.points, 0);
  if (points < ENOUGH) return [];
  const how = reading.how === '' ? '' : ` (${reading.how})`;
  return [...kinds.values()].map((sign) => `${sign.says}${how}: "${sign.excerpt}"`);
}

function signsOf(rules: readonly InjectionRule[], text: string): readonly Sign[] {
  return rules.flatMap(({ says, pattern, points }) => {
    const found = pattern.exec(text);
    return found === null ? [] : [{ says, points, excerpt: excerptAt(text, found.index) }];
  });
}

function requestsOf(flat: string): readonly Sign[] {
  const request = userRequest(flat);
  if (request === undefined) return [];
  return [{ says: 'orders what only the user may order', points: ENOUGH, excerpt: excerptAt(request, 0) }];
}

/** Foreign text for people: one line, no quotation marks that could seem to end it. */
function excerptAt(text: string, at: number): string {
  return text
    .slice(at, at + EXCERPT)
    .replace(/[\s"]+/g, ' ')
    .trim()
    .toWellFormed();
}
