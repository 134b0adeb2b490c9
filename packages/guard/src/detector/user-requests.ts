/**
 * A sentence that orders what only the user may order, in the user's own voice: `transfer $500 from my account`, `send it to
 * my e-mail amy@...`. In a tool's result nobody should speak so.
 */
const PLAIN =
  'access|activate|add|allow|append|approve|arrange|book|buy|cancel|change|clear|close|collect|concatenate|control|copy|create|deposit|disable|dispatch|download|enable|export|extract|fetch|file|gather|generate|give|guide|initiate|install|launch|leave|lock|log|make|modify|move|obtain|order|place|post|publish|register|remove|rename|reply|request|reschedule|reset|restart|retri?e?ve|run|save|say|schedule|set|sign|start|stop|submit|subscribe|turn|unsubscribe|update|upload|use|write';
/** What every letter asks for; they need an address of the sender besides. */
const LIGHT = 'check|find|get|list|look up|navigate|open|pay|provide|read|review|search|show|tell|view';
const GRAVE =
  'authorize|deactivate|delete|deploy|e-mail|email|erase|execute|forward|grant|invite|purchase|redirect|revoke|sell|send|share|trade|transfer|unlock|wire|withdraw';
const POLITE =
  "(?:please|kindly|can you|could you|would you|i need you to|i want you to|i would like you to|i'd like you to|let's|help me|todo:|important!{0,3}|urgent:?|also|and then|then|now)";
const START = new RegExp(
  `(?:(?:^|[.!?:"'>] ?|\\b${POLITE},? (?:please |also |go ahead and )?)(?:${PLAIN}|${LIGHT}|${GRAVE})|(?:, | and )(?:and |then )?(?:send|e-?mail|forward|upload)) `,
  'gu',
);
const IS_GRAVE = new RegExp(`^(?:${GRAVE})$`);
const IS_LIGHT = new RegExp(`^(?:${LIGHT})$`);
const OWN = /\b(?:my|mine|for me|i'm|i am|i've|i should)\b/;
/** Who writes to a person speaks of what is theirs. */
const YOURS = /\byours?\b/;
const TARGETS: readonly RegExp[] = [
  /[\w.+-]{1,64}@[\w-]{1,63}\.[a-z]{2,}/,
  /[$€£¥]\s?\d|\b\d[\d,.]{0,12} ?(?:usd|eur|gbp|dollars|euros|bitcoins?|btc|eth|shares)\b/,
  /\b[a-z]{2}\d{2}[a-z0-9]{11,30}\b/,
  /\b(?:to|link|website|url|at)\b.{0,40}(?:\bwww\.|https?:\/\/)/,
  /\b(?:id|number|named?|titled|called|username)\b:? ?['"(]?[\w'"-]{0,10}\d|\b(?:named?|titled|called) ['"]|\bid ['"(]?\w{1,40}_\w|\bid\d/,
  /['"](?:~|\/|[a-z]:\\)[^'"]{1,100}['"]/,
  /\bthe user(?:'s)?\b|\ball user\b|\buser information\b/,
  /\b(?:permanent|guest|full|admin|administrative|remote) access\b/,
];
/** Markdown and code: links, tags, calls. */
const MARKUP = /\]\(|\]\[|<\/?[a-z]|=>|\(\)|\(#|[{};]/;
/** Not enough alone: bills name an account. */
const ACCOUNT = 2;
/** Paths and users stand in manuals too. */
const ORDINARY = new Set([5, 6]);
const WORDY = 6;
const LONGEST = 260;

/** The first sentence of that kind, or undefined. `flat`: one line in lower case. Linear: each place is read so far only. */
export function userRequest(flat: string): string | undefined {
  for (const { 0: lead, index } of flat.matchAll(START)) {
    const from = index + lead.length;
    const verb =
      lead
        .trim()
        .split(/[^a-z-]/)
        .at(-1) ?? '';
    const sentence = (
      /^(?:[^.!?'"]|[.!?](?! |['"]|$)|['"](?! ?[,}\]])){1,260}/.exec(flat.slice(from, from + LONGEST))?.[0] ??
      ''
    ).trim();
    const polite = /[a-z]/.test(lead.trim().slice(0, -verb.length));
    if (isRequest({ verb, sentence, polite })) return `${verb} ${sentence}`;
  }
  return undefined;
}

function isRequest(said: { verb: string; sentence: string; polite: boolean }): boolean {
  const { verb, sentence, polite } = said;
  const hit = TARGETS.flatMap((target, index) => (target.test(sentence) ? [index] : []));
  const aimed = hit.length > 1 || (hit.length === 1 && hit[0] !== ACCOUNT);
  const own = OWN.test(sentence);
  if (MARKUP.test(sentence) || (!own && YOURS.test(sentence))) return false;
  if (IS_LIGHT.test(verb)) return own && aimed;
  const grave = IS_GRAVE.test(verb);
  if (own) return grave || polite || aimed || sentence.split(' ').length >= WORDY;
  if (!grave && hit.every((index) => ORDINARY.has(index))) return false;
  return polite ? aimed : grave && (hit.length > 1 || (aimed && hit[0] !== 0));
}
