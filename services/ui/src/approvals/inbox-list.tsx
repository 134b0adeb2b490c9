import type { Approval } from '@bakerst/shared/api/conversations';
import { Link } from 'react-router';
import { EFFECTS } from '../guard/words.ts';
import { Time } from '../parts/time.tsx';
import { plural } from '../text/format.ts';
import { revealHidden } from '../text/reveal-hidden.ts';
import { type ApprovalGroup, approvalTitle, shownOf } from './shown-approval.ts';

export interface InboxListProps {
  readonly groups: readonly ApprovalGroup[];
  readonly active: string | undefined;
}

export function InboxList({ groups, active }: InboxListProps) {
  return (
    <nav className="inbox-list" aria-label="What waits">
      {groups.map((group) => (
        <section key={group.key} aria-label={group.items.length > 1 ? 'One request' : undefined}>
          {group.items.length > 1 ? (
            <p className="side-heading">{plural(group.items.length, 'call')} of one request</p>
          ) : null}
          <ul>
            {group.items.map((approval) => (
              <li key={approval.id}>
                <Item approval={approval} active={approval.id === active} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      <p className="inbox-keys" aria-hidden="true">
        <kbd>j</kbd> <kbd>k</kbd> move · <kbd>a</kbd> approve once · <kbd>d</kbd> deny · <kbd>?</kbd> all keys
      </p>
    </nav>
  );
}

function Item({ approval, active }: { readonly approval: Approval; readonly active: boolean }) {
  const card = shownOf(approval)?.card;
  return (
    <Link
      className="inbox-item"
      to={`/approvals/${approval.id}`}
      replace
      aria-current={active || undefined}
      data-approval-link={approval.id}
    >
      <span className="strong">{revealHidden(approvalTitle(approval))}</span>
      {card?.destination === undefined || card.destination === card.tool ? null : (
        <span className="inbox-to">{revealHidden(card.destination)}</span>
      )}
      <span className="faint">
        {card === undefined ? '' : `${EFFECTS[card.effect]} · `}asked <Time at={approval.requestedAt} /> ·
        ends <Time at={approval.expiresAt} />
      </span>
    </Link>
  );
}
