import type { Approval } from '@bakerst/shared/api/conversations';
import { useQuery } from '@tanstack/react-query';
import { Ban, Check, CircleSlash, Hand, Hourglass } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { type ApprovalStatus, approvalHistoryQuery } from '../api/guard-queries.ts';
import { Disclosure } from '../chat/disclosure.tsx';
import { Empty, Loaded } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { useMe } from '../shell/session.tsx';
import { revealHidden } from '../text/reveal-hidden.ts';
import { CardFacts } from './card-facts.tsx';
import { approvalTitle, type ShownApproval, shownOf } from './shown-approval.ts';

const STATUSES: Record<ApprovalStatus, { readonly text: string; readonly icon: ReactNode }> = {
  open: { text: 'waits', icon: <Hand size={15} /> },
  approved: { text: 'approved, not run yet', icon: <Check size={15} /> },
  consumed: { text: 'approved and run', icon: <Check size={15} /> },
  denied: { text: 'denied', icon: <Ban size={15} /> },
  expired: { text: 'nobody answered', icon: <Hourglass size={15} /> },
  withdrawn: { text: 'withdrawn', icon: <CircleSlash size={15} /> },
};

/** What was asked and what came of it. The filter is part of the address. */
export function History() {
  const [params, setParams] = useSearchParams();
  const status = statusOf(params.get('status'));
  const [words, setWords] = useState('');
  const query = useQuery(approvalHistoryQuery(status));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the page must be scrollable by keyboard
    <div className="page-scroll" tabIndex={0}>
      <div className="page">
        <div className="row wrap history-filter">
          <select
            className="input"
            aria-label="What came of it"
            value={status}
            onChange={(event) =>
              setParams(event.target.value === 'all' ? {} : { status: event.target.value }, { replace: true })
            }
          >
            <option value="all">Everything</option>
            {Object.entries(STATUSES).map(([key, { text }]) => (
              <option key={key} value={key}>
                {text}
              </option>
            ))}
          </select>
          <input
            className="input"
            type="search"
            placeholder="Filter by tool, value or words"
            aria-label="Filter the history"
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        </div>
        <Loaded query={query}>
          {({ items }) => <Past items={items.filter((one) => holds(one, words))} all={items.length} />}
        </Loaded>
      </div>
    </div>
  );
}

function statusOf(text: string | null): ApprovalStatus | 'all' {
  return text !== null && Object.hasOwn(STATUSES, text) ? (text as ApprovalStatus) : 'all';
}

function holds(approval: Approval, words: string): boolean {
  const wanted = words.trim().toLowerCase();
  return (
    wanted === '' ||
    JSON.stringify(shownOf(approval)?.card ?? '')
      .toLowerCase()
      .includes(wanted)
  );
}

function Past({ items, all }: { readonly items: readonly Approval[]; readonly all: number }) {
  if (items.length === 0) {
    return all === 0 ? (
      <Empty title="Nothing here yet">What the agent asks and what you answer is kept here.</Empty>
    ) : (
      <Empty title="Nothing matches">Choose “Everything” or clear the filter.</Empty>
    );
  }
  return (
    <div className="tool-list">
      {items.map((approval) => (
        <PastRow key={approval.id} approval={approval} />
      ))}
    </div>
  );
}

function destinationOf(shown: ShownApproval | undefined): string {
  const { destination, tool } = shown?.card ?? {};
  return destination === undefined || destination === tool ? '' : ` · ${revealHidden(destination)}`;
}

function PastRow({ approval }: { readonly approval: Approval }) {
  const me = useMe().principal.id;
  const shown = shownOf(approval);
  const { text, icon } = STATUSES[approval.status];
  return (
    <Disclosure
      icon={icon}
      label={
        <>
          <span className="ellipsis past-title">{revealHidden(approvalTitle(approval))}</span>
          <span className="tool-summary">
            {text}
            {destinationOf(shown)}
          </span>
        </>
      }
      aside={<Time at={approval.requestedAt} />}
    >
      <div className="approval past">
        {shown === undefined ? <p>Its card was written by another release.</p> : <CardFacts shown={shown} />}
        {approval.requester.id === me ? (
          <p>
            <Link to={`/chat/${approval.conversation}`}>Go to the conversation</Link>
          </p>
        ) : null}
      </div>
    </Disclosure>
  );
}
