import type { Effect, PlannedCall } from '@bakerst/shared/guard';
import type { Facts } from '../facts/read-facts.ts';
import type { CompiledTool } from '../policy/compile-policy.ts';
import type { WordsText } from '../words/read-words.ts';
import { findIntents, type SentenceWords, sentenceWords } from './find-intents.ts';
import type { Weight } from './sentence-mood.ts';

/** Where the words of a request ask for one tool. */
export interface ToolScope {
  /** Calls of it that the words ask for. */
  readonly most: number;
  /** Sentences that ask for it. */
  readonly asking: ReadonlySet<number>;
  /** Sentences its values may come from: those that ask for it, and their neighbours that ask for nothing else. */
  readonly sentences: ReadonlySet<number>;
}

/** What the words of a request ask for, with effect. */
export interface RequestPlan {
  /** The message the plan was read from: the request's, or the one it says yes to. */
  readonly words?: WordsText;
  readonly tools: ReadonlyMap<string, ToolScope>;
  /** Calls the planner named; they stand beside what the words say by themselves. */
  readonly planned: readonly PlannedCall[];
}

const NO_PLAN: RequestPlan = { tools: new Map(), planned: [] };

/** Reads plans of requests from the person's words alone; each message once for a policy. */
export function createPlanReader(tools: readonly CompiledTool[]): (facts: Facts) => RequestPlan {
  const acting = tools.filter((tool) => tool.policy.effect !== 'read' && tool.policy.effect !== 'read-open');
  const known = new WeakMap<WordsText, ReadonlyMap<string, ToolScope>>();
  return (facts) => {
    const words = askingWords(facts);
    if (!words) return facts.plan ? { ...NO_PLAN, planned: facts.plan } : NO_PLAN;
    const read = known.get(words) ?? readScopes(words, acting);
    known.set(words, read);
    return { words, tools: read, planned: facts.plan ?? [] };
  };
}

const MOST_WORDS_OF_A_YES = 8;
const YES =
  /^(?:yes|yep|yeah|ok|okay|sure|right|correct|exactly|please do|do (?:it|that|so)|go (?:ahead|on)|continue|proceed|confirm(?:ed)?|ja|oui|si|sí)\b/iu;

/** A short yes means what was asked before it. */
function askingWords({ words, request }: Facts): WordsText | undefined {
  if (!request) return undefined;
  const isYes = YES.test(request.text) && request.text.split(' ').length <= MOST_WORDS_OF_A_YES;
  if (!isYes) return request;
  const at = words.findIndex((one) => one.text === request);
  return words[at - 1]?.text ?? request;
}

function readScopes(words: WordsText, tools: readonly CompiledTool[]): ReadonlyMap<string, ToolScope> {
  const sentences = sentenceWords(words);
  const asked = tools.map((tool) => {
    const found = findIntents(sentences, tool.intents, weightOf(tool.policy.effect));
    return { tool, asks: found.asked, told: found.told };
  });
  const taken = new Set(asked.flatMap(({ asks, told }) => [...asks.map((one) => one.sentence), ...told]));
  return new Map(
    asked.flatMap(({ tool, asks }) => {
      if (asks.length === 0) return [];
      const own = asks.map((one) => one.sentence);
      const scope = scopeOf(sentences, own, taken);
      const times = asks.reduce((sum, one) => sum + one.times, 0);
      return [
        [
          tool.name,
          { most: Math.max(times, targetsIn(words, scope)), asking: new Set(own), sentences: scope },
        ] as const,
      ];
    }),
  );
}

function weightOf(effect: Effect): Weight {
  if (effect === 'external') return 'external';
  return effect === 'write-private' || effect === 'read' || effect === 'read-open' ? 'private' : 'severe';
}

/** The sentences themselves, and the runs beside them that ask for nothing. */
function scopeOf(
  all: SentenceWords,
  own: readonly number[],
  taken: ReadonlySet<number>,
): ReadonlySet<number> {
  const scope = new Set(own);
  for (const start of own) {
    for (const step of [-1, 1]) {
      for (let at = start + step; at >= 0 && at < all.length && !taken.has(at); at += step) scope.add(at);
    }
  }
  return scope;
}

/** Addresses and accounts that the sentences name: each may be meant by a call of its own. */
function targetsIn(words: WordsText, scope: ReadonlySet<number>): number {
  const targets = words.spans.filter((span) => {
    if (span.type !== 'email' && span.type !== 'iban') return false;
    const at = words.sentences.findIndex((one) => one.start <= span.start && span.start < one.end);
    return scope.has(at);
  });
  return new Set(targets.map((span) => span.value)).size;
}
