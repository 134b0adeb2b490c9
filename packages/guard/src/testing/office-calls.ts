import type { Guard } from '@bakerst/shared/guard';
import { Conversation, type Outcome, type Proposal } from './conversation.ts';
import { officeGuard } from './office-policy.ts';

export const ANN = 'ann@example.com';
export const EVE = 'eve@evil.example';
export const IBAN = 'DE89370400440532013000';
export const OTHER_IBAN = 'GB29NWBK60161331926819';

export function mail(to: unknown, more: object = {}): Proposal {
  return { tool: 'office__send_mail', arguments: { to, subject: 'Hi', body: 'At noon.', ...more } };
}

export function pay(recipient: unknown, amount: unknown, more: object = {}): Proposal {
  return { tool: 'bank__send_money', arguments: { recipient, amount, subject: 'Rent', ...more } };
}

export function fetch(url: unknown): Proposal {
  return { tool: 'web__fetch', arguments: { url } };
}

/** A request under taint: something was read that a stranger may have written. */
export function tainted(
  words: string,
  read: string | Outcome = 'Lunch at noon?',
  guard: Guard = officeGuard(),
): Conversation {
  return Conversation.of(guard, words).reads(read);
}
