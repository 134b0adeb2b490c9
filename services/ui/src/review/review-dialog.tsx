import '../styles/review.css';
import type { ServerReview } from '@bakerst/shared/api/guard';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { asApiError } from '../api/api-error.ts';
import { policyQuery, reviewQuery } from '../api/guard-queries.ts';
import { toolsQuery } from '../api/queries.ts';
import { request } from '../api/request.ts';
import { CLEARANCES } from '../guard/words.ts';
import { Button } from '../parts/button.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import { useMay } from '../shell/session.tsx';
import { plural } from '../text/format.ts';
import { revealHidden } from '../text/reveal-hidden.ts';
import { acceptRequest, EMPTY_REVIEW, isEmpty, type ReviewDraft } from './review-draft.ts';
import { ToolForm } from './tool-form.tsx';

export interface ReviewDialogProps {
  readonly server: string;
  readonly onClose: () => void;
}

/** What each tool of a server does and what its arguments are for: a person says it, the server only proposes. */
export function ReviewDialog({ server, onClose }: ReviewDialogProps) {
  const review = useQuery(reviewQuery(server));
  return (
    <Dialog title={`Tools of ${server}`} shape="sheet" open onClose={onClose}>
      <Loaded query={review} lines={8}>
        {(data) => <Review review={data} onClose={onClose} />}
      </Loaded>
    </Dialog>
  );
}

function Review({ review, onClose }: { readonly review: ServerReview; readonly onClose: () => void }) {
  const may = useMay('admin');
  const [draft, setDraft] = useState(EMPTY_REVIEW);
  return (
    <div className="review">
      <p className="muted">
        A tool that nobody has accepted counts as reaching out to others, and is asked about. Accepting holds
        for exactly this definition: as soon as the server changes it, it is refused until you have looked
        again.
      </p>
      <Clearance review={review} draft={draft} onChange={setDraft} may={may} />
      {review.tools.length === 0 ? (
        <Empty title="It offers no tools right now">
          Start it, or look at its last error on the Tools page.
        </Empty>
      ) : (
        <ul className="review-tools">
          {review.tools.map((tool) => (
            <ToolForm key={tool.name} tool={tool} draft={draft} onChange={setDraft} may={may} />
          ))}
        </ul>
      )}
      {review.gone.length === 0 ? null : (
        <p className="muted">
          Accepted once, but not offered now: {review.gone.map((name) => revealHidden(name)).join(', ')}.
        </p>
      )}
      {may ? (
        <Footer review={review} draft={draft} onClose={onClose} />
      ) : (
        <p className="faint">Accepting needs the scope “admin”.</p>
      )}
    </div>
  );
}

interface PartProps {
  readonly review: ServerReview;
  readonly draft: ReviewDraft;
}

interface ClearanceProps extends PartProps {
  readonly onChange: (draft: ReviewDraft) => void;
  readonly may: boolean;
}

function Clearance({ review, draft, onChange, may }: ClearanceProps) {
  const now = draft.clearance ?? review.clearance;
  return (
    <fieldset className="choice clearance" disabled={!may}>
      <legend>
        What it may learn{' '}
        {review.clearanceSet ? null : <span className="faint">by default, for where it runs</span>}
      </legend>
      {(['public', 'internal', 'secret'] as const).map((level) => (
        <label key={level}>
          <input
            type="radio"
            name="clearance"
            checked={now === level}
            onChange={() => onChange({ ...draft, clearance: level })}
          />
          <span>
            {level} <span className="faint">{CLEARANCES[level]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

function Footer({ review, draft, onClose }: PartProps & { readonly onClose: () => void }) {
  const client = useQueryClient();
  const policy = useQuery(policyQuery);
  const save = useMutation({
    mutationFn: (hash: string) =>
      request(`mcp-servers/${encodeURIComponent(review.server)}/accept`, {
        method: 'POST',
        json: acceptRequest(draft, review, hash),
      }),
    onSuccess: onClose,
    onSettled: () =>
      Promise.all(
        [reviewQuery(review.server), policyQuery, toolsQuery].map(({ queryKey }) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
  const hash = policy.data?.hash;
  const status = save.error ? asApiError(save.error).status : 0;
  return (
    <div className="review-foot">
      {policy.error ? <ProblemNote error={policy.error} onRetry={() => void policy.refetch()} /> : null}
      {save.error ? (
        <ProblemNote error={save.error}>
          {status === 409 || status === 412 ? <p>It was read again: look at the tools once more.</p> : null}
        </ProblemNote>
      ) : null}
      <div className="row end">
        <span className="grow muted" role="status">
          {summary(draft)}
        </span>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          tone="primary"
          busy={save.isPending}
          disabled={isEmpty(draft) || hash === undefined}
          onClick={() => {
            if (hash !== undefined) save.mutate(hash);
          }}
        >
          {draft.accept.size > 0 ? `Accept ${plural(draft.accept.size, 'tool')}` : 'Save'}
        </Button>
      </div>
    </div>
  );
}

function summary({ accept, withdraw, clearance }: ReviewDraft): string {
  const parts = [
    accept.size > 0 ? `${plural(accept.size, 'tool')} to accept` : '',
    withdraw.size > 0 ? `${plural(withdraw.size, 'tool')} to take back` : '',
    clearance === undefined ? '' : `may learn: ${clearance}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'Nothing chosen yet' : parts.join(', ');
}
