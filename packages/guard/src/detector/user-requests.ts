/**
 * A sentence that orders what only the user may order, in the user's own voice: `transfer $500 from my account`, `send it to
 * my e-mail amy@...`. In a tool's result nobody should speak so.
 */
const VERBS =
  'access|activate|add|allow|approve|arrange|authorize|book|buy|cancel|change|check|clear|close|concatenate|copy|create|deactivate|delete|deploy|disable|download|email|e-mail|enable|erase|execute|export|extract|fetch|file|find|forward|generate|get|give|grant|initiate|install|invite|launch|lock|log|make|move|open|order|pay|place|post|publish|purchase|read|redirect|register|remove|rename|reply|request|reschedule|reset|restart|retrieve|revoke|run|save|say|schedule|search|sell|send|set|share|show|sign|start|stop|submit|subscribe|tell|transfer|trade|turn|unlock|unsubscribe|update|upload|use|view|wire|withdraw|write|withdraw|collect|gather|modify|look up|provide|control|dispatch|navigate|obtain|append|review';
const POLITE =
  "(?:please|kindly|can you|could you|would you|i need you to|i want you to|i would like you to|i'd like you to|let's|help me|todo:|important!{0,3}|urgent:?|also|and then|then|now)";
const START = new RegExp(
  `(?:^|[.!?:;"'>\\])}*-] ?|\\n ?|\\b${POLITE},? (?:please |also |go ahead and )?)(?:${VERBS}) `,
  'gu',
);
const MY = /\b(?:my|our|mine|ours)\b/;
const TARGETS: readonly RegExp[] = [
  /[\w.+-]{1,64}@[\w-]{1,63}\.[a-z]{2,}/,
  /[$€£¥]\s?\d|\b\d[\d,.]{0,12} ?(?:usd|eur|gbp|dollars|euros|bitcoins?|btc|eth|shares)\b/,
  /\b[a-z]{2}\d{2}[a-z0-9]{11,30}\b/,
  /\bwww\.|https?:\/\//,
  /\b(?:id|number|named?|titled|called)\b:? ?['"][^'"]{1,60}['"]/,
  /'(?:~|\/|[a-z]:\\)[^']{1,100}'/,
  /\bthe user's\b|\ball user\b|\buser information\b/,
  /\b(?:permanent|guest|full|admin|administrative|remote) access\b/,
];
const MONEY_OR_ACCESS =
  /^(?:transfer|pay|wire|sell|buy|purchase|trade|withdraw|grant|unlock|disable|deactivate|revoke|delete|erase|share|forward|send|email|e-mail|deploy|execute|redirect|authorize|invite)$/;
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
      /^(?:[^.!?]|[.!?](?! |['"]|$)){1,260}/.exec(flat.slice(from, from + LONGEST))?.[0] ?? ''
    ).trim();
    const polite = /[a-z]/.test(lead.trim().slice(0, -verb.length));
    if (isRequest({ verb, sentence, polite })) return `${verb} ${sentence}`;
  }
  return undefined;
}

function isRequest(said: { verb: string; sentence: string; polite: boolean }): boolean {
  const { verb, sentence, polite } = said;
  const targets = TARGETS.filter((target) => target.test(sentence)).length;
  const grave = MONEY_OR_ACCESS.test(verb);
  const own = MY.test(sentence);
  if (own) return grave || polite || targets > 0;
  return grave ? targets > 0 && (polite || targets > 1 || !/@/.test(sentence)) : polite && targets > 0;
}
