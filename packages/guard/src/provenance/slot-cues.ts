import type { ValueType } from '@bakerst/shared/policy';
import type { Occurrence } from '../words/find-value.ts';

const DESTINATION =
  /^(?:recipients?|to|cc|bcc|users?|channel|participants?|attendees?|guests?|destination|target|email|address)$/u;
const SOURCE = /^(?:sender|from|source|origin|payer|author)$/u;
const PLACE = /^(?:city|town|location|country|region|airport|area|where|departure.*|arrival.*)$/u;
const MOMENT = /date|day|time|start|begin|^end|until|check|due|deadline|when|month|moved|since/u;
const BEGIN = /^(?:start|begin|check-?in|departure|since)/u;
const END = /^(?:end|until|check-?out|return|through)/u;

const AMOUNT = /amount|^(?:sum|price|total|fee|budget|cost)$/u;
const THING = /^(?:hotel|restaurant|company|shop|product|place|title|name|subject)$|name$/u;
const FILE = /file|path|folder|document|attachment|title/u;

/** Words right before a value that say what it is, past articles and the like. */
const CUE =
  /(?:^|[\s("'])(from|by|since|to|until|till|through|for|at|with|in|near|sender|recipient)(?:\s(?:the|a|an|my|our|his|her|their|this|account|iban|address|user|email|e-mail|number|date)){0,3}(?:\s[\p{L}\p{N}'-]{1,40}(?:,|\sand|\sor)){0,4}[\s:("']*$/iu;

/**
 * Whether a value of this look has no business in the slot: a day is no restaurant, a file no person. Only for arguments
 * whose type the policy leaves open.
 */
export function misfitsSlot(slot: string, type: ValueType, isFile: boolean): boolean {
  if (isFile) return !FILE.test(slot);
  if (type === 'date' || type === 'datetime') return !MOMENT.test(slot);
  if (type === 'number') return THING.test(slot) || DESTINATION.test(slot) || FILE.test(slot);
  return false;
}

/**
 * Whether the words around a value contradict the slot it is to fill: what came `from` an account is not paid to it, and
 * the day something lasts `until` is not the day it begins.
 */
export function contradictsSlot(slot: string, place: Occurrence): boolean {
  const { words, start } = place;
  if (AMOUNT.test(slot) && isLabelOrCount(place)) return true;
  const cue = CUE.exec(words.text.slice(Math.max(0, start - 60), start))?.[1]?.toLowerCase();
  if (cue === undefined) return false;
  // What somebody is in, or goes to, is a place.
  if ((cue === 'in' || cue === 'near') && !PLACE.test(slot) && !MOMENT.test(slot) && !DESTINATION.test(slot))
    return true;
  if (cue === 'to' && THING.test(slot)) return true;
  if (DESTINATION.test(slot)) return cue === 'from' || cue === 'by' || cue === 'sender';
  if (SOURCE.test(slot)) return cue === 'to' || cue === 'for' || cue === 'recipient';
  // "from A to B" has an end; "moved to B" has none.
  if (BEGIN.test(slot) && !hasOtherDay(place)) return false;
  if (BEGIN.test(slot)) return cue === 'to' || cue === 'until' || cue === 'till' || cue === 'through';
  if (END.test(slot)) return cue === 'from' || cue === 'since';
  return false;
}

/** `room 9000`, `invoice no. 4711`, `#12`; `300 chairs`. */
const LABELLED =
  /(?:\b(?:room|flat|apartment|apt|suite|unit|house|building|floor|gate|table|seat|page|chapter|section|line|version|number|no|nr|id|code|pin|ref|reference|invoice|order|booking|ticket|case|file|contract|customer|member|account|item|article|part|extension|zip|postcode|year|week|day|last|next|first|past|previous)s?(?:\s(?:no|nr|number|id))?[\s:.#]{1,3}|#\s?)$/iu;
const COUNTED =
  /^\s(?!(?:this|is|as|was|has|plus|less|minus|us|towards|across|always|(?:\p{L}+ )?(?:dollars|euros|pounds|francs|crowns|kroner|bucks))\b)(?:\p{Ll}+s|people)\b/u;

/** A number that names a thing, or says how many of them, is no amount of money. */
function isLabelOrCount({
  words: { text },
  start,
  end,
}: Pick<Occurrence, 'words' | 'start' | 'end'>): boolean {
  return LABELLED.test(text.slice(Math.max(0, start - 40), start)) || COUNTED.test(text.slice(end, end + 40));
}

/** `of`, `about`: who is spoken of there is not meant. */
const SPOKEN_OF =
  /(?<!\p{L})(?:of|about|against|than|regarding|concerning|re|mentions?|mentioning|named|called)[\s:("']+$/iu;
const WARNED_OF =
  /(?<!\p{L})(?:spam\w*|block(?:ed|ing|s)?|phish\w*|scam\w*|fraud\w*|malicious|suspicious|attackers?|hackers?|banned|old|former|previous|wrong|fake|report(?:ed)?|unsubscribe\w*|complain\w*|got|received|who (?:is|are))(?!\p{L})/iu;
const INTRODUCED =
  /(?:(?<!\p{L})(?:is|are|to|for|cc|bcc|iban|account|address|e-?mail|number|phone|at|under|use|recipients?)[\s:=("']*|[:=(]\s?["']?)$/iu;
const LISTED = /^[\s("'*•-]*$/u;

/** Whether an address in a sentence that asks is spoken of there, and not what the sentence is to reach. */
export function isSpokenOf({ words: { text }, start }: Occurrence): boolean {
  return SPOKEN_OF.test(text.slice(Math.max(0, start - 30), start));
}

/** Whether a sentence that asks for nothing says of an address that it is the one: `Her email address is …`, `IBAN: …`. */
export function isIntroduced(place: Occurrence): boolean {
  const { words, start, sentence } = place;
  const bounds = words.sentences[sentence];
  if (!bounds || isSpokenOf(place)) return false;
  const before = words.text.slice(Math.max(bounds.start, start - 200), start);
  const around = words.text.slice(Math.max(bounds.start, start - 200), Math.min(bounds.end, start + 300));
  if (WARNED_OF.test(around)) return false;
  const atList = words.text.slice(bounds.start, start).length < 8 && LISTED.test(before);
  return atList || INTRODUCED.test(withoutList(before));
}

/** `a@b.example, c@d.example and `: what introduces the first introduces all. */
function withoutList(before: string): string {
  const parts = before.split(' ');
  for (let last = parts.at(-1); last !== undefined && isListPart(last); last = parts.at(-1)) parts.pop();
  return parts.join(' ');
}

function isListPart(part: string): boolean {
  return part === '' || part === 'and' || part === 'or' || part.includes('@');
}

/** What a number in front of it counts is no money; of money only whole units are an amount. */
const UNIT =
  /^[\s-]?(?:%|‰|¢|(?:cents?|pence|percent|per cent|pct|bps|characters?|letters?|words?|lines?|pages?|days?|weeks?|months?|years?|hours?|hrs?|minutes?|mins?|seconds?|secs?|[kmgt]b|km|kg|times|people|persons?|items?|pieces?|k|m|bn|hundred|thousand|million|billion|dozen|st|nd|rd|th)(?![\p{L}\p{N}]))/iu;
const LIMIT =
  /(?<!\p{L})(?:at (?:most|least)|up to|max(?:imum)?(?: of| is)?|min(?:imum)?(?: of| is)?|(?:more|less|fewer|greater|higher|lower) than|under|over|below|above|limit(?: of| is)?|balance(?: of| is)?|within|budget(?: of| is)?|about|around|roughly|approximately|almost|nearly)[\s.:€$£]*$/iu;

/** Whether a number may be an amount of money at all. */
export function mayBeAmount(place: Pick<Occurrence, 'words' | 'start' | 'end'>): boolean {
  const { text } = place.words;
  if (UNIT.test(text.slice(place.end, place.end + 20))) return false;
  return !isLabelOrCount(place) && !LIMIT.test(text.slice(Math.max(0, place.start - 30), place.start));
}

/** Another day in the same sentence: then they are a beginning and an end. */
function hasOtherDay({ words, start, sentence }: Occurrence): boolean {
  const bounds = words.sentences[sentence];
  return words.spans.some(
    (span) =>
      span.type === 'date' &&
      span.start !== start &&
      bounds &&
      bounds.start <= span.start &&
      span.start < bounds.end,
  );
}
