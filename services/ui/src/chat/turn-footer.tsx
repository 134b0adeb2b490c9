import { FileSearch, RotateCcw } from 'lucide-react';
import { IconButton } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { formatCount, formatDuration, formatMoney } from '../text/format.ts';
import type { TurnView } from '../turn/turn-view.ts';

export interface TurnFooterProps {
  readonly view: TurnView;
  readonly text: () => string;
  readonly onRetry: () => void;
  readonly onRecord: () => void;
}

/** Who answered, what it cost, and where the record is. */
export function TurnFooter({ view, text, onRetry, onRecord }: TurnFooterProps) {
  const ms = Date.parse(view.endedAt ?? '') - Date.parse(view.startedAt ?? '');
  const demo = view.model?.startsWith('demo/') ?? false;
  return (
    <footer className="turn-footer">
      <CopyButton text={text} label="Copy answer" />
      <IconButton label="Send the message again" icon={<RotateCcw size={15} />} onClick={onRetry} />
      <IconButton label="What was recorded" icon={<FileSearch size={15} />} onClick={onRecord} />
      <p className="meta">
        {demo ? (
          <span className="tag">Demo model, not an AI</span>
        ) : (
          <span className="ellipsis">{view.model}</span>
        )}
        <span title={`${formatCount(view.tokens.input)} tokens in, ${formatCount(view.tokens.output)} out`}>
          {view.unmetered && view.costMicros === 0 ? 'free' : formatMoney(view.costMicros)}
        </span>
        {Number.isNaN(ms) ? null : <span>{formatDuration(ms)}</span>}
      </p>
    </footer>
  );
}
