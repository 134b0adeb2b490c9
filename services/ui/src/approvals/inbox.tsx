import type { Approval } from '@bakerst/shared/api/conversations';
import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, CircleCheck } from 'lucide-react';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { Link, useNavigate } from 'react-router';
import { approvalsQuery } from '../api/queries.ts';
import { Empty, Loaded } from '../parts/states.tsx';
import { useMe } from '../shell/session.tsx';
import { plural } from '../text/format.ts';
import { ApprovalPanel } from './approval-panel.tsx';
import { InboxHelp } from './inbox-help.tsx';
import { InboxList } from './inbox-list.tsx';
import { type ApprovalGroup, groupApprovals, shownOf } from './shown-approval.ts';
import { useInboxKeys } from './use-inbox-keys.ts';

/** What waits, worked from the keyboard: the list, and beside it the card of the chosen one. */
export function Inbox({ chosen }: { readonly chosen: string | undefined }) {
  const query = useQuery(approvalsQuery);
  return (
    <div className="inbox-place">
      <Loaded query={query}>
        {({ items }) => (items.length === 0 ? <Nothing /> : <Desk items={items} chosen={chosen} />)}
      </Loaded>
    </div>
  );
}

function Nothing() {
  return (
    <Empty icon={<CircleCheck size={22} aria-hidden="true" />} title="Nothing waits for you">
      The agent asks here before it does what your words alone do not cover. What was decided is in the{' '}
      <Link to="/approvals/history">history</Link>; what is never asked is in the{' '}
      <Link to="/policy">policy</Link>.
    </Empty>
  );
}

interface DeskProps {
  readonly items: readonly Approval[];
  readonly chosen: string | undefined;
}

function Desk({ items, chosen }: DeskProps) {
  const groups = groupApprovals(items);
  const order = groups.flatMap((group) => group.items.map(({ id }) => id));
  const wide = useWide();
  // On a narrow screen a card that nobody sees must not be shown to the server as shown.
  const active = chosen !== undefined && order.includes(chosen) ? chosen : wide ? order[0] : undefined;
  const group = groups.find(({ items: all }) => all.some(({ id }) => id === active));
  const navigate = useNavigate();
  const [help, setHelp] = useState(false);
  useFocusNext(active);
  useInboxKeys({
    order,
    active,
    choose: (id) => void navigate(`/approvals/${id}`, { replace: chosen !== undefined }),
    help: () => setHelp(true),
  });
  return (
    <div className="inbox" data-open={group === undefined ? undefined : true}>
      <InboxList groups={groups} active={active} />
      <div className="inbox-detail">
        {group === undefined ? null : <Group group={group} active={active} />}
      </div>
      {help ? <InboxHelp onClose={() => setHelp(false)} /> : null}
    </div>
  );
}

/** What had the focus went with the decision: the next one gets it. */
function useFocusNext(active: string | undefined): void {
  const before = useRef(active);
  useEffect(() => {
    const decided = before.current !== active && document.activeElement === document.body;
    before.current = active;
    if (!decided || active === undefined) return;
    document.querySelector<HTMLElement>(`[data-approval-link="${CSS.escape(active)}"]`)?.focus();
  }, [active]);
}

interface GroupProps {
  readonly group: ApprovalGroup;
  readonly active: string | undefined;
}

/** Calls of one request and one effect stand below each other; each is decided for itself. */
function Group({ group, active }: GroupProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const card = box.current?.querySelector(`[data-approval="${CSS.escape(active ?? '')}"]`);
    // The first one stands below the way back, which has to be seen too.
    if (card === null || card === undefined || card.previousElementSibling?.matches('.approval') !== true)
      box.current?.parentElement?.scrollTo({ top: 0 });
    else card.scrollIntoView({ block: 'start' });
  }, [active]);
  const me = useMe().principal.id;
  const [first] = group.items;
  return (
    <div className="inbox-group" ref={box}>
      <p className="inbox-bar">
        <Link className="inbox-back" to="/approvals">
          <ArrowLeft size={16} aria-hidden="true" /> All that waits
        </Link>
        <span className="muted">
          {group.items.length > 1
            ? `${plural(group.items.length, 'call')} of one request, decided one by one`
            : ''}
        </span>
        {first?.requester.id === me ? (
          <Link to={`/chat/${first.conversation}`}>Go to the conversation</Link>
        ) : null}
      </p>
      {group.items.map((approval) => (
        <OneOf key={approval.id} approval={approval} active={approval.id === active} />
      ))}
    </div>
  );
}

function OneOf({ approval, active }: { readonly approval: Approval; readonly active: boolean }) {
  const known = shownOf(approval);
  if (known === undefined) {
    return (
      <p className="note note-warn">
        This approval was written by another release and cannot be shown. Stop its turn in the conversation.
      </p>
    );
  }
  return <ApprovalPanel known={known} active={active} />;
}

const WIDE = '(min-width: 1000px)';

function useWide(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = window.matchMedia(WIDE);
      media.addEventListener('change', changed);
      return () => media.removeEventListener('change', changed);
    },
    () => window.matchMedia(WIDE).matches,
  );
}
