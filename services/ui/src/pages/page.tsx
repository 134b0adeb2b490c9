import type { ReactNode } from 'react';
import { DrawerButton } from '../shell/drawer.tsx';
import { useTitle } from '../shell/use-title.ts';

export interface PageProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Page({ title, lead, actions, children }: PageProps) {
  useTitle(title);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the page must be scrollable by keyboard
    <div className="page-scroll" tabIndex={0}>
      <header className="page-bar only-narrow">
        <DrawerButton />
      </header>
      <div className="page">
        <div className="page-head">
          <div className="grow">
            <h1>{title}</h1>
            {lead === undefined ? null : <p className="muted">{lead}</p>}
          </div>
          {actions}
        </div>
        {children}
      </div>
    </div>
  );
}

export function Section({ title, lead, children }: Omit<PageProps, 'actions'>) {
  return (
    <section className="section" aria-label={title}>
      <h2>{title}</h2>
      {lead === undefined ? null : <p className="muted">{lead}</p>}
      {children}
    </section>
  );
}
