import type { DecidedCall, IntendedCall } from '@bakerst/agent/next-action';
import type { RanCall } from '@bakerst/agent/run-bounded';
import { joinLabels } from '@bakerst/shared/labels';
import type { StepOf } from '@bakerst/shared/steps';

/** The monitor's own reads, for the record. */
export interface Looked {
  readonly lookedUp: string[];
}

/** How a call ended, or why it never ran, as the model and the record are told. */
export type Ending = Omit<RanCall, 'outcome'> &
  Partial<Looked> & { readonly outcome: StepOf<'tool_ended'>['outcome'] };

const MONITOR_LABEL = { integrity: 'trusted', confidentiality: 'internal' } as const;
const FOREIGN_LABEL = { integrity: 'untrusted', confidentiality: 'internal' } as const;

/** What the monitor says quotes what the model wrote, which is worth no more than what the model had read. */
function about({ decided }: DecidedCall, ending: Ending): Ending {
  // A problem may quote the server's own schema.
  const source = decided.problem && decided.server !== 'core' ? FOREIGN_LABEL : MONITOR_LABEL;
  return { ...ending, label: joinLabels(source, decided.label) };
}

function told(
  outcome: Ending['outcome'],
  error: { readonly code: string; readonly message: string },
  advice: string,
): Ending {
  const text = `${error.message} ${advice}`.trim();
  return { outcome, content: [{ type: 'text', text }], label: MONITOR_LABEL, error, durationMs: 0 };
}

/** Why a call that was judged may not run. */
export function refusal(call: DecidedCall): Ending {
  return about(call, refused(call));
}

function refused({ decided, approval }: DecidedCall): Ending {
  if (decided.problem) return told('error', decided.problem, 'Correct the call, or go on without it.');
  if (approval) {
    const reason = approval.reason ? ` Reason: ${approval.reason}` : '';
    const message = `DENIED: the person's approval is ${approval.decision}.${reason}`;
    return told(
      'denied',
      { code: `approval_${approval.decision}`, message },
      'Do not repeat the call; go on without it.',
    );
  }
  const reasons = decided.verdict.reasons.map((reason) => reason.message).join(' ');
  const remedies = decided.verdict.reasons.flatMap((reason) => reason.remedy ?? []).join(' ');
  const advice = `What the operator can do: ${remedies || 'nothing'} Do not repeat the call; tell the person.`;
  return told('denied', { code: 'policy_denied', message: `DENIED by policy: ${reasons}` }, advice);
}

export function deniedNow(): Ending {
  const message =
    'DENIED: the call is not allowed any more: the policy, the tool or what is stopped has changed meanwhile.';
  return told('denied', { code: 'policy_denied', message }, 'Do not repeat the call; tell the person.');
}

export function movedMeanwhile(): Ending {
  const message = 'NOT RUN: what the call refers to has changed since it was looked at.';
  return told(
    'denied',
    { code: 'referent_changed', message },
    'Look at it again; if it is still wanted, make the call anew.',
  );
}

export function askedAnew(): Ending {
  const message = 'NOT RUN: since it was approved, something has come up that the person was not shown.';
  return told(
    'denied',
    { code: 'approval_outdated', message },
    'Make the call anew, so that it is asked again.',
  );
}

export function auditAway(): Ending {
  const message = 'NOT RUN: the audit log cannot be written, and nothing runs without its record.';
  return told(
    'error',
    { code: 'audit_unavailable', message },
    'Tell the person that tools are stopped until an operator has mended it.',
  );
}

export function interruptedCall({ decided }: IntendedCall): Ending & { readonly outcome: 'unknown' } {
  const message = `${decided.tool} was started, and the platform stopped before its result was recorded.`;
  const advice = 'Whether it took effect is UNKNOWN. Do not call it again; tell the person what is unknown.';
  return { ...told('unknown', { code: 'tool_interrupted', message }, advice), outcome: 'unknown' };
}
