import { FileWarning, Paperclip, Quote, X } from 'lucide-react';
import { IconButton } from '../parts/button.tsx';
import { formatBytes, plural } from '../text/format.ts';
import { revealHidden } from '../text/reveal-hidden.ts';
import { type Draft, type DraftAction, type DraftExtra, quotedInWords } from './draft.ts';

export interface DraftExtrasProps {
  readonly draft: Draft;
  readonly change: (action: DraftAction) => void;
}

/** What goes along with the words: quoted blocks and files, each removable. */
export function DraftExtras({ draft, change }: DraftExtrasProps) {
  if (draft.extras.length === 0) return null;
  return (
    <ul className="extras" aria-label="Goes along with the message">
      {draft.extras.map((extra) => (
        <li
          key={extra.key}
          className="extra"
          data-state={extra.kind === 'file' ? extra.state.kind : undefined}
        >
          <Extra extra={extra} onOwn={() => change({ type: 'own', key: extra.key })} />
          <IconButton
            label="Remove"
            icon={<X size={14} />}
            onClick={() => change({ type: 'remove', key: extra.key })}
          />
        </li>
      ))}
    </ul>
  );
}

function Extra({ extra, onOwn }: { readonly extra: DraftExtra; readonly onOwn: () => void }) {
  if (extra.kind === 'quoted') {
    return (
      <>
        <Quote size={14} aria-hidden="true" />
        <span className="extra-text">
          <span className="ellipsis">{revealHidden(extra.text.trim().split('\n')[0] ?? '')}</span>
          <span className="faint">
            Quoted, {plural(extra.text.split('\n').length, 'line')}: material, not instructions
          </span>
        </span>
        <button type="button" className="link-button" onClick={onOwn}>
          Make it my words
        </button>
      </>
    );
  }
  const { state } = extra;
  return (
    <>
      {state.kind === 'failed' ? (
        <FileWarning size={14} aria-hidden="true" />
      ) : (
        <Paperclip size={14} aria-hidden="true" />
      )}
      <span className="extra-text" role={state.kind === 'failed' ? 'alert' : undefined}>
        <span className="ellipsis">{revealHidden(extra.name)}</span>
        <span className="faint">
          {state.kind === 'failed' ? `${state.message} ${state.remedy}` : formatBytes(extra.bytes)}
        </span>
      </span>
      {state.kind === 'uploading' ? <span className="spinner" role="status" aria-label="Uploading" /> : null}
    </>
  );
}

/** Says so while it is typed: what is fenced or quoted in the text does not speak for the person. */
export function QuotedHint({ words }: { readonly words: string }) {
  const count = quotedInWords(words);
  return (
    <p className="quoted-hint faint" role="status" hidden={count === 0}>
      <Quote size={13} aria-hidden="true" /> {plural(count, 'block')} of code or quotes: material, not
      instructions
    </p>
  );
}
