import type { Effect, PlannedCall } from '@bakerst/shared/guard';
import { isQuiet, isRead } from '../effect-kinds.ts';
import type { Facts } from '../facts/read-facts.ts';
import type { CompiledTool } from '../policy/compile-policy.ts';
import { sentenceAt } from '../words/find-value.ts';
import type { WordsText } from '../words/read-words.ts';
import { findIntents, type SentenceWords, sentenceWords, stemsOf } from './find-intents.ts';
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
  /** What another message of the conversation asks for by itself. */
  readonly askedIn: (words: WordsText) => ReadonlyMap<string, ToolScope>;
  /** Calls the planner named; they stand beside what the words say by themselves. */
  readonly planned: readonly PlannedCall[];
}

/** Reads plans of requests from the person's words alone; each message once for a policy. */
export function createPlanReader(tools: readonly CompiledTool[]): (facts: Facts) => RequestPlan {
  const acting = tools.filter((tool) => !isRead(tool.policy.effect));
  const money = new Set(acting.filter(({ policy }) => policy.effect === 'money').map(({ name }) => name));
  const known = new WeakMap<WordsText, ReadonlyMap<string, ToolScope>>();
  const askedIn = (words: WordsText) => {
    const read = known.get(words) ?? readScopes(words, acting);
    known.set(words, read);
    return read;
  };
  return (facts) => {
    const planned = facts.plan ?? [];
    const asking = askingWords(facts);
    if (!asking) return { tools: new Map(), askedIn, planned };
    const { words, isYes } = asking;
    const read = askedIn(words);
    // Money is asked for by its own message; a yes to something else must not be taken for one.
    return { words, tools: isYes ? withoutMoney(read, money) : read, askedIn, planned };
  };
}

function withoutMoney(
  scopes: ReadonlyMap<string, ToolScope>,
  money: ReadonlySet<string>,
): ReadonlyMap<string, ToolScope> {
  return new Map([...scopes].filter(([tool]) => !money.has(tool)));
}

/** The whole message says yes and nothing else: what more it says may take back what was asked. */
const YES =
  /^(?:(?:yes|yep|yeah|ok|okay|sure|right|correct|exactly|please|please do|do (?:it|that|so)|go (?:ahead|on)|continue|proceed|confirm(?:ed)?|i confirm|sounds good|ja|oui|si|sí)(?:[\s,.!]{1,3}|$)){1,4}$/iu;
const LONGEST_YES = 60;

/** A plain yes means what was asked before it, unless a person has denied some of that since. */
function askingWords({
  words,
  request,
  calls,
}: Facts): { readonly words: WordsText; readonly isYes: boolean } | undefined {
  if (!request) return undefined;
  const own = { words: request, isYes: false };
  if (request.text.length > LONGEST_YES || !YES.test(request.text)) return own;
  const before = words[words.findIndex((one) => one.text === request) - 1];
  if (!before) return own;
  const isDenied = calls.some(
    ({ approval, order }) =>
      order > before.order && approval !== undefined && approval.decision !== 'approved',
  );
  return isDenied ? own : { words: before.text, isYes: true };
}

function readScopes(words: WordsText, tools: readonly CompiledTool[]): ReadonlyMap<string, ToolScope> {
  const sentences = sentenceWords(words);
  const stems = stemsOf(sentences);
  const asked = tools.map((tool) => {
    const intents = tool.intents.filter((intent) => intent.every(({ stem }) => stems.has(stem)));
    const found = findIntents(sentences, intents, weightOf(tool.policy.effect));
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
  return isQuiet(effect) ? 'private' : 'severe';
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
    return scope.has(sentenceAt(words, span.start));
  });
  return new Set(targets.map((span) => span.value)).size;
}
