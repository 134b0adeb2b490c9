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
    inspect: (text) => {
      const findings = new Map<string, string>();
      for (const reading of readingsOf(text)) {
        // What is plain to see is not found again behind a disguise.
        for (const [says, finding] of findingsOf(reading))
          if (!findings.has(says)) findings.set(says, finding);
      }
      return [...findings.values()];
    },
  };
}

interface Sign {
  readonly says: string;
  readonly points: number;
  readonly at: number;
  readonly excerpt: string;
}

/** Weak signs count together only where a reader would see them together. */
const NEAR = 400;
const MOST_PLACES = 20;

function findingsOf(reading: Reading): ReadonlyMap<string, string> {
  const findings = new Map<string, string>();
  const how = reading.how === '' ? '' : ` (${reading.how})`;
  const signs = [
    ...signsOf(LINE_RULES, reading.lines),
    ...signsOf(FLAT_RULES, reading.flat),
    ...requestsOf(reading.flat),
  ];
  for (const sign of signs) {
    if (findings.has(sign.says) || pointsAround(sign, signs) < ENOUGH) continue;
    findings.set(sign.says, `${sign.says}${how}: "${sign.excerpt}"`);
  }
  return findings;
}

function pointsAround(sign: Sign, signs: readonly Sign[]): number {
  if (sign.points >= ENOUGH) return sign.points;
  const near = signs.filter(({ at, points }) => points < ENOUGH && Math.abs(at - sign.at) < NEAR);
  return new Set(near.map(({ says }) => says)).size;
}

function signsOf(rules: readonly InjectionRule[], text: string): readonly Sign[] {
  return rules.flatMap(({ says, pattern, points }) => {
    const search = new RegExp(pattern, points < ENOUGH ? 'gu' : 'u');
    const signs: Sign[] = [];
    for (let found = search.exec(text); found !== null; found = search.exec(text)) {
      signs.push({ says, points, at: found.index, excerpt: excerptAt(text, found.index) });
      if (!search.global || signs.length >= MOST_PLACES) break;
    }
    return signs;
  });
}

function requestsOf(flat: string): readonly Sign[] {
  const request = userRequest(flat);
  if (request === undefined) return [];
  return [
    { says: 'orders what only the user may order', points: ENOUGH, at: 0, excerpt: excerptAt(request, 0) },
  ];
}

/** Foreign text for people: one line, no quotation marks that could seem to end it. */
function excerptAt(text: string, at: number): string {
  return text
    .slice(at, at + EXCERPT)
    .replace(/[\s"]+/g, ' ')
    .trim()
    .toWellFormed();
}
