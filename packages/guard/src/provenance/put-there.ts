import { isRead } from '../effect-kinds.ts';
import type { HeardText } from '../facts/heard-text.ts';
import type { Facts, PastCall } from '../facts/read-facts.ts';
import { foldCase, plainText } from '../words/fold-text.ts';
import { type Leaf, leavesOf } from './argument-leaves.ts';
import { sameValue } from './same-value.ts';

/**
 * Whether the agent itself may have written a value to a server after it had read untrusted content, before that server
 * gave it back: what was put there under taint comes back as nobody's word, whatever field it comes back in.
 */
export function wasPutThere({ calls }: Facts, heard: HeardText, value: Leaf['value']): boolean {
  return calls.some(
    (call) =>
      call.order < heard.order &&
      call.decided.server === heard.server &&
      wroteUnderTaint(call) &&
      leavesOf(call.decided.arguments ?? {}).some((leaf) => holds(leaf.value, value)),
  );
}

function wroteUnderTaint({ decided, ended }: PastCall): boolean {
  const ran = ended !== undefined && ended.outcome !== 'denied';
  return !isRead(decided.effect) && ran && decided.label.integrity === 'untrusted';
}

function holds(written: Leaf['value'], value: Leaf['value']): boolean {
  if (sameValue(written, value)) return true;
  const wanted = foldCase(plainText(String(value)));
  return typeof written === 'string' && wanted !== '' && foldCase(plainText(written)).includes(wanted);
}
