import type { MessagePart } from '@bakerst/shared/content';
import { Paperclip, Pencil, Quote } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { Time } from '../parts/time.tsx';
import { formatBytes, plural } from '../text/format.ts';
import { revealHidden } from '../text/reveal-hidden.ts';

export interface UserMessageProps {
  readonly parts: readonly MessagePart[];
  readonly at?: string;
  readonly onEdit?: () => void;
}

export function UserMessage({ parts, at, onEdit }: UserMessageProps) {
  const words = parts.flatMap((part) => (part.type === 'words' ? [part.text] : [])).join('\n\n');
  const extras = parts.filter((part) => part.type !== 'words');
  return (
    <article className="user-message" aria-label="Your message">
      <div className="bubble">
        {words === '' ? null : <p className="words">{revealHidden(words)}</p>}
        {extras.map((part, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a message never change
          <Extra key={index} part={part} />
        ))}
      </div>
      {at === undefined ? null : (
        <div className="hover-actions">
          <Time at={at} />
          <CopyButton text={() => words} label="Copy message" />
          {onEdit === undefined ? null : (
            <IconButton label="Edit and send again" icon={<Pencil size={14} />} onClick={onEdit} />
          )}
        </div>
      )}
    </article>
  );
}

const SOURCES: Record<Extract<MessagePart, { type: 'quoted' }>['source'], string> = {
  paste: 'Pasted text',
  code: 'Code',
  message: 'Another message',
  stdin: 'Standard input',
  client_history: 'Earlier messages of a client',
  client_system: 'Instructions of a client',
  unverified: 'Text of an unverified sender',
};

function Extra({ part }: { readonly part: MessagePart }) {
  if (part.type === 'attachment') {
    return (
      <p className="attached">
        <Paperclip size={14} aria-hidden="true" />
        <span className="ellipsis">{revealHidden(part.name)}</span>
        <span className="faint">{formatBytes(part.bytes)}</span>
      </p>
    );
  }
  return part.type === 'quoted' ? <QuotedBlock text={part.text} label={SOURCES[part.source]} /> : null;
}

const PREVIEW_LINES = 4;

function QuotedBlock({ text, label }: { readonly text: string; readonly label: string }) {
  const [open, setOpen] = useState(false);
  const lines = text.split('\n');
  const long = lines.length > PREVIEW_LINES || text.length > 400;
  const preview = lines.slice(0, PREVIEW_LINES).join('\n').slice(0, 400);
  return (
    <figure className="quoted">
      <figcaption>
        <Quote size={13} aria-hidden="true" /> {label}{' '}
        <span className="faint">{plural(lines.length, 'line')}</span>
      </figcaption>
      <pre>{revealHidden(open || !long ? text : `${preview}…`)}</pre>
      {long ? (
        <button type="button" className="link-button" aria-expanded={open} onClick={() => setOpen(!open)}>
          {open ? 'Show less' : 'Show all'}
        </button>
      ) : null}
    </figure>
  );
}
