import type { Occurrence } from '../words/find-value.ts';

const DESTINATION =
  /^(?:recipients?|to|cc|bcc|users?|channel|participants?|attendees?|guests?|destination|target|email|address)$/u;
const SOURCE = /^(?:sender|from|source|origin|payer|author)$/u;
const BEGIN = /^(?:start|begin|check-?in|departure|since)/u;
const END = /^(?:end|until|check-?out|return|through)/u;

/** Words right before a value that say what it is, past articles and the like. */
const CUE =
  /(?:^|[\s("'])(from|by|since|to|until|till|through|for|at|with|sender|recipient)(?:\s(?:the|a|an|my|our|his|her|their|this|account|iban|address|user|email|e-mail|number|date)){0,3}[\s:("']*$/iu;

/**
 * Whether the words around a value contradict the slot it is to fill: what came `from` an account is not paid to it, and
 * the day something lasts `until` is not the day it begins.
 */
export function contradictsSlot(slot: string, { words, start }: Occurrence): boolean {
  const cue = CUE.exec(words.text.slice(Math.max(0, start - 60), start))?.[1]?.toLowerCase();
  if (cue === undefined) return false;
  if (DESTINATION.test(slot)) return cue === 'from' || cue === 'by' || cue === 'sender';
  if (SOURCE.test(slot)) return cue === 'to' || cue === 'for' || cue === 'recipient';
  if (BEGIN.test(slot)) return cue === 'to' || cue === 'until' || cue === 'till' || cue === 'through';
  if (END.test(slot)) return cue === 'from' || cue === 'since';
  return false;
}
