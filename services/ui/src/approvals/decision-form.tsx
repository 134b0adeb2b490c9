import type { ApprovalDetail } from '@bakerst/shared/api/guard';
import { Check, ShieldQuestion, X } from 'lucide-react';
import { type FormEvent, useId } from 'react';
import { asApiError } from '../api/api-error.ts';
import { Button } from '../parts/button.tsx';
import { Field } from '../parts/field.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Time } from '../parts/time.tsx';
import { revealHidden } from '../text/reveal-hidden.ts';
import { missingFor, rememberable } from './decision.ts';
import type { ShownApproval } from './shown-approval.ts';
import type { Deciding } from './use-decision.ts';

export interface DecisionFormProps {
  readonly shown: ShownApproval;
  readonly deciding: Deciding;
  readonly may: boolean;
}

/** Approve once, deny, and what has to be said besides. */
export function DecisionForm({ shown, deciding, may }: DecisionFormProps) {
  const { detail, done } = deciding;
  if (done !== undefined) return <Done decision={done} />;
  if (!may) {
    return (
      <>
        <p className="muted">
          You may read this but not decide it: your session lacks the scope “approve”. Sign in with the link
          that the start printed, or with a token that holds it; a link of <code>bakerst login-link</code>{' '}
          does not.
        </p>
        <Otherwise at={shown.expiresAt} />
      </>
    );
  }
  if (detail.error && detail.data === undefined)
    return <ProblemNote error={detail.error} onRetry={() => void detail.refetch()} />;
  const obstacle = detail.data?.obstacle;
  return (
    <>
      {deciding.error ? <Refused error={deciding.error} /> : null}
      {obstacle === undefined ? (
        <Actions shown={shown} deciding={deciding} />
      ) : (
        <div className="note note-warn">
          <ShieldQuestion size={17} aria-hidden="true" />
          <div className="note-text">
            <p className="note-title">{revealHidden(obstacle.message)}</p>
            <p>{revealHidden(obstacle.remedy)}</p>
          </div>
        </div>
      )}
      <Otherwise at={shown.expiresAt} />
    </>
  );
}

function Otherwise({ at }: { readonly at: string }) {
  return (
    <p className="faint otherwise">
      Without an answer it is denied <Time at={at} />, and the conversation goes on. A new message withdraws
      it.
    </p>
  );
}

function Done({ decision }: { readonly decision: 'approved' | 'denied' }) {
  return (
    <p className="decided" role="status">
      {decision === 'approved' ? (
        <>
          <Check size={16} aria-hidden="true" /> Approved once. It runs now.
        </>
      ) : (
        <>
          <X size={16} aria-hidden="true" /> Denied. The agent is told.
        </>
      )}
    </p>
  );
}

function Refused({ error }: { readonly error: Error }) {
  return (
    <ProblemNote error={error}>
      {asApiError(error).status === 0 ? null : (
        <p>The card above was read again just now: look at it once more before you decide.</p>
      )}
    </ProblemNote>
  );
}

function Actions({ shown, deciding }: Pick<DecisionFormProps, 'shown' | 'deciding'>) {
  const { detail, draft, fill, busy, decide } = deciding;
  const hint = useId();
  const { data } = detail;
  const missing = data === undefined ? undefined : missingFor(data, draft);
  const waits = data === undefined || busy !== undefined;
  const deny = (event: FormEvent): void => {
    event.preventDefault();
    decide('denied');
  };
  return (
    <>
      <Proofs shown={shown} deciding={deciding} data={data} />
      {rememberable(shown.card, draft).length > 0 ? (
        <label className="remember">
          <span>The values you ticked count</span>
          <select
            className="input"
            value={draft.days}
            onChange={(event) => fill({ days: Number(event.target.value) })}
          >
            <option value={0}>for this request</option>
            <option value={1}>for a day</option>
            <option value={7}>for 7 days</option>
            <option value={30}>for 30 days</option>
          </select>
        </label>
      ) : null}
      <div className="decision">
        <Button
          tone="primary"
          data-key="a"
          busy={busy === 'approved'}
          disabled={waits || missing !== undefined}
          aria-describedby={missing === undefined ? undefined : hint}
          onClick={() => decide('approved')}
        >
          Approve once
        </Button>
        <form className="deny" onSubmit={deny}>
          <input
            className="input"
            data-key="d"
            value={draft.reason}
            maxLength={2_000}
            placeholder="Why not, if you like; the agent reads it"
            aria-label="Reason for a denial"
            onChange={(event) => fill({ reason: event.target.value })}
          />
          <Button type="submit" busy={busy === 'denied'} disabled={waits}>
            Deny
          </Button>
        </form>
      </div>
      {missing === undefined ? null : (
        <p id={hint} className="faint">
          {missing}
        </p>
      )}
    </>
  );
}

interface ProofsProps extends Pick<DecisionFormProps, 'shown' | 'deciding'> {
  readonly data: ApprovalDetail | undefined;
}

/** What the server wants besides the click. */
function Proofs({ shown: { card }, deciding: { draft, fill }, data }: ProofsProps) {
  return (
    <>
      {card.fourEyes === true && data !== undefined ? (
        <p className="muted">Two people have to see this: the one who asked cannot approve it.</p>
      ) : null}
      {data?.typing === true ? (
        <Field
          label={`Type the destination: ${revealHidden(card.destination ?? 'as shown above')}`}
          hint={
            card.typing === true
              ? 'This request has asked often. Typing it makes sure that it was read.'
              : 'Your last decisions were very quick. Typing it makes sure that it was read.'
          }
        >
          <input
            className="input mono"
            autoComplete="off"
            spellCheck={false}
            value={draft.typed}
            onChange={(event) => fill({ typed: event.target.value })}
          />
        </Field>
      ) : null}
      {card.stepUp === true ? (
        <Field
          label="API token, to prove that it is you"
          hint="Not needed if you signed in within the last minutes. One of your own that holds “approve”; it is used for this decision and not kept."
        >
          <input
            className="input mono"
            type="password"
            autoComplete="off"
            value={draft.token}
            onChange={(event) => fill({ token: event.target.value })}
          />
        </Field>
      ) : null}
    </>
  );
}
