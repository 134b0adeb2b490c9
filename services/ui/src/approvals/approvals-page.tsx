import '../styles/approvals.css';
import '../styles/inbox.css';
import { useQuery } from '@tanstack/react-query';
import { NavLink, useParams } from 'react-router';
import { approvalsQuery } from '../api/queries.ts';
import { DrawerButton } from '../shell/drawer.tsx';
import { useTitle } from '../shell/use-title.ts';
import { plural } from '../text/format.ts';
import { Grants } from './grants.tsx';
import { History } from './history.tsx';
import { Inbox } from './inbox.tsx';

/** `/approvals` is the inbox, `/approvals/{id}` one of it, `/approvals/history` and `/approvals/grants` the rest. */
export function ApprovalsPage() {
  useTitle('Approvals');
  const { place } = useParams();
  const { data } = useQuery(approvalsQuery);
  const count = data?.items.length ?? 0;
  return (
    <div className="approvals">
      <header className="page-bar">
        <DrawerButton />
        <h1 className="bar-title">Approvals</h1>
        <nav className="tabs" aria-label="Approvals">
          <NavLink to="/approvals" className={isInbox(place) ? 'active' : ''} end>
            Waiting {count > 0 ? <span className="badge">{count}</span> : null}
          </NavLink>
          <NavLink to="/approvals/history">History</NavLink>
          <NavLink to="/approvals/grants">Grants</NavLink>
        </nav>
      </header>
      <p className="sr-only" role="status">
        {plural(count, 'approval')} waiting
      </p>
      <Place place={place} />
    </div>
  );
}

function isInbox(place: string | undefined): boolean {
  return place !== 'history' && place !== 'grants';
}

function Place({ place }: { readonly place: string | undefined }) {
  if (place === 'history') return <History />;
  if (place === 'grants') return <Grants />;
  return <Inbox chosen={place} />;
}
