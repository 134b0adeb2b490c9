import type { MessagePart } from '@bakerst/shared/content';
import { lazy, memo, Suspense } from 'react';
import { useMe } from '../shell/session.tsx';
import { revealHidden } from '../text/reveal-hidden.ts';
import type { ThreadTurn } from '../turn/thread.ts';
import { useTurn } from '../turn/turn-streams.tsx';
import { answerText, type TurnItem, type TurnView } from '../turn/turn-view.ts';
import { Activity } from './activity.tsx';
import { remark } from './draft.ts';
import { Compaction, Notice, Thinking } from './quiet-rows.tsx';
import { ToolRow } from './tool-row.tsx';
import { TurnEnd } from './turn-end.tsx';
import { TurnFooter } from './turn-footer.tsx';
import { UserMessage } from './user-message.tsx';

/** A chunk of its own, asked for at once but in nobody's way: the first screen has no answer yet. */
const markdown = import('../text/markdown.tsx');
const Markdown = lazy(async () => ({ default: (await markdown).Markdown }));

export interface TurnActions {
  /** Sends the same parts anew. */
  readonly onRetry: (parts: readonly MessagePart[]) => void;
  readonly onEdit: (parts: readonly MessagePart[]) => void;
  readonly onRecord: (turn: string) => void;
}

export interface TurnRowProps extends TurnActions {
  readonly turn: ThreadTurn;
}

/** One message and all that the agent did about it. */
export const TurnRow = memo(({ turn, onRetry, onEdit, onRecord }: TurnRowProps) => {
  const { view } = useTurn(turn);
  const me = useMe().principal.id;
  const parts = view.message?.parts ?? turn.echo ?? [];
  const own = view.message === undefined || (view.message.spoken && view.message.author === me);
  const again = remark(parts, own);
  const over = view.status === 'completed' || view.status === 'failed' || view.status === 'cancelled';
  return (
    <article className="turn" data-status={view.status} aria-label={`Turn ${turn.position}`}>
      <UserMessage parts={parts} at={view.message?.at ?? turn.createdAt} onEdit={() => onEdit(again)} />
      <article className="answer" aria-label="Answer" aria-busy={!over}>
        {view.items.map((item) => (
          <Item key={item.key} item={item} turn={turn.id} view={view} />
        ))}
        <Activity view={view} />
        <TurnEnd view={view} onRetry={() => onRetry(again)} />
        {over ? (
          <TurnFooter
            view={view}
            text={() => answerText(view)}
            onRetry={() => onRetry(again)}
            onRecord={() => onRecord(turn.id)}
          />
        ) : null}
      </article>
    </article>
  );
});
TurnRow.displayName = 'TurnRow';

interface ItemProps {
  readonly item: TurnItem;
  readonly turn: string;
  readonly view: TurnView;
}

function Item({ item, turn, view }: ItemProps) {
  switch (item.kind) {
    case 'text':
      return (
        <Suspense fallback={<p className="markdown plain">{revealHidden(item.text)}</p>}>
          <Markdown text={item.text} streaming={item.running} />
        </Suspense>
      );
    case 'thinking':
      return <Thinking text={item.text} running={item.running} />;
    case 'tool':
      return <ToolRow tool={item.tool} turn={turn} over={view.endedAt !== undefined} />;
    case 'compaction':
      return <Compaction step={item.step} />;
    case 'notice':
      return <Notice text={item.text} remedy={item.remedy} />;
    default:
      return item satisfies never;
  }
}
