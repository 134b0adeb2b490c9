import { useQueryClient } from '@tanstack/react-query';
import { ArrowDown } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from '../parts/button.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { loadOlder, type Thread } from '../turn/thread.ts';
import { type TurnActions, TurnRow } from './turn-row.tsx';
import { useThreadScroll } from './use-scroll.ts';
import type { PendingMessage, Sender } from './use-send.ts';
import { UserMessage } from './user-message.tsx';

export interface ThreadViewProps extends TurnActions {
  readonly conversation: string | undefined;
  readonly thread: Thread;
  readonly sender: Sender;
  readonly composer: ReactNode;
}

export function ThreadView({ conversation, thread, sender, composer, ...actions }: ThreadViewProps) {
  const { scroller, content, atBottom, toBottom } = useThreadScroll(thread.turns[0]?.id);
  const sent = sender.pending.length;
  useEffect(() => {
    if (sent > 0) toBottom();
  }, [sent, toBottom]);
  return (
    <>
      <div
        className="thread"
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the thread must be scrollable by keyboard
        tabIndex={0}
        role="log"
        aria-live="off"
        aria-label="Conversation"
      >
        <div className="thread-content" ref={content}>
          {conversation !== undefined && thread.before !== undefined ? (
            <Older conversation={conversation} before={thread.before} />
          ) : null}
          {thread.turns.map((turn) => (
            <TurnRow key={turn.id} turn={turn} {...actions} />
          ))}
          {sender.pending.map((message) => (
            <Pending key={message.key} message={message} sender={sender} />
          ))}
        </div>
      </div>
      <div className="dock">
        {atBottom ? null : (
          <button type="button" className="jump" onClick={toBottom}>
            <ArrowDown size={15} aria-hidden="true" /> Jump to latest
          </button>
        )}
        {composer}
      </div>
    </>
  );
}

function Pending({ message, sender }: { readonly message: PendingMessage; readonly sender: Sender }) {
  return (
    <article className="turn" data-pending={message.error === undefined || undefined}>
      <UserMessage parts={message.parts} />
      {message.error === undefined ? null : (
        <ProblemNote error={message.error} onRetry={() => sender.retry(message)}>
          <Button tone="quiet" onClick={() => sender.drop(message)}>
            Discard
          </Button>
        </ProblemNote>
      )}
    </article>
  );
}

/** Reads older turns when the reader comes near the top. */
function Older({ conversation, before }: { readonly conversation: string; readonly before: number }) {
  const client = useQueryClient();
  const mark = useRef<HTMLDivElement>(null);
  const [error, setError] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `attempt` starts it again after an error
  useEffect(() => {
    if (mark.current === null) return undefined;
    let asked = false;
    const seen = new IntersectionObserver(
      (entries) => {
        if (asked || !entries.some((entry) => entry.isIntersecting)) return;
        asked = true;
        loadOlder(client, conversation, before).then(undefined, setError);
      },
      { rootMargin: '1200px 0px 0px' },
    );
    seen.observe(mark.current);
    return () => seen.disconnect();
  }, [client, conversation, before, attempt]);
  const retry = (): void => {
    setError(undefined);
    setAttempt(attempt + 1);
  };
  return (
    <div ref={mark} className="older">
      {error === undefined ? (
        <span className="spinner" role="status" aria-label="Loading older messages" />
      ) : (
        <ProblemNote error={error} onRetry={retry} />
      )}
    </div>
  );
}
