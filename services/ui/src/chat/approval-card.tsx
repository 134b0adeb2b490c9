import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Hand } from 'lucide-react';
import { useState } from 'react';
import { approvalsQuery } from '../api/queries.ts';
import { request } from '../api/request.ts';
import { Button } from '../parts/button.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Time } from '../parts/time.tsx';
import { useMay } from '../shell/session.tsx';
import { revealHidden } from '../text/reveal-hidden.ts';
import type { ToolView } from '../turn/tool-view.ts';
import { EFFECTS } from './tool-details.tsx';

/** Asks the person in place. What it shows was written by the guard, never by the model. */
export function ApprovalCard({ tool }: { readonly tool: ToolView }) {
  const may = useMay('approve');
  const { approval, verdict } = tool;
  if (approval === undefined || verdict?.decision !== 'ask') return null;
  return (
    <section className="approval" aria-label={`Approval: ${verdict.card.title}`}>
      <header>
        <Hand size={17} aria-hidden="true" />
        <h2>{revealHidden(verdict.card.title)}</h2>
        <span className="faint">{EFFECTS[verdict.card.effect]}</span>
      </header>
      <dl className="values">
        {verdict.card.values.map((value) => (
          <div key={value.name}>
            <dt>{revealHidden(value.name)}</dt>
            <dd>{revealHidden(value.value)}</dd>
            <dd className="faint">{revealHidden(value.origin)}</dd>
          </div>
        ))}
      </dl>
      {verdict.reasons.map((reason) => (
        <p key={reason.rule + reason.message} className="muted">
          {revealHidden(reason.message)}
        </p>
      ))}
      {may ? (
        <Decision id={approval.id} digest={approval.digest} />
      ) : (
        <p className="muted">
          You may read this but not decide it: your session lacks the scope “approve”. Sign in with the link
          that the start printed, or with a token that holds it; a link of <code>bakerst login-link</code>{' '}
          does not.
        </p>
      )}
      <p className="faint">
        Without an answer it is denied <Time at={approval.expiresAt} />. A new message withdraws it.
      </p>
    </section>
  );
}

function Decision({ id, digest }: { readonly id: string; readonly digest: string }) {
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const decide = useMutation({
    mutationFn: (decision: 'approved' | 'denied') => {
      const json = { decision, digest, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) };
      return request(`approvals/${id}/decision`, { method: 'POST', json });
    },
    onSettled: () => client.invalidateQueries(approvalsQuery),
  });
  const busy = decide.isPending || decide.isSuccess;
  return (
    <>
      <div className="row wrap">
        <Button
          tone="primary"
          busy={busy && decide.variables === 'approved'}
          onClick={() => decide.mutate('approved')}
        >
          Approve once
        </Button>
        <Button disabled={busy} onClick={() => decide.mutate('denied')}>
          Deny
        </Button>
        <input
          className="input grow"
          value={reason}
          maxLength={2_000}
          placeholder="Reason, if you like; the agent reads it"
          aria-label="Reason"
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
      {decide.error ? <ProblemNote error={decide.error} /> : null}
    </>
  );
}
