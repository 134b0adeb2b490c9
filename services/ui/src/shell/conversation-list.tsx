import type { Conversation } from '@bakerst/shared/api/conversations';
import { useInfiniteQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useMemo, useRef } from 'react';
import { conversationsQuery } from '../api/queries.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { Skeleton } from '../parts/states.tsx';
import { dayGroup } from '../text/format.ts';
import { ConversationItem } from './conversation-item.tsx';

type Row = { readonly heading: string } | { readonly conversation: Conversation };

/** Up to here drawing all rows is cheaper than the code that draws some. */
const PLAIN_ROWS = 200;
const VirtualRows = lazy(async () => ({ default: (await import('./virtual-rows.tsx')).VirtualRows }));

export function ConversationList() {
  const list = useInfiniteQuery(conversationsQuery);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => group(list.data?.pages.flatMap((page) => page.items) ?? []), [list.data]);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  const onNearEnd = (): void => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  };
  return (
    <div
      className="conversations"
      ref={scroller}
      onScroll={({ currentTarget: box }) => {
        if (box.scrollHeight - box.scrollTop - box.clientHeight < 800) onNearEnd();
      }}
    >
      {list.isPending ? <Skeleton lines={5} label="Loading conversations" /> : null}
      {list.error ? <ProblemNote error={list.error} onRetry={() => void list.refetch()} /> : null}
      {list.data !== undefined && rows.length === 0 ? (
        <p className="faint side-empty">Your conversations will be listed here.</p>
      ) : null}
      {rows.length > PLAIN_ROWS ? (
        <Suspense fallback={<Skeleton lines={8} />}>
          <VirtualRows
            count={rows.length}
            scroller={scroller}
            keyOf={(at) => keyOf(rows[at])}
            draw={(at) => drawRow(rows[at])}
          />
        </Suspense>
      ) : (
        <ul aria-label="Conversations">
          {rows.map((row) => (
            <li key={keyOf(row)}>{drawRow(row)}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

function drawRow(row: Row | undefined): ReactNode {
  if (row === undefined) return null;
  if ('heading' in row) return <h2 className="side-heading">{row.heading}</h2>;
  return <ConversationItem conversation={row.conversation} />;
}

function keyOf(row: Row | undefined): string {
  if (row === undefined) return '';
  return 'heading' in row ? `# ${row.heading}` : row.conversation.id;
}

function group(conversations: readonly Conversation[]): Row[] {
  const rows: Row[] = [];
  const now = Date.now();
  let last = '';
  const pinned = conversations.filter((one) => one.pinned);
  for (const conversation of [...pinned, ...conversations.filter((one) => !one.pinned)]) {
    const heading = conversation.pinned ? 'Pinned' : dayGroup(conversation.updatedAt, now);
    if (heading !== last) rows.push({ heading });
    last = heading;
    rows.push({ conversation });
  }
  return rows;
}
