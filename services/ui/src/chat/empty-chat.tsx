import { FileSearch, MessageCircleQuestion, NotebookPen } from 'lucide-react';
import type { ReactNode } from 'react';

export type Suggestion = 'ask' | 'note' | 'record';

export interface EmptyChatProps {
  readonly agentName: string;
  readonly demo: boolean;
  /** Puts the words into the composer; nothing is sent. */
  readonly onTry: (which: Suggestion, words: string) => void;
}

const THINGS: readonly { which: Suggestion; icon: ReactNode; title: string; more: string; words: string }[] =
  [
    {
      which: 'ask',
      icon: <MessageCircleQuestion size={18} />,
      title: 'Ask something',
      more: 'What can it do here, and what not?',
      words: 'What can you do here, and what can you not do?',
    },
    {
      which: 'note',
      icon: <NotebookPen size={18} />,
      title: 'Let it write a note',
      more: 'A tool with an effect: see how it is judged first.',
      words: 'Write a note called First note saying the console works.',
    },
    {
      which: 'record',
      icon: <FileSearch size={18} />,
      title: 'Look at what was recorded',
      more: 'It asks for the time while you watch each step being stored.',
      words: 'What time is it?',
    },
  ];

export function EmptyChat({ agentName, demo, onTry }: EmptyChatProps) {
  return (
    <section className="welcome" aria-labelledby="welcome-title">
      <h1 id="welcome-title">What shall {agentName} do?</h1>
      <ul>
        {THINGS.map((thing) => (
          <li key={thing.which}>
            <button type="button" onClick={() => onTry(thing.which, thing.words)}>
              {thing.icon}
              <span>
                <strong>{thing.title}</strong>
                <span className="muted">{thing.more}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {demo ? (
        <p className="faint demo-hint">
          No model key was found, so a built-in demo model answers: it uses every tool when asked in plain
          words, but it is not an AI. Set <code>ANTHROPIC_API_KEY</code> or start Ollama, and start again.
        </p>
      ) : null}
    </section>
  );
}
