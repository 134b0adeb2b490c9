import { useQuery } from '@tanstack/react-query';
import { asApiError } from '../api/api-error.ts';
import { reviewQuery } from '../api/guard-queries.ts';
import { reviewCounts } from './review-draft.ts';

/** How far a person has got with a server's tools; a change comes first, for it refuses calls. */
export function ReviewState({ server }: { readonly server: string }) {
  const { data, error } = useQuery(reviewQuery(server));
  if (data === undefined) return <span className="faint">{error ? asApiError(error).message : ' '}</span>;
  const { accepted, fresh, changed } = reviewCounts(data);
  return (
    <span className="review-state">
      {changed > 0 ? (
        <span className="state" data-state="bad">
          {changed} changed
        </span>
      ) : null}
      {fresh > 0 ? (
        <span className="state" data-state="wait">
          {fresh} new
        </span>
      ) : null}
      <span className="state" data-state={accepted > 0 ? 'ok' : 'off'}>
        {accepted} accepted
      </span>
    </span>
  );
}
