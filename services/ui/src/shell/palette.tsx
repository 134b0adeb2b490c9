import type { SearchResult } from '@bakerst/shared/api/conversations';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { MessageSquare, Search, SquarePen } from 'lucide-react';
import {
  type KeyboardEvent,
  type ReactNode,
  useDeferredValue,
  useEffect,
  useId,
  useRef,
  useState,
} from 'react';
import { useNavigate } from 'react-router';
import { conversationsQuery, searchQuery } from '../api/queries.ts';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { revealHidden } from '../text/reveal-hidden.ts';
import { PAGES } from './pages.tsx';

interface Entry {
  readonly key: string;
  readonly to: string;
  readonly icon: ReactNode;
  readonly title: string;
  readonly more?: ReactNode;
}

/** Search and jump in one: pages and titles at once, what was said in them as the server finds it. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const navigate = useNavigate();
  const list = useId();
  const wanted = useDeferredValue(text.trim());
  const found = useQuery(searchQuery(wanted));
  // Pages and titles follow every key at once: Enter must never go where an earlier text would have led.
  const entries = useEntries(text.trim(), wanted.length > 1 ? (found.data?.items ?? []) : []);
  const go = (entry: Entry | undefined): void => {
    if (entry === undefined) return;
    onClose();
    void navigate(entry.to);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && entries.length > 0) {
      event.preventDefault();
      setChosen((chosen + step + entries.length) % entries.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      go(entries[chosen]);
    }
  };
  return (
    <Dialog title="Search" shape="palette" open onClose={onClose}>
      <div className="palette-field">
        <Search size={18} aria-hidden="true" />
        <input
          autoFocus
          role="combobox"
          aria-label="Search conversations and pages"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={entries[chosen] === undefined ? undefined : `${list}-${chosen}`}
          placeholder="Search conversations and pages"
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      {found.error ? <ProblemNote error={found.error} onRetry={() => void found.refetch()} /> : null}
      <div className="palette-list" role="listbox" id={list} aria-label="Results">
        {entries.map((entry, index) => (
          <Option
            key={entry.key}
            id={`${list}-${index}`}
            entry={entry}
            chosen={index === chosen}
            onGo={() => go(entry)}
          />
        ))}
      </div>
      {entries.length === 0 && !found.isFetching ? (
        <p className="palette-empty muted">Nothing found. Try fewer or other words.</p>
      ) : null}
    </Dialog>
  );
}

interface OptionProps {
  readonly id: string;
  readonly entry: Entry;
  readonly chosen: boolean;
  readonly onGo: () => void;
}

function Option({ id, entry, chosen, onGo }: OptionProps) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (chosen) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the field that keeps the focus
    <div
      ref={ref}
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={chosen}
      className="option"
      onClick={onGo}
    >
      {entry.icon}
      <span className="option-text">
        <span className="ellipsis">{entry.title}</span>
        {entry.more === undefined ? null : <span className="snippet">{entry.more}</span>}
      </span>
    </div>
  );
}

function useEntries(text: string, results: readonly SearchResult[]): readonly Entry[] {
  const list = useInfiniteQuery(conversationsQuery);
  const has = (title: string): boolean => title.toLowerCase().includes(text.toLowerCase());
  const pages = [{ path: '/chat', name: 'New chat', icon: <SquarePen size={16} /> }, ...PAGES]
    .filter((page) => has(page.name))
    .map((page) => ({ key: page.path, to: page.path, icon: page.icon, title: page.name }));
  const conversations = (list.data?.pages.flatMap((page) => page.items) ?? [])
    .filter((one) => has(one.title))
    .slice(0, 8)
    .map((one) => ({
      key: one.id,
      to: `/chat/${one.id}`,
      icon: <MessageSquare size={16} />,
      title: revealHidden(one.title),
    }));
  const said = results.map((result) => ({
    key: `${result.turn}${result.role}`,
    to: `/chat/${result.conversation}`,
    icon: <Search size={16} />,
    title: revealHidden(result.title),
    more: <Snippet text={result.snippet} />,
  }));
  return text === '' ? [...conversations, ...pages] : [...pages, ...conversations, ...said];
}

/** The server marks matches with U+0002 and U+0003. */
function Snippet({ text }: { readonly text: string }) {
  const plain = text.replace(/\*\*|`|#{1,6} /g, '');
  return plain.split('\u0002').map((piece, index) => {
    const [match, rest] = index === 0 ? [undefined, piece] : splitOnce(piece);
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one text
      <span key={index}>
        {match === undefined ? null : <mark>{revealHidden(match)}</mark>}
        {revealHidden(rest)}
      </span>
    );
  });
}

function splitOnce(piece: string): readonly [string, string] {
  const at = piece.indexOf('\u0003');
  return at < 0 ? [piece, ''] : [piece.slice(0, at), piece.slice(at + 1)];
}
