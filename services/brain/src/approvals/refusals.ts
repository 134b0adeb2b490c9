import type { CodedError } from '@bakerst/shared/coded-error';
import { type ApprovalErrorCode, approvalError } from './errors.ts';

type Refusal = CodedError<ApprovalErrorCode>;

export function notPermitted(): Refusal {
  return approvalError({
    code: 'approval_not_permitted',
    message: 'This credential may not decide approvals: it lacks the scope `approve`.',
    remedy:
      'Sign in with the link printed at start, or with a token that holds `approve`; no other scope implies it.',
  });
}

export function notOpen(approval: string): Refusal {
  return approvalError({
    code: 'approval_not_open',
    message: `The approval ${approval} is not open: it was decided, withdrawn or has expired.`,
    remedy: 'Look at the list of open approvals; send the message again if the action is still wanted.',
  });
}

export function needsSecondPerson(): Refusal {
  return approvalError({
    code: 'approval_needs_second_person',
    message: 'The policy asks for a second person here: who asked for the call cannot approve it.',
    remedy:
      'Ask somebody else that may approve; an operator makes one under People, or with `bakerst people add`.',
  });
}

export function nonceInvalid(): Refusal {
  return approvalError({
    code: 'approval_nonce_invalid',
    message: 'The decision does not belong to a card that was shown to you in the last 15 minutes.',
    remedy: 'Load the approval again and decide on what it shows now.',
  });
}

export function otherDigest(approval: string): Refusal {
  return approvalError({
    code: 'approval_digest_mismatch',
    message: `What would run under approval ${approval} is not what the decision names.`,
    remedy: 'Load the approval again and decide on what it shows now.',
  });
}

export function typingRequired(destination: string): Refusal {
  return approvalError({
    code: 'approval_typing_required',
    message: 'This approval needs its destination typed, exactly as the card shows it.',
    remedy: `Read the card, then send \`typed\`: "${destination.slice(0, 200)}".`,
  });
}

export function stepUpRequired(): Refusal {
  return approvalError({
    code: 'approval_step_up_required',
    message: 'The policy asks for somebody who signed in within the last 5 minutes.',
    remedy:
      'Sign in again and approve within 5 minutes, or send a token of yours that holds `approve` as `proof`.',
  });
}

export function endorsementRefused(message: string): Refusal {
  return approvalError({
    code: 'approval_endorsement_refused',
    message,
    remedy: 'Approve this one call alone, or name only values that the card marks as endorsable.',
  });
}
