import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Suspense, useCallback, useContext, useEffect, useState } from 'react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { asApiError } from '../api/api-error.ts';
import { followChanges } from '../api/changes.ts';
import type { LinkState } from '../api/follow.ts';
import { approvalsQuery, meQuery } from '../api/queries.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Skeleton } from '../parts/states.tsx';
import { StopBanner } from '../stops/stop-banner.tsx';
import { TurnStreamsContext } from '../turn/turn-streams.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { DrawerContext } from './drawer.tsx';
import { Help } from './help.tsx';
import { Palette } from './palette.tsx';
import { LinkContext, MeContext } from './session.tsx';
import { Sidebar } from './sidebar.tsx';
import { useKeys } from './use-keys.ts';
import { useWaitingCount } from './use-title.ts';

/** Everything behind the login: who is signed in, the live link to the server, the frame of every page. */
export function Shell() {
  const me = useQuery(meQuery);
  const location = useLocation();
  if (me.error && asApiError(me.error).status === 401) {
    return <Navigate to="/login" replace state={{ from: location.pathname + location.search }} />;
  }
  if (me.data === undefined) {
    return (
      <main className="alone">
        {me.error ? (
          <ProblemNote error={me.error} onRetry={() => void me.refetch()} />
        ) : (
          <Skeleton lines={3} />
        )}
      </main>
    );
  }
  return (
    <MeContext value={me.data}>
      <Frame />
    </MeContext>
  );
}

function Frame() {
  const link = useChanges();
  const [open, toggle] = useDrawer();
  const [palette, setPalette] = useState(false);
  const approvals = useQuery(approvalsQuery);
  useWaitingCount(approvals.data?.items.length ?? 0);
  const openPalette = useCallback(() => setPalette(true), []);
  useKeys({ toggleDrawer: toggle, openPalette });
  return (
    <LinkContext value={link}>
      <DrawerContext value={{ open, toggle }}>
        <a className="skip" href="#page">
          Skip to the page
        </a>
        <div className="frame" data-drawer={open ? 'open' : 'closed'}>
          <Sidebar onSearch={openPalette} />
          {open ? (
            <button type="button" className="scrim" aria-label="Close sidebar" onClick={toggle} />
          ) : null}
          <main id="page" tabIndex={-1}>
            <ConnectionBanner />
            <StopBanner />
            <Suspense
              fallback={
                <div className="page">
                  <Skeleton />
                </div>
              }
            >
              <Outlet />
            </Suspense>
          </main>
        </div>
        {palette ? <Palette onClose={() => setPalette(false)} /> : null}
        <Help />
      </DrawerContext>
    </LinkContext>
  );
}

function useChanges(): LinkState {
  const client = useQueryClient();
  const streams = useContext(TurnStreamsContext);
  const [link, setLink] = useState<LinkState>({ kind: 'connecting' });
  useEffect(() => {
    const end = new AbortController();
    const onTurn = (turn: string, conversation: string): void => {
      void client.invalidateQueries({ queryKey: ['conversation', conversation] });
      // A turn that is followed here brings its own news.
      if (streams?.has(turn) !== true) void client.invalidateQueries({ queryKey: ['thread', conversation] });
    };
    void followChanges({ client, onTurn, onState: setLink, signal: end.signal });
    return () => end.abort();
  }, [client, streams]);
  return link;
}

const WIDE = '(min-width: 820px)';

/** Open on a desk, closed on a phone, and closed there again by every navigation. */
function useDrawer(): readonly [boolean, () => void] {
  const [open, setOpen] = useState(() => window.matchMedia(WIDE).matches);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of page closes the drawer
  useEffect(() => {
    if (!window.matchMedia(WIDE).matches) setOpen(false);
  }, [pathname]);
  useEffect(() => {
    const media = window.matchMedia(WIDE);
    const follow = (): void => setOpen(media.matches);
    media.addEventListener('change', follow);
    return () => media.removeEventListener('change', follow);
  }, []);
  return [open, useCallback(() => setOpen((was) => !was), [])];
}
