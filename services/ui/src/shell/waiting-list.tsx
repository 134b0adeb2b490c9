import type { Approval } from '@bakerst/shared/api/conversations';
import { useQuery } from '@tanstack/react-query';
import { Hand } from 'lucide-react';
import { Link } from 'react-router';
import { approvalsQuery } from '../api/queries.ts';

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
        <Link key={approval.id} className="side-item waiting" to={`/chat/${approval.conversation}`}>
          <Hand size={16} aria-hidden="true" />
          <span className="ellipsis">{cardTitle(approval)}</span>
        </Link>
      ))}
    </section>
  );
}

function cardTitle({ decided }: Approval): string {
  if (decided?.type !== 'tool_decided') return 'An approval';
  return decided.verdict.decision === 'ask' ? decided.verdict.card.title : decided.tool;
}
