import { Component, type ReactNode } from 'react';
import { Button } from '../parts/button.tsx';

interface State {
  readonly error?: Error;
}

/** The last net: a defect of the console never leaves a blank page. Also met when a newer release replaced a chunk. */
export class PageGuard extends Component<{ readonly children: ReactNode }, State> {
  override state: State = {};

  static getDerivedStateFromError(error: Error): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <main className="alone" role="alert">
        <h1>The console stumbled</h1>
        <p className="muted">{error.message}</p>
        <p className="muted">
          Reload the page: the server may have been upgraded meanwhile. Nothing that was sent is lost.
        </p>
        <Button tone="primary" onClick={() => window.location.reload()}>
          Reload
        </Button>
      </main>
    );
  }
}
