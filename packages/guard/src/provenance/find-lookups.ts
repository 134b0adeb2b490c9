import type { Lookup } from '@bakerst/shared/guard';
import { referentKinds } from '@bakerst/shared/policy';
import { sentenceAt } from '../words/find-value.ts';
import type { WordsText } from '../words/read-words.ts';
import type { Judged } from './judge-values.ts';
import type { Evidence } from './prove-value.ts';

/** Most things searched for one argument: a lookup is a call, if only a read. */
const MOST_NAMES = 4;
/** And for a call: a long list of handles stays unproven beyond it. */
const MOST_LOOKUPS = 64;
/** Reads that a call may cost. */
const MOST_READS = 16;
/** As long as what was found may be when it is recorded. */
const LONGEST_HANDLE = 2_000;
const LONGEST_PATH = 300;

/**
 * What the monitor would look up to learn what the call's handles stand for: names in the person's words, in the
 * sentences that ask for the call. What is proven needs none, but for handles: whoever vouched for one, the thing behind
 * it is looked at again before the call runs.
 */
export function findLookups(evidence: Evidence, judged: readonly Judged[]): readonly Lookup[] {
  const { policy, plan, call } = evidence;
  if (!plan.words) return [];
  const names = namesIn(plan.words, plan.tools.get(call.tool)?.sentences);
  const lookups = judged.flatMap(({ leaf, spec, proof, type }) => {
    if (leaf.isKey) return [];
    if ((proof && type !== 'handle') || (typeof leaf.value !== 'string' && typeof leaf.value !== 'number'))
      return [];
    const value = String(leaf.value);
    if (value.length > LONGEST_HANDLE || leaf.path.length > LONGEST_PATH) return [];
    return referentKinds(spec).flatMap((kind) => {
      const referent = policy.referents[kind];
      if (!referent) return [];
      const { tool, query, id, title, owner } = referent;
      return names.map((words) => ({
        argument: leaf.path,
        value,
        kind,
        words,
        tool,
        arguments: { [query]: words },
        id,
        title,
        ...(owner && { owner }),
      }));
    });
  });
  const reads = [...new Set(lookups.map(readOf))].slice(0, MOST_READS);
  return lookups.filter((lookup) => reads.includes(readOf(lookup))).slice(0, MOST_LOOKUPS);
}

function readOf({ tool, arguments: args }: Lookup): string {
  return JSON.stringify([tool, args]);
}

const CAPITALISED =
  /(?<![\p{L}\p{N}])\p{Lu}[\p{L}\p{N}'-]*(?: (?:\p{Lu}|\p{N}|of |the |and |for |with )[\p{L}\p{N}'-]*){0,6}(?: ?\p{Ll}+-\p{Ll}+)?/gu;

/** Quoted texts, file names and capitalised names, in this order. */
function namesIn(words: WordsText, scope: ReadonlySet<number> | undefined): readonly string[] {
  const isInScope = (offset: number) => scope?.has(sentenceAt(words, offset)) ?? true;
  const quoted = words.quotes.filter((one) => isInScope(one.start)).map((one) => one.text);
  const files = words.spans.filter((span) => span.type === 'file' && isInScope(span.start));
  const named = [...words.text.matchAll(CAPITALISED)].filter(
    (match) =>
      isInScope(match.index) &&
      match[0].length >= 5 &&
      !words.sentences.some((sentence) => sentence.start === match.index && !match[0].includes(' ')) &&
      !words.spans.some((span) => span.start <= match.index && match.index < span.end),
  );
  const all = [
    ...quoted,
    ...files.map((span) => words.text.slice(span.start, span.end)),
    ...named.map((match) => match[0]),
  ];
  return [...new Set(all)].slice(0, MOST_NAMES);
}
