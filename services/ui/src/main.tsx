import '@fontsource-variable/geist/index.css';
import '@fontsource-variable/geist/wght-italic.css';
import '@fontsource-variable/geist-mono/index.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/layers.css';
import './styles/notes.css';
import './styles/rows.css';
import './styles/shell.css';
import './styles/palette.css';
import './styles/thread.css';
import './styles/composer.css';
import './styles/markdown.css';
import './styles/chat-narrow.css';
import './styles/pages.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createQueryClient } from './api/queries.ts';
import { App } from './app.tsx';
import { TipProvider } from './parts/tooltip.tsx';
import { PageGuard } from './shell/page-guard.tsx';
import { putTurn, type Thread } from './turn/thread.ts';
import { TurnStreams, TurnStreamsContext } from './turn/turn-streams.tsx';
import { foldTurn } from './turn/turn-view.ts';

const client = createQueryClient();
// Every step that streams in goes into the cache too, so that leaving and coming back shows no less.
const streams = new TurnStreams((turn, state) => {
  const view = foldTurn(state);
  client.setQueryData<Thread>(['thread', turn.conversation], (thread) =>
    putTurn(thread, { ...turn, status: view.status, steps: [...state.steps] }),
  );
  if (view.endedAt !== undefined)
    void client.invalidateQueries({ queryKey: ['conversation', turn.conversation] });
});

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <PageGuard>
      <QueryClientProvider client={client}>
        <TurnStreamsContext value={streams}>
          <TipProvider>
            <App />
          </TipProvider>
        </TurnStreamsContext>
      </QueryClientProvider>
    </PageGuard>
  </StrictMode>,
);
