import { useEffect, useState } from 'react';
import type { Thread, ThreadTurn } from '../turn/thread.ts';
import { useTurn } from '../turn/turn-streams.tsx';

/** Tells a screen reader what happens in whole sentences, never token by token. */
export function Announcer({ thread, agentName }: { readonly thread: Thread; readonly agentName: string }) {
  const last = thread.turns.at(-1);
  return last === undefined ? null : <Announce key={last.id} turn={last} agentName={agentName} />;
}

function Announce({ turn, agentName }: { readonly turn: ThreadTurn; readonly agentName: string }) {
  const { view } = useTurn(turn);
  const [first] = useState(view.status);
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (view.status !== first || view.status === 'running') setSaid(SENTENCES[view.status](agentName));
  }, [view.status, first, agentName]);
  return (
    <p className="sr-only" role="status">
      {said}
    </p>
  );
}

const SENTENCES: Record<ThreadTurn['status'], (name: string) => string> = {
  queued: () => 'The message waits for its turn.',
  running: (name) => `${name} is answering.`,
  parked: (name) => `${name} waits for your decision.`,
  completed: () => 'The answer is complete.',
  failed: () => 'The answer failed.',
  cancelled: () => 'The answer was stopped.',
};
