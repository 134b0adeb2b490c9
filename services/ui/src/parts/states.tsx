import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ProblemNote } from './problem-note.tsx';

/** Grey lines in the shape of what will come; nothing moves when it does. */
export function Skeleton({
  lines = 4,
  label = 'Loading',
}: {
  readonly lines?: number;
  readonly label?: string;
}) {
  return (
    <div className="skeleton" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are all alike
        <span key={index} />
      ))}
    </div>
  );
}

export interface EmptyProps {
  readonly icon?: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
}

export function Empty({ icon, title, children }: EmptyProps) {
  return (
    <div className="empty">
      {icon}
      <p className="empty-title">{title}</p>
      {children === undefined ? null : <div className="muted">{children}</div>}
    </div>
  );
}

export interface LoadedProps<T> {
  readonly query: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch'>;
  readonly lines?: number;
  readonly children: (data: T) => ReactNode;
}

/** One query on a page: its loading, its error with the remedy, its content. Old data stays while new is fetched. */
export function Loaded<T>({ query, lines = 5, children }: LoadedProps<T>) {
  const retry = (): void => void query.refetch();
  if (query.data === undefined) {
    return query.error ? <ProblemNote error={query.error} onRetry={retry} /> : <Skeleton lines={lines} />;
  }
  return (
    <>
      {query.error ? <ProblemNote error={query.error} onRetry={retry} /> : null}
      {children(query.data)}
    </>
  );
}
