import { useEffect } from 'react';

/** The title of the tab; `document.title` also carries the count of approvals, set by the shell. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.documentElement.dataset.title = title;
    writeTitle();
  }, [title]);
}

export function useWaitingCount(count: number): void {
  useEffect(() => {
    document.documentElement.dataset.waiting = String(count);
    writeTitle();
  }, [count]);
}

function writeTitle(): void {
  const { title = '', waiting = '0' } = document.documentElement.dataset;
  const name = title === '' ? 'Baker Street' : `${title} · Baker Street`;
  document.title = waiting === '0' ? name : `(${waiting}) ${name}`;
}
