import type { Effect } from '@bakerst/shared/guard';
import { strongerEffect } from './effect-kinds.ts';
import { nameWords } from './name-words.ts';

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** What a verb does, whatever it is done to. */
const VERBS: readonly (readonly [Effect, ReadonlySet<string>])[] = [
  [
    'read',
    set(
      'get list search read find query lookup look check count describe show view display inspect stat tree ' +
        'compare preview summarize is has can calculate compute convert validate verify download',
    ),
  ],
  ['read-open', set('fetch browse crawl scrape navigate visit goto curl wget http request')],
  [
    'write-private',
    set(
      'create add append update write save set setup reschedule edit insert put move rename copy mark archive tag ' +
        'label draft schedule import upsert patch modify change replace make new store remember record log pin',
    ),
  ],
  [
    'destructive',
    set(
      'delete remove cancel clear drop purge wipe erase truncate revoke destroy trash discard unshare kick ban ' +
        'terminate kill uninstall reset empty prune overwrite',
    ),
  ],
  [
    'external',
    set(
      'send post share invite reply publish book reserve message comment forward email mail tweet notify announce ' +
        'submit upload export push merge deploy call dial respond answer accept decline rsvp assign subscribe sync ' +
        'broadcast chat react',
    ),
  ],
  [
    'money',
    set(
      'pay transfer purchase order buy checkout refund charge donate withdraw deposit trade wire tip sell payment ' +
        'transaction',
    ),
  ],
  [
    'exec',
    set('exec execute run shell eval evaluate command bash terminal script spawn install compile kubectl'),
  ],
];

/** Things that a write does more to than its verb says. */
const ADMIN_THINGS = set(
  'password passwords passwd secret secrets policy policies permission permissions token tokens credential ' +
    'credentials apikey role roles acl iam oauth webhook webhooks firewall',
);
const MONEY_THINGS = set(
  'money payment payments transaction transactions transfer transfers order orders purchase invoice invoices ' +
    'refund refunds subscription cart payout payouts',
);
const EXEC_THINGS = set(
  'cron cronjob automation automations workflow workflows trigger job jobs script scripts code',
);
const OUTWARD_THINGS = set(
  'comment comments post reply message messages tweet invite invites invitation email issue issues pull pr release ' +
    'gist webpage page site channel participant participants attendee attendees guest guests member members ' +
    'user users booking reservation review',
);
/** What is read lies outside of the house. */
const OPEN_THINGS = set('webpage webpages url urls website websites web internet http html browser');

export interface NamedTool {
  readonly name: string;
  readonly hints?: Readonly<Record<string, boolean>>;
  /** True where an argument names another person: what is written then reaches them. */
  readonly reachesPeople: boolean;
}

/** The strongest of what the parts of a name promise. The server's hints only choose where the name says nothing. */
export function guessEffect(tool: NamedTool): Effect {
  const words = nameWords(tool.name);
  if (words.some((word) => ADMIN_THINGS.has(word))) return 'admin';
  const effects = inParts(words).map((part) => effectOfPart(part, tool));
  const known = effects.filter((effect) => effect !== undefined);
  if (known.length === 0) return effectOfHints(tool.hints);
  return known.reduce(strongerEffect);
}

/** `search_and_replace` does two things. */
function inParts(words: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  for (const word of words) {
    if (word === 'and' || word === 'or' || word === 'then') parts.push([]);
    else parts.at(-1)?.push(word);
  }
  return parts;
}

/** The first verb says what is done, the words behind it to what. */
function effectOfPart(words: readonly string[], { reachesPeople }: NamedTool): Effect | undefined {
  const at = words.findIndex((word) => effectOfVerb(word) !== undefined);
  const effect = effectOfVerb(words[at] ?? '');
  const things = words.filter((_, index) => index !== at);
  const about = (names: ReadonlySet<string>) => things.some((word) => names.has(word));
  if (effect === 'read') return about(OPEN_THINGS) ? 'read-open' : 'read';
  if (effect !== 'write-private' && effect !== 'external') return effect;
  if (about(EXEC_THINGS)) return 'exec';
  if (about(MONEY_THINGS)) return 'money';
  if (effect === 'external') return effect;
  return reachesPeople || about(OUTWARD_THINGS) ? 'external' : 'write-private';
}

function effectOfVerb(word: string): Effect | undefined {
  return VERBS.find(([, verbs]) => verbs.has(word))?.[0];
}

function effectOfHints(hints: Readonly<Record<string, boolean>> | undefined): Effect {
  if (hints?.readOnlyHint === true) return hints.openWorldHint === true ? 'read-open' : 'read';
  return hints?.destructiveHint === true && hints.openWorldHint === false ? 'destructive' : 'external';
}
