import { useQuery } from '@tanstack/react-query';
import { Hand } from 'lucide-react';
import { Link } from 'react-router';
import { approvalsQuery } from '../api/queries.ts';
import { approvalTitle } from '../approvals/shown-approval.ts';
import { revealHidden } from '../text/reveal-hidden.ts';

/** Approvals come first: something stands still until a person answers. */
export function WaitingList() {
  const { data } = useQuery(approvalsQuery);
  const items = data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section className="side-group" aria-label="Waits for you">
      <h2 className="side-heading">
        Waits for you <span className="badge">{items.length}</span>
      </h2>
      {items.slice(0, 5).map((approval) => (
        <Link key={approval.id} className="side-item waiting" to={`/approvals/${approval.id}`}>
          <Hand size={16} aria-hidden="true" />
          <span className="ellipsis">{revealHidden(approvalTitle(approval))}</span>
        </Link>
      ))}
    </section>
  );
}

/** How many wait, beside the name of the page. */
export function WaitingBadge() {
  const { data } = useQuery(approvalsQuery);
  const count = data?.items.length ?? 0;
  if (count === 0) return null;
  return (
    <span className="badge">
      {count}
      <span className="sr-only"> waiting</span>
    </span>
  );
}
